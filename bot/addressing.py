"""Which chat an event is about: a new one is welcomed, a moved one followed."""

from __future__ import annotations

from collections.abc import Mapping

from bot.clock import Clock
from bot.directory import Directory
from bot.events import (
    AccountsJoined,
    BotChanged,
    ChatMoved,
    Event,
    Membership,
    MessageSeen,
    PicturesRead,
    PollCounted,
    TimerDue,
)
from bot.groups import Groups
from bot.joining import Joining
from bot.keepers import Keepers
from bot.places import Chat, ChatKind
from bot.platforms import Platform
from bot.settings import LANGUAGES
from bot.sharing import Sharing
from bot.store import chats, quizzes, settings
from bot.store.db import Database
from handlers import teaching


class Addressing:
    """`language` is the operator's: what a new chat begins with."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        platforms: Mapping[str, Platform],
        directory: Directory,
        groups: Groups,
        keepers: Keepers,
        joining: Joining,
        language: str,
    ) -> None:
        self._db = db
        self._clock = clock
        self._platforms = platforms
        self._directory = directory
        self._groups = groups
        self._keepers = keepers
        self._joining = joining
        self._language = language
        self.sharing = Sharing(db, platforms)

    async def chat_of(self, event: Event) -> Chat | None:
        """None when there is nothing to answer: nobody asked, it is done, or another account of ours answers it."""
        if isinstance(event, TimerDue):
            return await self._directory.get(event.chat) if event.chat is not None else None
        if isinstance(event, ChatMoved):
            return await self._moved(event)
        if isinstance(event, AccountsJoined):
            await self._joining.join(event, self._platforms[event.platform])
            return None
        if isinstance(event, PollCounted):
            return await self._asked(event)
        place = event.seen.place if isinstance(event, PicturesRead) else event.place
        goes = isinstance(event, BotChanged) and not event.after.inside
        if not goes and not await self.sharing.guards(place):
            return None
        chat, new = await self._directory.at(place)
        if new:
            await self._welcome(chat, told_of=isinstance(event, BotChanged), speaks=_speaks(event))
        return chat

    async def _asked(self, event: PollCounted) -> Chat | None:
        async with self._db.read() as tx:
            number = await quizzes.chat_of(tx, event.poll)
        return await self._directory.get(number) if number is not None else None

    async def _welcome(self, chat: Chat, *, told_of: bool, speaks: str) -> None:
        """A chat nobody knew: it begins with the operator's language unless its owner's phone
        speaks another of ours, a group also with its admins."""
        if self._language != LANGUAGES[0] and not speaks:
            async with self._db.transaction() as tx:
                await settings.choose(tx, chat.id, "language", self._language)
        if chat.place.kind is ChatKind.GROUP and not told_of:
            # Who hears a group is in it, even while the platform will not say more.
            async with self._db.transaction() as tx:
                await chats.set_access(tx, chat.id, Membership.MEMBER, frozenset())
                await teaching.plan(tx, chat.id, await settings.load(tx, chat.id), self._clock.now())
            await self._keepers.ask(chat, rights_too=True)

    async def _moved(self, event: ChatMoved) -> Chat | None:
        """Both the old and the new group tell of a move; the second time there is nothing left to do."""
        old = await self._directory.find(event.old)
        if old is None:
            return (await self._directory.at(event.new))[0]
        moved = await self._directory.move(old.id, event.new.platform, event.new.address)
        self._groups.forget([old.id])
        return moved


def _speaks(event: Event) -> str:
    return event.language if isinstance(event, MessageSeen) else ""
