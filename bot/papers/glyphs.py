"""What a font can show of a text: nothing vanishes unseen, and nothing hides or turns round what stands beside it."""

from __future__ import annotations

from collections.abc import Collection
from unicodedata import category

# They only dress the sign before them: a variation, a skin colour, the cap of a key.
_DRESS = frozenset("\ufe0e\ufe0f\u20e3") | frozenset(map(chr, range(0x1F3FB, 0x1F400)))
_JOINER = "\u200d"


def printable(text: str, known: Collection[int]) -> str:
    """The text in signs a font has (`known`, by their numbers); others by their number: [U+1F642]."""
    return "".join(
        char if char == "\n" or (ord(char) in known and char.isprintable()) else f"[U+{ord(char):04X}]"
        for char in _bare(text)
    )


def unadorned(text: str, known: Collection[int]) -> str:
    """The same for a picture that is only to be read: signs the font has not are left out, letters are a mark."""
    signs = ("So", "Sk", "Cf", "Mn", "Cc", "Cs")
    shown = (
        char for char in _bare(text) if char == "\n" or ord(char) in known or category(char) not in signs
    )
    return (
        "".join(char if char == "\n" or ord(char) in known else "□" for char in shown)
        .replace("  ", " ")
        .strip()
    )


def _bare(text: str) -> str:
    """Without what only dresses a picture sign or joins two of them."""
    kept: list[str] = []
    for char in text:
        joins = char == _JOINER and bool(kept) and category(kept[-1]) == "So"
        if char not in _DRESS and not joins:
            kept.append(char)
    return "".join(kept)
