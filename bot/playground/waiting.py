"""Waiting for something to change, instead of asking again and again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable


class Bell:
    """Wakes everyone who waits. After `close` nobody waits any more."""

    def __init__(self) -> None:
        self._event = asyncio.Event()
        self.closed = False

    def ring(self) -> None:
        if not self.closed:
            self._event.set()
            self._event = asyncio.Event()

    def close(self) -> None:
        self.closed = True
        self._event.set()

    async def heard(self, seconds: float) -> bool:
        """True when it rang within that time."""
        try:
            await asyncio.wait_for(self._event.wait(), max(seconds, 0.0))
        except TimeoutError:
            return False
        return True

    async def until(self, seconds: float, met: Callable[[], bool]) -> bool:
        """Waits until `met` holds, looking again at every ring, for at most that long."""
        deadline = time.monotonic() + seconds
        while not met():
            left = deadline - time.monotonic()
            if left <= 0 or self.closed:
                return False
            await self.heard(left)
        return True
