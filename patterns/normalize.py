"""Undo disguises: plain, simplified, lower-case text in which every character remembers where it came from."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import opencc

_INVISIBLE = {0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x3164, 0xFFA0, 0x180E, 0x2800, 0xFEFF}


@dataclass(frozen=True, slots=True)
class Normalized:
    """`text` is undisguised; `origin[i]` is the index in `original` behind `text[i]`."""

    original: str
    text: str
    origin: Sequence[int]
    tricks: frozenset[str] = frozenset()

    def quote(self, start: int, end: int) -> str:
        """The original characters behind text[start:end]."""
        if start >= end or start >= len(self.origin):
            return ""
        return self.original[self.origin[start] : self.origin[min(end, len(self.origin)) - 1] + 1]

    @property
    def disguised(self) -> bool:
        """Whether hiding tricks were undone (not mere full-width or traditional writing)."""
        return bool(self.tricks)


@cache
def load() -> dict[int, str]:
    """Read the tables once."""
    han = [chr(code) for span in (range(0x3400, 0x4DC0), range(0x4E00, 0xA000)) for code in span]
    plain = opencc.OpenCC("t2s").convert("\n".join(han)).split("\n")
    return {ord(a): b for a, b in zip(han, plain, strict=True) if a != b}


def normalize(text: str) -> Normalized:
    """Undo what hides words from a reader who is not human."""
    table = load()
    out: list[str] = []
    origin: list[int] = []
    tricks: set[str] = set()
    for index, char in enumerate(text):
        if ord(char) in _INVISIBLE or unicodedata.category(char) in ("Cf", "Mn"):
            tricks.add("invisible")
            continue
        for folded in unicodedata.normalize("NFKC", char).casefold().translate(table):
            out.append(folded)
            origin.append(index)
    return Normalized(text, "".join(out), origin, frozenset(tricks))
