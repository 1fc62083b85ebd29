"""Updates waiting for the bot, with the offsets, limits and filters of getUpdates."""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress
from typing import Any

from bot.playground.waiting import Bell

FIRST_UPDATE = 500_000_001
# Delivered only to a bot that asks for them by name.
ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count", "recalled"})

_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class Superseded(Exception):
    """Another poll began while this one was waiting."""


class UpdateQueue:
    """Each update is turned into bytes once, when it happens."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[int, bytes]] = deque()
        self._next = FIRST_UPDATE
        self._allowed: frozenset[str] | None = None
        self._arrived = Bell()
        self._poll = 0
        self.last_confirmed = time.monotonic()
        self.polling = 0
        self.allowed_updates: list[str] = []

    def __len__(self) -> int:
        return len(self._waiting)

    def allow(self, kinds: Iterable[str]) -> None:
        """Remembered until told otherwise; nothing named means everything but the kinds `ON_REQUEST`."""
        self.allowed_updates = list(kinds)
        self._allowed = frozenset(self.allowed_updates) or None

    def wants(self, kind: str) -> bool:
        return kind in self._allowed if self._allowed else kind not in ON_REQUEST

    def put(self, kind: str, body: dict[str, Any]) -> int | None:
        """The update's number, or None when the bot did not ask for this kind."""
        if not self.wants(kind):
            return None
        number = self._next
        self._next += 1
        encoded = f'{{"update_id":{number},"{kind}":{_ENCODE(body)}}}'.encode("utf-8", "replace")
        self._waiting.append((number, encoded))
        self._arrived.ring()
        return number

    def forget(self) -> None:
        self._waiting.clear()
        self.last_confirmed = time.monotonic()

    async def poll(self, offset: int, limit: int, patience: float) -> list[bytes]:
        """What getUpdates answers: confirms everything below `offset`, waits when nothing is there."""
        self._poll += 1
        mine = self._poll
        self._arrived.ring()
        self.confirm(offset)
        deadline = time.monotonic() + patience
        self.polling += 1
        try:
            while (
                not self._waiting and (left := deadline - time.monotonic()) > 0 and not self._arrived.closed
            ):
                await self._arrived.heard(left)
                if mine != self._poll:
                    raise Superseded
        finally:
            self.polling -= 1
        return [body for _, body in zip(range(limit), (body for _, body in self._waiting), strict=False)]

    async def told(self) -> AsyncIterator[dict[str, Any]]:
        """Update after update, for the one who listens: each is confirmed when the next is asked for."""
        offset = 0
        while True:
            with suppress(Superseded):
                for body in await self.poll(offset, 100, 30.0):
                    update = json.loads(body)
                    yield update
                    offset = update["update_id"] + 1
                    self.confirm(offset)

    def close(self) -> None:
        self._arrived.close()

    @property
    def first(self) -> int | None:
        """The number of the update that waits longest."""
        return self._waiting[0][0] if self._waiting else None

    def confirm(self, offset: int) -> None:
        """Everything below it has arrived; below zero: everything but the last so many."""
        waiting = self._waiting
        before = len(waiting)
        if offset < 0:
            while len(waiting) > -offset:
                waiting.popleft()
        else:
            while waiting and waiting[0][0] < offset:
                waiting.popleft()
        if len(waiting) != before:
            self.last_confirmed = time.monotonic()
