"""The names of those who are silent, looked at once a day each: a scammer renames himself before he says anything."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import DBAPIError

from bot.clock import Clock
from bot.events import NameSeen
from bot.places import Place
from bot.platforms import Later, Lists, Member, Moved, Platform, Refused, Unsure
from bot.routing import Router
from bot.store import chats, members
from bot.store.db import Database
from bot.store.members import Silent
from bot.waiting import pause
from handlers.sealing import opened

log = structlog.get_logger(__name__)

FRESH = timedelta(days=1)
# A round is one question to the database and so many looks, not in a hurry: nearly thirty thousand people a day.
ROUND_SECONDS = 300.0
ROUND_LOOKS = 100
STEP_SECONDS = 2.5
# Messages come first: with more waiting than this nobody is looked at.
BUSY = 20


class Rollcall:
    def __init__(
        self,
        db: Database,
        clock: Clock,
        platforms: Mapping[str, Platform],
        mark: Callable[[str], str],
        router: Router,
    ) -> None:
        self._db = db
        self._clock = clock
        self._mark = mark
        self._router = router
        self._lists = {name: one for name, one in platforms.items() if isinstance(one, Lists)}
        self._asked = {name: one for name, one in platforms.items() if name not in self._lists}
        self._listed: dict[int, datetime] = {}

    async def run(self, stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            await pause(stopping, ROUND_SECONDS)
            if not stopping.is_set():
                await self.round(stopping)

    async def round(self, stopping: asyncio.Event) -> None:
        """Look at those who were neither heard nor looked at for longest."""
        try:
            await self._round_of_lists(stopping)
            await self._round_of_people(stopping)
        except DBAPIError as trouble:
            log.error("rollcall_failed", reason=type(trouble.orig).__name__)

    async def _round_of_lists(self, stopping: asyncio.Event) -> None:
        """Where all members are told at once, a group at a time."""
        async with self._db.read() as tx:
            joined = [one for one in await chats.joined(tx) if one.place.platform in self._lists]
        before = self._clock.now() - FRESH
        due = [one for one in joined if self._listed.get(one.id, before) <= before][:ROUND_LOOKS]
        for chat in due:
            if not await self._may_go_on(stopping):
                return
            self._listed[chat.id] = self._clock.now()
            try:
                for member in await self._lists[chat.place.platform].everyone(chat.place):
                    self._seen(chat.place, member)
            except (Later, Moved, Refused, Unsure) as trouble:
                log.info("members_unknown", chat=chat.id, reason=type(trouble).__name__)
            await pause(stopping, STEP_SECONDS)

    async def _round_of_people(self, stopping: asyncio.Event) -> None:
        async with self._db.read() as tx:
            before = self._clock.now() - FRESH
            due = await members.longest_silent(tx, self._asked, before, ROUND_LOOKS)
        for silent in due:
            if not await self._may_go_on(stopping):
                return
            rest = await self._look(silent)
            await pause(stopping, max(rest, STEP_SECONDS))

    async def _may_go_on(self, stopping: asyncio.Event) -> bool:
        while self._router.lanes.waiting > BUSY and not stopping.is_set():
            await pause(stopping, STEP_SECONDS)
        return not stopping.is_set()

    async def _look(self, silent: Silent) -> float:
        """How many seconds the platform wants to be left in peace."""
        chat = await self._router.directory.get(silent.chat)
        user = opened(silent.account, silent.member_mark, self._mark)
        if chat is None or user is None:
            await self._looked(silent, gone=True)
            return 0.0
        try:
            member = await self._asked[chat.place.platform].member(chat.place, user)
        except Later as later:
            return later.seconds
        except (Moved, Refused, Unsure):
            await self._looked(silent)
            return 0.0
        if member is not None:
            self._seen(chat.place, member)
        await self._looked(silent, gone=member is None)
        return 0.0

    async def _looked(self, silent: Silent, *, gone: bool = False) -> None:
        async with self._db.transaction() as tx:
            await members.looked(tx, silent, self._clock.now(), gone=gone)

    def _seen(self, place: Place, member: Member) -> None:
        self._router.look_at(NameSeen(place, member.person, self._clock.now(), member.joined))
