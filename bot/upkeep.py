"""Small regular work: marks and memory written down, old rows forgotten, admins asked for daily."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog
from sqlalchemy.exc import DBAPIError

from bot import outbox, thrift
from bot.clock import Clock
from bot.config import RetentionConfig
from bot.inbox import Inbox
from bot.keepers import PAUSE, Keepers
from bot.store import changes, chats, dialogues, incidents, reports
from bot.store.db import Database
from bot.waiting import pause, unless
from handlers.memory import Memory

log = structlog.get_logger(__name__)

FLUSH_SECONDS = 0.1
MEMORY_SECONDS = 5.0
FORGET_SECONDS = 30.0
ADMINS_SECONDS = 600.0
OWED_SECONDS = 30.0
# It holds everything up for some tenths of a second.
LOOK_AGAIN_SECONDS = 86_400.0
ADMINS_FRESH = timedelta(days=1)
# A set-up may be finished next week; nobody goes on with anything older.
DIALOGUES_KEPT = timedelta(days=14)
REPORTS_KEPT = timedelta(days=30)
CHANGES_KEPT = timedelta(days=30)


class Upkeep:
    def __init__(
        self,
        db: Database,
        clock: Clock,
        inbox: Inbox,
        memory: Memory,
        keepers: Keepers,
        retention: RetentionConfig,
    ) -> None:
        self._db = db
        self._clock = clock
        self._inbox = inbox
        self._memory = memory
        self._keepers = keepers
        self._sent_kept = timedelta(days=retention.sent_days)
        self._incidents_kept = timedelta(days=retention.incidents_days)

    async def run(self, stopping: asyncio.Event) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._flush_inbox(stopping))
            tasks.create_task(_regularly(stopping, MEMORY_SECONDS, self._flush_memory))
            tasks.create_task(_regularly(stopping, FORGET_SECONDS, self.forget))
            tasks.create_task(_regularly(stopping, ADMINS_SECONDS, lambda: self.ask_admins(stopping)))
            tasks.create_task(_regularly(stopping, OWED_SECONDS, lambda: self._keepers.ask_again(stopping)))
            tasks.create_task(_regularly(stopping, LOOK_AGAIN_SECONDS, _look_again))

    async def finish(self) -> None:
        """Write down what is only in memory, before the end."""
        await self._inbox.flush()
        await self._flush_memory(everything=True)

    async def _flush_inbox(self, stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            await unless(stopping, self._inbox.full(FLUSH_SECONDS))
            await _try("flush", self._inbox.flush)

    async def _flush_memory(self, everything: bool = False) -> None:
        more = everything or self._memory.unwritten
        while more:
            async with self._db.transaction() as tx:
                more = await self._memory.flush(tx, everything)

    async def forget(self) -> None:
        """Delete what is old enough, in steps small enough for a warning to pass in between."""
        while await self._inbox.purge():
            continue
        while await self._purge_outbox():
            continue
        async with self._db.transaction() as tx:
            await incidents.forget(tx, self._clock.now() - self._incidents_kept)
            await reports.forget(tx, self._clock.now() - REPORTS_KEPT)
            await dialogues.forget(tx, self._clock.now() - DIALOGUES_KEPT)
            await changes.forget(tx, self._clock.now() - CHANGES_KEPT)
        await self._db.truncate_log()
        thrift.give_back()

    async def _purge_outbox(self) -> bool:
        async with self._db.transaction() as tx:
            return await outbox.purge(tx, self._clock.now(), self._sent_kept)

    async def ask_admins(self, stopping: asyncio.Event) -> None:
        """Bring up to date who administers the groups that were not asked about for a day, or never."""
        async with self._db.read() as tx:
            stale = await chats.with_stale_admins(tx, self._clock.now() - ADMINS_FRESH)
        for chat in stale:
            if stopping.is_set():
                return
            await self._keepers.refresh(chat)
            await pause(stopping, PAUSE)


async def _look_again() -> None:
    thrift.look_again()


async def _regularly(stopping: asyncio.Event, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
    while not stopping.is_set():
        await pause(stopping, seconds)
        if not stopping.is_set():
            await _try(getattr(work, "__name__", "upkeep"), work)


async def _try(name: str, work: Callable[[], Awaitable[None]]) -> None:
    """The database's trouble passes; the work is there again the next time."""
    try:
        await work()
    except DBAPIError as trouble:
        log.error("upkeep_failed", work=name, reason=type(trouble.orig).__name__)
        await asyncio.sleep(1.0)
