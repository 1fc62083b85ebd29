"""Who administers each group and what the bot may do there, asked of the platform when it may have changed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import structlog

from bot.abilities import Right
from bot.clock import Clock
from bot.events import BotChanged, ChatMoved, Event, MemberChanged, Membership
from bot.groups import Groups
from bot.places import Chat, ChatKind
from bot.platforms import Keeper, Later, Moved, Platform, Refused, Unsure
from bot.store import admins, chats
from bot.store.admins import Admin
from bot.store.db import Database
from bot.waiting import pause

log = structlog.get_logger(__name__)

PATIENCE = 10.0
# Politely: a school's worth of groups is asked about within the hour, not at once.
PAUSE = 1.0

_ADMIN = (Membership.ADMIN, Membership.OWNER)


class Keepers:
    def __init__(self, db: Database, clock: Clock, groups: Groups, platforms: Mapping[str, Platform]) -> None:
        self._db = db
        self._clock = clock
        self._groups = groups
        self._platforms = platforms
        # Not answered, whatever it was asked for; and whether the bot's rights were asked for too.
        self._owed: dict[int, tuple[Chat, bool]] = {}

    async def ask(self, chat: Chat, *, rights_too: bool = False) -> bool:
        """Bring a group's admins up to date. False when the platform would not say now.

        The bot's own rights are asked for where no event told of them: in a group that was joined
        before this database existed. What the platform would not say now is asked again by `ask_again`.
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
            # To the end of the queue: one group's silence keeps no other waiting.
            _, before = self._owed.pop(chat.id, (chat, False))
            if isinstance(trouble, Later | Unsure | TimeoutError):
                self._owed[chat.id] = (chat, rights_too or before)
            return False
        self._owed.pop(chat.id, None)
        await self._note(chat, told, rights)
        return True

    async def ask_after(self, event: Event, chat: Chat) -> None:
        """Ask the platform who the admins are when this event may have changed it."""
        if chat.place.kind is not ChatKind.GROUP:
            return
        if isinstance(event, BotChanged):
            changed = event.after.inside
        elif isinstance(event, MemberChanged):
            changed = event.before in _ADMIN or event.after in _ADMIN
        else:
            changed = isinstance(event, ChatMoved)
        if changed:
            await self.ask(chat)

    async def refresh(self, chat: Chat) -> bool:
        """Ask for the admins, and for the bot's rights where none are known."""
        async with self._db.read() as tx:
            access = await chats.access(tx, chat.id)
        return await self.ask(chat, rights_too=access is None or not access.rights)

    async def ask_again(self, stopping: asyncio.Event) -> None:
        """Those that were not answered when it mattered, politely, until one is not answered again."""
        for chat, rights_too in list(self._owed.values()):
            if stopping.is_set() or not await self.ask(chat, rights_too=rights_too):
                return
            await pause(stopping, PAUSE)

    async def _note(self, chat: Chat, told: tuple[Keeper, ...], rights: frozenset[Right] | None) -> None:
        known = [Admin(one.user, one.name, one.owner, one.can_restrict) for one in told]
        async with self._db.transaction() as tx:
            await admins.replace(tx, chat.id, known, self._clock.now())
            if rights is not None:
                membership = Membership.ADMIN if Right.SEE_MEMBERS in rights else Membership.MEMBER
                await chats.set_access(tx, chat.id, membership, rights)
            self._groups.forget([chat.id])
        self._groups.forget([chat.id])
