"""A group that several of our accounts are in is guarded by one of them: it is warned once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from bot.places import ChatKind, Place, platform_kind
from bot.platforms import Belongs, Platform
from bot.store import chats
from bot.store.db import Database


class Sharing:
    """The one that was in it first guards it until it is out: settings, roster and incidents are that chat's. Asked for
    every event, so kept in memory.
    """

    def __init__(self, db: Database, platforms: Mapping[str, Platform]) -> None:
        self._db = db
        self._platforms = platforms
        kinds = Counter(map(platform_kind, platforms))
        self._several = {name for name in platforms if kinds[platform_kind(name)] > 1}
        # Of a group: the accounts in it, by when they came.
        self._inside: dict[tuple[str, str], list[str]] = {}

    async def guards(self, place: Place) -> bool:
        """Whether what this account hears there is to be answered."""
        if place.kind is not ChatKind.GROUP or place.platform not in self._several:
            return True
        key = platform_kind(place.platform), place.address
        if key not in self._inside:
            alike = [name for name in self._several if platform_kind(name) == key[0]]
            async with self._db.read() as tx:
                inside = await chats.accounts_inside(tx, alike, place.address)
            # Another may have asked meanwhile, of a group nobody has written down yet.
            self._inside.setdefault(key, inside or [place.platform])
        first = next((one for one in self._inside[key] if self._is_in(one, place.address)), place.platform)
        return first == place.platform

    def forget(self, place: Place) -> None:
        """An account has come there or gone."""
        self._inside.pop((platform_kind(place.platform), place.address), None)

    def _is_in(self, name: str, address: str) -> bool:
        """Who was put out while nobody listened does not know it from an event."""
        platform = self._platforms[name]
        return not isinstance(platform, Belongs) or platform.is_in(address) is not False
