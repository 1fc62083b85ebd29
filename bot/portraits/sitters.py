"""The protected people's own pictures: looked at when somebody is registered, and once a day."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.clock import Clock
from bot.groups import Groups
from bot.portraits.looking import Looking
from bot.store import changes, portraits, timers
from bot.store.db import Database
from bot.store.portraits import Account
from bot.waiting import pause, unless
from handlers.changes import KIND
from patterns.portraits import alike

log = structlog.get_logger(__name__)

FRESH = timedelta(days=1)
# Who could not be looked at is tried again then.
SORRY = timedelta(hours=1)
# A round is one question to the database and so many looks, not in a hurry: twenty thousand accounts a day.
ROUND_SECONDS = 300.0
ROUND_LOOKS = 100
STEP_SECONDS = 3.0
FORGET_SECONDS = 3_600.0


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
            tasks.create_task(self._forget(stopping))

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
            await self.round(stopping)
            await pause(stopping, ROUND_SECONDS)

    async def _forget(self, stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            try:
                async with self._db.transaction() as tx:
                    await portraits.forget(tx)
            except DBAPIError as trouble:
                log.error("portraits_not_kept", reason=type(trouble.orig).__name__)
            await pause(stopping, FORGET_SECONDS)

    async def round(self, stopping: asyncio.Event) -> None:
        """Look at those, in whatever group, who were not looked at for longest."""
        try:
            async with self._db.read() as tx:
                due = await portraits.longest_due(tx, self._clock.now() - FRESH, ROUND_LOOKS)
            for account in due:
                await self._look(account)
                await pause(stopping, STEP_SECONDS)
                if stopping.is_set():
                    return
        except DBAPIError as trouble:
            log.error("portraits_not_kept", reason=type(trouble.orig).__name__)

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
            async with self._db.transaction() as tx:
                await portraits.put_off(tx, account, self._clock.now() - FRESH + SORRY)
            return
        async with self._db.transaction() as tx:
            await self._ask_about(tx, account, look.portrait)
            if await portraits.note(tx, account, look.picture, look.portrait, self._clock.now()):
                self._groups.forget_those_of(account.platform, account.user)
        self._groups.forget_those_of(account.platform, account.user)

    async def _ask_about(self, tx: AsyncConnection, account: Account, portrait: str) -> None:
        """A picture unlike all the account has shown: in each of its groups the admins are asked whose it is."""
        known = (await portraits.of(tx, account.platform, [account.user])).get(account.user, ())
        if not portrait or not known or any(portrait == one or alike(portrait, one) for one in known):
            return
        now = self._clock.now()
        for chat in await portraits.guarding(tx, account):
            change = await changes.note(tx, chat, account.user, changes.PICTURE, portrait, now)
            if change is not None:
                await timers.plan(tx, f"change:{change.id}", KIND, now, chat, payload=str(change.id))
