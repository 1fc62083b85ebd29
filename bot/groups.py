"""Groups as handlers see them, kept in memory between transactions: every message is held against one."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.places import Chat
from bot.store.db import Database
from bot.together import Together
from handlers.group import Group

_KEPT = 10_000

Load = Callable[[AsyncConnection, Sequence[Chat]], Awaitable[Mapping[Chat, Group]]]


class Groups:
    def __init__(self, db: Database, load: Load) -> None:
        self._db = db
        self._load = load
        self._known: OrderedDict[int, Group] = OrderedDict()
        self._before: OrderedDict[int, Group] = OrderedDict()
        # Being read just now; taken out when it changes meanwhile.
        self._reading: dict[int, object] = {}
        self._readings = Together(self._read)

    def known(self, chat: Chat) -> Group | None:
        group = self._known.get(chat.id)
        return group if group is not None and group.chat == chat else None

    def before(self, chat: Chat) -> Group | None:
        """The group as it was last seen, if only by a transaction: better than none where it cannot be read again."""
        group = self.known(chat) or self._before.get(chat.id)
        return group if group is not None and group.chat == chat else None

    async def of(self, chat: Chat) -> Group:
        """The group as of the last commit."""
        group = self.known(chat) or await self._readings.ask(chat)
        assert group is not None
        return group

    async def within(self, tx: AsyncConnection, chat: Chat) -> Group:
        """The group as the running transaction sees it."""
        group = self.known(chat)
        if group is None:
            group = (await self._load(tx, [chat]))[chat]
            _put(self._before, group)
        return group

    async def _read(self, chats: Sequence[Chat]) -> Mapping[Chat, Group]:
        reading = object()
        self._reading.update((chat.id, reading) for chat in chats)
        async with self._db.read() as tx:
            found = await self._load(tx, chats)
        for chat, group in found.items():
            # What was read while it was being written may be the state before it.
            if self._reading.get(chat.id) is reading:
                del self._reading[chat.id]
                self._keep(group)
        return found

    def forget(self, chats: Iterable[int]) -> None:
        """These have changed."""
        for chat in chats:
            group = self._known.pop(chat, None)
            if group is not None:
                _put(self._before, group)
            self._reading.pop(chat, None)

    def forget_all(self) -> None:
        """Who the bot itself is somewhere has become known."""
        self.forget([*self._known, *self._reading])

    def forget_those_of(self, platform: str, user: str) -> None:
        """Something about a protected account has changed."""
        self.forget(
            [
                number
                for number, group in self._known.items()
                if group.chat.place.platform == platform and group.context.roster.owner(user) is not None
            ]
        )

    def _keep(self, group: Group) -> None:
        self._before.pop(group.chat.id, None)
        _put(self._known, group)


def _put(groups: OrderedDict[int, Group], group: Group) -> None:
    groups[group.chat.id] = group
    if len(groups) > _KEPT:
        groups.popitem(last=False)
