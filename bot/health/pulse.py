"""When a platform last answered, and whether it accepts us."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection


class Pulse:
    """Kept by whoever fetches the updates, looked at by the watch. `silenced` is asked whether the platform
    keeps back what the bot says, `unheard` in which groups the ears somebody lent it there are deaf.
    """

    def __init__(
        self,
        silenced: Callable[[], bool] = lambda: False,
        unheard: Callable[[], Collection[str]] = frozenset,
    ) -> None:
        self._silenced = silenced
        self._unheard = unheard
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
    def silenced(self) -> bool:
        """What is said there may not be seen."""
        return self._silenced()

    @property
    def unheard(self) -> Collection[str]:
        """Titles of groups."""
        return self._unheard()

    @property
    def silent(self) -> float:
        """Seconds since the last answer."""
        return time.monotonic() - self._last
