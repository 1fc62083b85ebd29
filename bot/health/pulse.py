"""When a platform last answered, and whether it accepts us."""

from __future__ import annotations

import time


class Pulse:
    """Kept by whoever fetches the updates, looked at by the watch."""

    def __init__(self) -> None:
        self._last = time.monotonic()
        self.refused = False

    def beat(self) -> None:
        """The platform answered."""
        self._last = time.monotonic()
        self.refused = False

    def refuse(self) -> None:
        """The platform does not accept the token."""
        self.refused = True

    @property
    def silent(self) -> float:
        """Seconds since the last answer."""
        return time.monotonic() - self._last
