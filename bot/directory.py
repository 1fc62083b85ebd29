"""Which chat is at which place: asked for every event and every send, so kept in memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence

from bot.clock import Clock
from bot.places import Chat, ChatKind, Place
from bot.store import chats
from bot.store.db import Database
from bot.store.moments import milliseconds
from bot.together import Together

_KEPT = 20_000


class Directory:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._by_place: OrderedDict[tuple[str, str], Chat] = OrderedDict()
        self._by_id: dict[int, Chat] = {}
        self._readings = Together(self._read)
        self._moves = 0

    async def at(self, place: Place) -> tuple[Chat, bool]:
        """The chat at a place, registered if need be, and whether it is new."""
        where = place.platform, place.address
        known = self._by_place.get(where) or await self._readings.ask(where)
        if known is not None and (not place.title or known.place.title == place.title):
            return known, False
        async with self._db.transaction() as tx:
            chat, new = await chats.register(tx, place, milliseconds(self._clock.now()))
        self._keep(chat)
        return chat, new

    def is_group(self, platform: str, address: str) -> bool:
        """Whether a group is known to be there; False for one not heard of since the start."""
        known = self._by_place.get((platform, address))
        return known is not None and known.place.kind is ChatKind.GROUP

    async def get(self, number: int) -> Chat | None:
        known = self._by_id.get(number)
        if known is None:
            async with self._db.read() as tx:
                known = await chats.get(tx, number)
            if known is not None:
                self._keep(known)
        return known

    async def find(self, place: Place) -> Chat | None:
        """The chat at a place, if it is known."""
        known = self._by_place.get((place.platform, place.address))
        if known is not None:
            return known
        async with self._db.read() as tx:
            return await chats.find(tx, place.platform, place.address)

    async def move(self, number: int, platform: str, address: str) -> Chat | None:
        """Note a chat's new address. Returns the chat as it now is."""
        async with self._db.transaction() as tx:
            kept = await chats.move(tx, number, platform, address)
        self.forget(number, platform, address)
        return await self.get(kept)

    def forget(self, number: int, platform: str, address: str) -> None:
        """A chat has moved; a shell registered under its new address has given way."""
        self._moves += 1
        self._forget(number)
        double = self._by_place.get((platform, address))
        if double is not None:
            self._forget(double.id)

    async def _read(self, places: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], Chat]:
        found: dict[tuple[str, str], Chat] = {}
        moves = self._moves
        async with self._db.read() as tx:
            for platform in {platform for platform, _ in places}:
                addresses = [address for where, address in places if where == platform]
                for chat in (await chats.at_each(tx, platform, addresses)).values():
                    found[platform, chat.place.address] = chat
        # What was read while a chat moved may be its address before it.
        if moves == self._moves:
            for chat in found.values():
                self._keep(chat)
        return found

    def _keep(self, chat: Chat) -> None:
        self._forget(chat.id)
        self._by_place[chat.place.platform, chat.place.address] = chat
        self._by_id[chat.id] = chat
        if len(self._by_place) > _KEPT:
            _, oldest = self._by_place.popitem(last=False)
            del self._by_id[oldest.id]

    def _forget(self, number: int) -> None:
        known = self._by_id.pop(number, None)
        if known is not None:
            self._by_place.pop((known.place.platform, known.place.address), None)
