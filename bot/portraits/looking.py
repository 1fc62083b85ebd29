"""A look at somebody's profile picture: asked of the platform at a walking pace, each picture fetched once."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import structlog

from bot.events import Picture
from bot.media.reading import Reading, Task
from bot.platforms import Later, Moved, Platform, Refused, Unsure

log = structlog.get_logger(__name__)

# Between two looks. A platform allows its bots about thirty calls a second, and a look is two: messages come first.
PACE_SECONDS = 0.2
PATIENCE = 20.0
BYTES = 1_000_000
_REMEMBERED = 4_096


class Decodes(Protocol):
    async def read(self, unique_id: str, data: bytes, task: Task) -> Reading: ...


@dataclass(frozen=True, slots=True)
class Look:
    """`picture` is the platform's own name for it, `portrait` its fingerprint; both empty where there is none."""

    picture: str = ""
    portrait: str = ""


class Looking:
    def __init__(
        self, decoder: Decodes, platforms: Mapping[str, Platform], pace: float = PACE_SECONDS
    ) -> None:
        self._decoder = decoder
        self._platforms = platforms
        self._pace = pace
        self._turn = asyncio.Lock()
        self._next = 0.0
        self._known: OrderedDict[str, str] = OrderedDict()

    async def at(self, platform: str, user: str) -> Look | None:
        """What somebody looks like now. None is unknown: hidden, refused, or no time; it convicts nobody."""
        asked = self._platforms.get(platform)
        if asked is None:
            return None
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._patiently(asked, user)
        except (Later, Moved, Refused, Unsure, TimeoutError) as trouble:
            # Names no account: who is looked at is nobody's business but the group's.
            log.info("portrait_unknown", reason=type(trouble).__name__)
        except Exception:
            log.exception("portrait_failed")
        return None

    async def _patiently(self, platform: Platform, user: str) -> Look | None:
        try:
            return await self._look(platform, user)
        except Later as later:
            self._next = asyncio.get_running_loop().time() + later.seconds
        return await self._look(platform, user)

    async def _look(self, platform: Platform, user: str) -> Look | None:
        await self._my_turn()
        picture = await platform.portrait(user)
        if picture is None:
            return Look()
        portrait = await self._portrait(platform, picture)
        return None if portrait is None else Look(picture.unique_id, portrait)

    async def _my_turn(self) -> None:
        async with self._turn:
            now = asyncio.get_running_loop().time()
            if self._next > now:
                await asyncio.sleep(self._next - now)
            self._next = asyncio.get_running_loop().time() + self._pace

    async def _portrait(self, platform: Platform, picture: Picture) -> str | None:
        known = self._known.get(picture.unique_id)
        if known is not None:
            return known
        data = await platform.fetch(picture, BYTES)
        reading = await self._decoder.read(picture.unique_id, data, Task.PORTRAIT)
        if reading.reason:
            return None
        self._known[picture.unique_id] = reading.portrait
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return reading.portrait
