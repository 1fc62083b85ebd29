"""Finds that do not overlap: what was found first says more about a stretch of text than what comes after."""

from __future__ import annotations

from collections.abc import Iterable

from patterns.artefacts.kinds import Artefact


class Finds:
    """The finds of one text of so many characters."""

    def __init__(self, characters: int) -> None:
        self._taken = bytearray(characters)
        self._finds: list[Artefact] = []

    def add(self, more: Iterable[Artefact]) -> None:
        """Keep those whose characters are still free."""
        for one in more:
            if not any(self._taken[one.start : one.end]):
                self._taken[one.start : one.end] = bytes([1]) * (one.end - one.start)
                self._finds.append(one)

    def in_order(self) -> list[Artefact]:
        return sorted(self._finds, key=lambda one: one.start)
