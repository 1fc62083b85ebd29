"""One character undone at a time: radicals, variants, traditional forms, letters borrowed from other scripts."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

import opencc

from patterns.packaged import packaged

TABLES = Path(__file__).parent / "tables"

# What has no shape of its own. The fillers among them are letters to Unicode, not format characters.
_INVISIBLE = frozenset(
    chr(code)
    for span in (
        (0x00AD, 0x00AE), (0x034F, 0x0350), (0x061C, 0x061D), (0x115F, 0x1161), (0x17B4, 0x17B6),
        (0x180B, 0x1810), (0x200B, 0x2010), (0x202A, 0x202F), (0x2060, 0x2070), (0x2800, 0x2801),
        (0x3164, 0x3165), (0xFE00, 0xFE10), (0xFEFF, 0xFF00), (0xFFA0, 0xFFA1), (0xFFF0, 0xFFFC),
        (0x1BCA0, 0x1BCA4), (0x1D173, 0x1D17B), (0xE0000, 0xE1000),
    )
    for code in range(*span)
)  # fmt: skip

# Marks laid over letters and digits: accents, strike-through, keycaps.
_OVERLAY = re.compile("[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")

# Characters whose undone form is always exactly one character: text of these alone keeps its positions.
ONE_TO_ONE = (
    "\x00-\x7f\u00b7\u2013\u2014\u2018-\u201f\u2026\u3000-\u301f\u4e00-\u9fff\uff01-\uff5e\uffe5"
    "\U0001f300-\U0001f4af\U0001f4b1-\U0001f4b3\U0001f4b6\U0001f4b9-\U0001f910\U0001f912-\U0001f9e6\U0001f9e8-\U0001fad6"
)

_KANGXI = range(0x2F00, 0x2FD6)
_MEMORY = 60_000
_LONGEST_FORM = 6  # a whole Arabic blessing is one code point; nobody hides money words in it


def pairs(text: str) -> dict[str, str]:
    """Entries written as two characters side by side."""
    return {entry[0]: entry[1] for entry in text.split()}


def read_table(name: str) -> dict[str, object]:
    """One of the packaged tables."""
    table = packaged(TABLES / f"{name}.yaml")
    assert isinstance(table, dict)
    return table


def _every_han() -> list[str]:
    return [chr(code) for span in (range(0x3400, 0x4DC0), range(0x4E00, 0xA000)) for code in span]


def _taught_in_schools(char: str) -> bool:
    """Whether a character is ordinary simplified writing, and so stands for itself."""
    try:
        return len(char.encode("gb2312")) == 2
    except UnicodeEncodeError:
        return False


def _simplified() -> dict[str, str]:
    """Traditional, Taiwanese, Hong Kong, Japanese and popular forms, each to its simplified character."""
    han = _every_han()
    listed = "\n".join(han)  # one a line, so that no phrase of the dictionary can match
    plainly = opencc.OpenCC("t2s").convert(listed).split("\n")
    found = {
        char: plain for char, plain in zip(han, plainly, strict=True) if len(plain) == 1 and plain != char
    }
    for route in ("hk2s", "tw2s", "jp2t"):
        converted = opencc.OpenCC(route).convert(listed).split("\n")
        for char, plain in zip(han, converted, strict=True):
            if char != plain and len(plain) == 1 and char not in found and not _taught_in_schools(char):
                found[char] = found.get(plain, plain)
    for char, plain in pairs(str(read_table("variants")["variants"])).items():
        if not _taught_in_schools(char):
            found[char] = plain
    return found


class Folding(dict[int, str]):
    """What each code point stands for; learnt on first sight, so that `str.translate` does the work."""

    def __init__(self) -> None:
        super().__init__()
        radicals = read_table("radicals")
        letters = read_table("letters")
        fancy, borrowed = letters["fancy"], letters["borrowed"]
        assert isinstance(fancy, dict) and isinstance(borrowed, dict)
        self._simplified = _simplified()
        self._radicals = pairs(f"{radicals['radicals']} {radicals['strokes']}")
        self._fancy = {char: str(plain) for plain, chars in fancy.items() for char in chars}
        self._fancy |= _boxed_letters()
        self.borrowed = {char: str(plain) for plain, chars in borrowed.items() for char in chars}
        self.tricky = frozenset(self._radicals) | frozenset(self._fancy) | frozenset(map(chr, _KANGXI))
        self._fancy |= _ringed_digits()
        self.update((code, chr(code).lower()) for code in range(128))

    def __missing__(self, code: int) -> str:
        plain = self._fold(chr(code))
        if len(self) < _MEMORY:
            self[code] = plain
        return plain

    def _fold(self, char: str) -> str:
        if char in _INVISIBLE:
            return ""
        if char == "…":
            return char  # three points to Unicode, one mark to a writer
        return "".join(map(self._plain, _without_accents(char)))

    def _plain(self, char: str) -> str:
        char = self._radicals.get(char, char)
        if char in self._fancy:
            return self._fancy[char]
        return self._simplified.get(char, char).casefold()


def _without_accents(char: str) -> str:
    """The compatibility form with accents taken off Latin letters, and without anything invisible."""
    form = unicodedata.normalize("NFKC", char)
    if len(form) > _LONGEST_FORM:
        return char
    if any("\u00c0" <= part < "\u0530" or "\u1e00" <= part < "\u2000" for part in form):
        form = unicodedata.normalize("NFKD", form)
    return "".join(part for part in form if part not in _INVISIBLE and not _OVERLAY.match(part))


def _boxed_letters() -> dict[str, str]:
    starts = (0x1F150, 0x1F170)  # white on black: circled, squared
    return {chr(start + step): chr(ord("a") + step) for start in starts for step in range(26)}


def _ringed_digits() -> dict[str, str]:
    starts = (0x2776, 0x2780, 0x278A, 0x24F5)
    ringed = {chr(start + step): str(step + 1) for start in starts for step in range(10)}
    return ringed | {"⓿": "0", "🄋": "0", "🄌": "0"}


@cache
def folding() -> Folding:
    """The one table, built on first use."""
    return Folding()
