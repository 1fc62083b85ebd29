"""When a platform last answered, whether it accepts us, and why not."""

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
        self._said: set[str] = set()
        self.refused = False
        self.trouble = ""

    def beat(self) -> None:
        """The platform answered."""
        self._last = time.monotonic()
        self.refused = False
        self.trouble = ""
        self._said.clear()

    def fails(self, reason: str) -> bool:
        """The platform did not answer. Whether this reason is news: it is, once, until the platform answers again."""
        self.trouble = reason
        news = reason not in self._said
        self._said.add(reason)
        return news

    def refuse(self, reason: str = "") -> bool:
        """The platform does not accept the token. Whether that is news."""
        self.refused = True
        return self.fails(reason)

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
