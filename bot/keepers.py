"""Who administers each group and what the bot may do there, asked of the platform when it may have changed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import structlog

from bot.clock import Clock
from bot.events import Chat, Membership, Right
from bot.groups import Groups
from bot.platforms import Keeper, Later, Moved, Platform, Refused, Unsure
from bot.store import admins, chats
from bot.store.admins import Admin
from bot.store.db import Database

log = structlog.get_logger(__name__)

PATIENCE = 10.0


class Keepers:
    def __init__(self, db: Database, clock: Clock, groups: Groups, platforms: Mapping[str, Platform]) -> None:
        self._db = db
        self._clock = clock
        self._groups = groups
        self._platforms = platforms

    async def ask(self, chat: Chat, *, rights_too: bool = False) -> bool:
        """Bring a group's admins up to date. False when the platform would not say now.

        The bot's own rights are asked for where no event told of them: in a group that was joined
        before this database existed.
        """
        platform = self._platforms.get(chat.place.platform)
        if platform is None:
            return False
        try:
            async with asyncio.timeout(PATIENCE):
                told = await platform.admins(chat.place)
                rights = await platform.rights(chat.place) if rights_too else None
        except (Later, Moved, Refused, Unsure, TimeoutError) as trouble:
            log.warning("admins_unknown", chat=chat.id, reason=str(trouble) or type(trouble).__name__)
            return False
        await self._note(chat, told, rights)
        return True

    async def _note(self, chat: Chat, told: tuple[Keeper, ...], rights: frozenset[Right] | None) -> None:
        known = [Admin(one.user, one.name, one.owner, one.can_restrict) for one in told]
        async with self._db.transaction() as tx:
            await admins.replace(tx, chat.id, known, self._clock.now())
            if rights is not None:
                membership = Membership.ADMIN if Right.SEE_MEMBERS in rights else Membership.MEMBER
                await chats.set_access(tx, chat.id, membership, rights)
            self._groups.forget([chat.id])
        self._groups.forget([chat.id])
