"""Where a line of a paper may end: between words of letters and between Chinese characters, as printers have it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from unicodedata import east_asian_width

_NEVER_FIRST = frozenset("，。、；：？！…—～·’”）》〉」』】〕％,.;:?!%)]}>")
_NEVER_LAST = frozenset("‘“（《〈「『【〔￥＄([{<¥$#@")


def broken(text: str, width: Callable[[str], float], room: float) -> Iterator[str]:
    """The lines of a text where so much fits on one; `width` measures a piece of it in the same unit.

    A word that fits on no line is cut.
    """
    for line in text.split("\n"):
        row, filled = "", 0.0
        for piece in (short for whole in _pieces(line) for short in _cut(whole, width, room)):
            wide = width(piece)
            if row and filled + width(piece.rstrip()) > room:
                yield row.rstrip()
                row, filled = "", 0.0
            row, filled = row + piece, filled + wide
        yield row.rstrip()


def _pieces(line: str) -> Iterator[str]:
    """What stays together, with the blanks behind it."""
    piece = ""
    for char in line:
        if piece and _may_end(piece[-1], char):
            yield piece
            piece = ""
        piece += char
    if piece:
        yield piece


def _may_end(before: str, after: str) -> bool:
    if after.isspace() or after in _NEVER_FIRST or before in _NEVER_LAST:
        return False
    return before.isspace() or _stands_alone(before) or _stands_alone(after)


def _stands_alone(char: str) -> bool:
    return east_asian_width(char) in "WF" or (char in _NEVER_FIRST and not char.isascii())


def _cut(piece: str, width: Callable[[str], float], room: float) -> Iterator[str]:
    if width(piece.rstrip()) <= room:
        yield piece
        return
    part, filled = "", 0.0
    for char in piece:
        wide = width(char)
        if part and filled + wide > room:
            yield part
            part, filled = "", 0.0
        part, filled = part + char, filled + wide
    yield part
