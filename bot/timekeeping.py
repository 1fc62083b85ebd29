"""Time as one more source of events: timers that came due, also while the bot was away."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

import structlog
from sqlalchemy.exc import DBAPIError

from bot.clock import Clock
from bot.directory import Directory
from bot.events import TimerDue
from bot.routing import Router
from bot.store import due
from bot.store.db import Database
from bot.store.due import Due
from bot.store.moments import moment
from bot.waiting import pause

log = structlog.get_logger(__name__)

EVERY = 0.5


class Timekeeper:
    """Looks twice a second: the clock may be moved, and a look costs next to nothing."""

    def __init__(
        self, db: Database, clock: Clock, directory: Directory, router: Router, guarded: Collection[str]
    ) -> None:
        """`guarded` are the platforms that can be answered on; what is due elsewhere waits."""
        self._db = db
        self._clock = clock
        self._directory = directory
        self._router = router
        self._guarded = guarded
        self._handed_out: set[tuple[int, int]] = set()

    async def run(self, stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            try:
                await self.look()
            except DBAPIError as trouble:
                log.error("timers_unreadable", reason=type(trouble.orig).__name__)
            await pause(stopping, EVERY)

    async def look(self) -> None:
        """Hand out what is due, each timer once: the transaction that serves it takes it away."""
        async with self._db.read() as tx:
            timers = await due.due(tx, self._clock.now())
        present = {(timer.timer, timer.due_at) for timer in timers}
        self._handed_out &= present
        for timer in timers:
            if (timer.timer, timer.due_at) not in self._handed_out:
                await self._hand_out(timer)

    async def _hand_out(self, timer: Due) -> None:
        chat = await self._directory.get(timer.chat)
        if chat is None or chat.place.platform not in self._guarded:
            return
        self._handed_out.add((timer.timer, timer.due_at))
        now = self._clock.now()
        event = TimerDue(timer.timer, timer.kind, timer.chat, timer.payload, moment(timer.due_at), now)
        self._router.plan(event, chat.place)
