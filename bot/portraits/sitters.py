"""The protected people's own pictures: looked at when somebody is registered, and once a day."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import structlog
from sqlalchemy.exc import DBAPIError

from bot.clock import Clock
from bot.groups import Groups
from bot.portraits.looking import Looking
from bot.store import chats, portraits
from bot.store.db import Database
from bot.store.portraits import Account
from bot.waiting import pause, unless

log = structlog.get_logger(__name__)

FRESH = timedelta(days=1)
ROUND_SECONDS = 3_600.0
# Between two groups of a round, in which mostly nothing is due.
STEP_SECONDS = 0.05


class Sitters:
    def __init__(self, db: Database, clock: Clock, groups: Groups, looking: Looking) -> None:
        self._db = db
        self._clock = clock
        self._groups = groups
        self._looking = looking
        self._changed: dict[int, None] = {}
        self._called = asyncio.Event()
        self._busy = False

    @property
    def waiting(self) -> int:
        return len(self._changed) + self._busy

    def changed(self, chat: int) -> None:
        """Who is protected in this group may have changed."""
        self._changed[chat] = None
        self._called.set()

    async def run(self, stopping: asyncio.Event) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._when_called(stopping))
            tasks.create_task(self._rounds(stopping))

    async def _when_called(self, stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            await unless(stopping, self._called.wait())
            self._called.clear()
            while self._changed and not stopping.is_set():
                chat = next(iter(self._changed))
                self._busy = True
                del self._changed[chat]
                await self._visit(chat, stopping)
                self._busy = False

    async def _rounds(self, stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            async with self._db.read() as tx:
                guarded = await chats.joined(tx)
            for chat in guarded:
                await self._visit(chat.id, stopping)
                await pause(stopping, STEP_SECONDS)
                if stopping.is_set():
                    return
            async with self._db.transaction() as tx:
                await portraits.forget(tx)
            await pause(stopping, ROUND_SECONDS)

    async def _visit(self, chat: int, stopping: asyncio.Event) -> None:
        try:
            async with self._db.read() as tx:
                due = await portraits.due(tx, chat, self._clock.now() - FRESH)
            for account in due:
                if stopping.is_set():
                    return
                await self._look(account)
        except DBAPIError as trouble:
            log.error("portraits_not_kept", reason=type(trouble.orig).__name__)

    async def _look(self, account: Account) -> None:
        look = await self._looking.at(account.platform, account.user)
        if look is None:
            return
        async with self._db.transaction() as tx:
            if await portraits.note(tx, account, look.picture, look.portrait, self._clock.now()):
                self._groups.forget_those_of(account.platform, account.user)
        self._groups.forget_those_of(account.platform, account.user)
