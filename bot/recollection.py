"""A group's members brought back to mind before anybody there is judged, many groups' at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.places import Chat
from bot.store.db import Database
from bot.together import Together
from handlers.memory import Memory


class Recollection:
    def __init__(self, db: Database, memory: Memory) -> None:
        self._db = db
        self._memory = memory
        self._readings = Together(self._read)

    async def of(self, chat: Chat) -> None:
        """Raises a database error where what earlier days left cannot be read."""
        if not self._memory.knows(chat.id):
            await self._readings.ask(chat.id)

    async def _read(self, chats: Sequence[int]) -> Mapping[int, None]:
        async with self._db.read() as tx:
            await self._memory.load(tx, chats)
        return {}
