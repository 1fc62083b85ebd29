"""Time as one more source of events: timers that came due, also while the bot was away."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection
from datetime import datetime

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
# However still it is, the database is asked this often: another process may have planned something.
LOOKED_FOR = 2.0


class Timekeeper:
    """Looks at the clock twice a second, for it may be moved, and into the database when something can be due."""

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
        self._looked_at: tuple[datetime, float] | None = None
        self._next_at: datetime | None = None

    async def run(self, stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            try:
                if self._worth_it(self._clock.now()):
                    await self.look()
            except DBAPIError as trouble:
                log.error("timers_unreadable", reason=type(trouble.orig).__name__)
            await pause(stopping, EVERY)

    def _worth_it(self, now: datetime) -> bool:
        """Whether something may be due: a timer known of, or since the last look time has passed or the clock was moved."""
        if self._looked_at is None or (self._next_at is not None and now >= self._next_at):
            return True
        clock, passed = self._looked_at
        moved = abs((now - clock).total_seconds())
        return max(moved, time.monotonic() - passed) >= LOOKED_FOR

    async def look(self) -> None:
        """Hand out what is due, each timer once: the transaction that serves it takes it away."""
        now = self._clock.now()
        async with self._db.read() as tx:
            timers = await due.due(tx, now, self._guarded)
            self._next_at = await due.next_at(tx)
        self._looked_at = now, time.monotonic()
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
