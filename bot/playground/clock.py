"""The playground's time: real time that can be moved, or made to stand still."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime


class MovableClock:
    """Runs with real time from wherever it was last set. `revision` grows with every move."""

    def __init__(
        self, start: datetime | None = None, *, running: bool = True, real: Callable[[], float] = time.time
    ) -> None:
        self._real = real
        self._running = running
        self._base = start.timestamp() if start else real()
        self._since = real()
        self.revision = 1
        self.on_move: list[Callable[[], None]] = []

    @property
    def running(self) -> bool:
        return self._running

    def seconds(self) -> float:
        return self._base + (self._real() - self._since if self._running else 0.0)

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.seconds(), UTC)

    def set(self, moment: datetime) -> None:
        self._move(moment.timestamp(), self._running)

    def advance(self, seconds: float) -> None:
        self._move(self.seconds() + seconds, self._running)

    def run(self, running: bool = True) -> None:
        self._move(self.seconds(), running)

    def _move(self, base: float, running: bool) -> None:
        datetime.fromtimestamp(
            base, UTC
        )  # a moment that no calendar knows is refused before anything changes
        self._base, self._since, self._running = base, self._real(), running
        self.revision += 1
        for tell in self.on_move:
            tell()

    def told(self) -> dict[str, object]:
        seconds = self.seconds()
        return {
            "now": seconds,
            "iso": datetime.fromtimestamp(seconds, UTC).isoformat(),
            "running": self._running,
            "revision": self.revision,
        }
