"""RE2 over encoded text, past its Python module: a match object costs more than looking through a short message."""

from __future__ import annotations

from typing import Any

import re2

Span = tuple[int, int]
# Not part of the module's promise; google-re2 is held below 2, and no rule would hold without it.
_WHEREVER = re2._re2.RE2.Anchor.UNANCHORED


class Pattern:
    """An expression matched in linear time. Positions are byte offsets."""

    __slots__ = ("_match", "source")

    def __init__(self, source: str, options: Any = None) -> None:
        """Raises `re2.error` for an expression RE2 cannot read."""
        self.source = source
        self._match = re2.compile(source, options)._regexp.Match

    def __repr__(self) -> str:
        return f"Pattern({self.source!r})"

    def met(self, encoded: bytes) -> bool:
        """Does it match anywhere?"""
        start: int = self._match(_WHEREVER, encoded, 0, len(encoded))[0][0]
        return start >= 0

    def spans(self, encoded: bytes, most: int = 0) -> list[Span]:
        """Where it matches, from left to right, without overlaps; at most so many places unless 0."""
        found: list[Span] = []
        at, end = 0, len(encoded)
        while at <= end:
            span: Span = self._match(_WHEREVER, encoded, at, end)[0]
            if span[0] < 0:
                break
            found.append(span)
            if len(found) == most:
                break
            at = span[1] if span[1] > at else at + 1
        return found
