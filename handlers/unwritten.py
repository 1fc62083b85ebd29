"""What was seen of members and is yet to be written down: whose facts changed, who merely spoke, how much of what."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import members
from bot.store.members import Known
from handlers.faces import Face

# Mere counts are written when this many members have some, or at the end.
COUNTED = 2_000
# So many rows are written in one go: worked out in a few milliseconds, and no warning waits long for the database.
PART = 200

Whose = tuple[int, str]
Counter = tuple[int, str, str]

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class Unwritten:
    """Members by group and account."""

    def __init__(self, mark: Callable[[str], str]) -> None:
        self._mark = mark
        self._changed: dict[Whose, Face] = {}
        self._counted: dict[Whose, Face] = {}
        self._counters: dict[Counter, int] = {}

    def __bool__(self) -> bool:
        """Whether a write has anything to do."""
        return bool(self._changed or self._counters or self._many)

    def find(self, chat: int, user: str) -> Face | None:
        return self._changed.get((chat, user)) or self._counted.get((chat, user))

    def changed(self, chat: int, user: str, face: Face) -> None:
        self._changed[chat, user] = face

    def spoke(self, chat: int, user: str, face: Face) -> None:
        self._counted[chat, user] = face

    def count(self, chat: int, name: str, day: str) -> None:
        key = (chat, day, name)
        self._counters[key] = self._counters.get(key, 0) + 1

    def counted(self, chat: int, name: str) -> dict[str, int]:
        """By day, what the counters in the database do not have yet."""
        return {day: value for (of, day, what), value in self._counters.items() if (of, what) == (chat, name)}

    def forget(self, chat: int, user: str) -> None:
        self._changed.pop((chat, user), None)
        self._counted.pop((chat, user), None)

    async def flush(self, tx: AsyncConnection, everything: bool = False) -> bool:
        """Write down a part of what changed since the last time; True if there is more.

        What cannot be written stays to be written.
        """
        if everything or self._many:
            self._changed = self._counted | self._changed
            self._counted = {}
        due, counters = _part(self._changed), _part(self._counters)
        rows = [face.row(*whose, self._mark) for whose, face in due.items()]
        for whose, face in due.items():
            face.fresh = 0
            self._counted.pop(whose, None)
        try:
            await members.note(tx, rows)
            await members.count(tx, counters)
        except BaseException:
            self._take_back(due, rows, counters)
            raise
        return bool(self._changed or self._counters)

    @property
    def _many(self) -> bool:
        return len(self._counted) >= COUNTED

    def _take_back(self, due: dict[Whose, Face], rows: list[Known], counters: dict[Counter, int]) -> None:
        """Meanwhile more may have been seen."""
        for (whose, face), row in zip(due.items(), rows, strict=True):
            face.fresh += row.messages
            self._changed[whose] = face
        for counter, value in counters.items():
            self._counters[counter] = self._counters.get(counter, 0) + value


def _part(waiting: dict[_Key, _Value]) -> dict[_Key, _Value]:
    """Take the oldest of them out."""
    part = dict(islice(waiting.items(), PART))
    for key in part:
        del waiting[key]
    return part
