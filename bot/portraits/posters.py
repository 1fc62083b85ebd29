"""The profile pictures of people who have just said something, looked at beside the lanes and brought back as an event."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from bot.events import MessageSeen, PicturesRead, PortraitSeen
from bot.places import Place
from bot.portraits.looking import Looking
from patterns.model import Person

# Whoever could not be looked at is left in peace this long.
SORRY_SECONDS = 600.0
SIDE_BY_SIDE = 3
# More wait only if money or a teacher's name is in play.
WAITING = 1_000
_UNLUCKY = 10_000

_Key = tuple[str, str, str]


@dataclass(slots=True)
class Sought:
    """Somebody to be looked at; `said` is what they are judged by anew."""

    place: Place
    person: Person
    at: datetime
    said: MessageSeen | PicturesRead | None
    done: Callable[[PortraitSeen], None]


class Posters:
    def __init__(self, looking: Looking) -> None:
        self._looking = looking
        self._sought: dict[_Key, Sought] = {}
        self._order: asyncio.PriorityQueue[tuple[bool, int, _Key]] = asyncio.PriorityQueue()
        self._number = 0
        self._unlucky: OrderedDict[_Key, float] = OrderedDict()
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def waiting(self) -> int:
        return len(self._sought)

    def seek(self, sought: Sought, *, urgent: bool) -> None:
        """Look at somebody soon; `done` is called at most once, and not when nothing can be learned.

        Who is waited for already is judged by the latest thing said that matters.
        """
        key = (sought.place.platform, sought.place.address, sought.person.id)
        waiting = self._sought.get(key)
        if waiting is not None:
            if urgent or waiting.said is None:
                waiting.said = sought.said
            return
        if self._is_unlucky(key) or (len(self._sought) >= WAITING and not urgent):
            return
        self._sought[key] = sought
        self._number += 1
        self._order.put_nowait((not urgent, self._number, key))
        if not self._tasks:
            self._tasks = [asyncio.create_task(self._look_on()) for _ in range(SIDE_BY_SIDE)]

    async def stop(self) -> None:
        """Whoever was not looked at will be when they next say something."""
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task

    async def _look_on(self) -> None:
        while True:
            _, _, key = await self._order.get()
            sought = self._sought[key]
            look = await self._looking.at(sought.place.platform, sought.person.id)
            if look is None:
                self._regret(key)
            else:
                sought.done(PortraitSeen(sought.place, sought.person, look.portrait, sought.at, sought.said))
            # Only now: what is said meanwhile belongs to this look.
            del self._sought[key]

    def _is_unlucky(self, key: _Key) -> bool:
        until = self._unlucky.get(key)
        return until is not None and asyncio.get_running_loop().time() < until

    def _regret(self, key: _Key) -> None:
        self._unlucky[key] = asyncio.get_running_loop().time() + SORRY_SECONDS
        if len(self._unlucky) > _UNLUCKY:
            self._unlucky.popitem(last=False)
