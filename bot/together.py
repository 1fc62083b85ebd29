"""Questions asked at the same moment, answered by one reading: after a start a thousand groups are asked for at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from itertools import islice
from typing import Generic, TypeVar

Asked = TypeVar("Asked")
Told = TypeVar("Told")

# Whoever asked first does not wait until the last of a thousand is found.
MOST = 64


class Together(Generic[Asked, Told]):
    """`answer` is given what was asked since the last time it was; what it leaves out is answered by None.

    Whoever asks while it reads is answered by the next reading, which sees what was committed meanwhile.
    """

    def __init__(self, answer: Callable[[Sequence[Asked]], Awaitable[Mapping[Asked, Told]]]) -> None:
        self._answer = answer
        self._waiting: dict[Asked, asyncio.Future[Told | None]] = {}
        self._reader: asyncio.Task[None] | None = None

    async def ask(self, what: Asked) -> Told | None:
        """Raises what the reading raised."""
        told = self._waiting.get(what)
        if told is None:
            told = self._waiting[what] = asyncio.get_running_loop().create_future()
        if self._reader is None or self._reader.done():
            self._reader = asyncio.create_task(self._read())
        # Others may wait for the same: one of them giving up is nothing to them.
        return await asyncio.shield(told)

    async def _read(self) -> None:
        while self._waiting:
            asked = list(islice(self._waiting, MOST))
            waiting = {what: self._waiting.pop(what) for what in asked}
            try:
                found = await self._answer(asked)
            except BaseException as failure:
                for told in waiting.values():
                    told.set_exception(failure)
                    # Nobody may be left who would look at it.
                    told.exception()
                if not isinstance(failure, Exception):
                    raise
                continue
            for what, told in waiting.items():
                told.set_result(found.get(what))
