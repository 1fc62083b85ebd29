"""Writes text as somebody would who does not want to be found by it: every step of `patterns.normalize`, the other way round."""

from __future__ import annotations

import random
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cache

import opencc

from patterns.letters import pairs, read_table

Disguise = Callable[[str, random.Random], str]
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u061c\u115f\u3164\uffa0\u180e\u2800\u202d\u2067\U000e0041\ufe00"
_BETWEEN = (" ", "*", ".", "·", "-", "~", "_", "|", "/", "❤", "🌟", "\u3000")
_SHARE = 0.3


def _exchanged(
    text: str, forms: Mapping[str, Sequence[str]], chance: random.Random, share: float = _SHARE
) -> str:
    """Some of the characters that have other forms in one of them."""
    return "".join(
        chance.choice(forms[char]) if char in forms and chance.random() < share else char for char in text
    )


def _words(text: str, forms: Mapping[str, Sequence[str]], chance: random.Random) -> str:
    """The same for whole words."""
    if not forms:
        return text
    longest = sorted(forms, key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, longest)))
    return pattern.sub(
        lambda hit: chance.choice(forms[hit.group()]) if chance.random() < 0.7 else hit.group(), text
    )


@cache
def _reverse(kind: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    if kind in ("borrowed", "fancy"):
        table = read_table("letters")[kind]
        assert isinstance(table, dict)
        for plain, chars in table.items():
            found[str(plain)] += list(chars)
    elif kind == "radicals":
        for char, plain in pairs(str(read_table("radicals")["radicals"])).items():
            found[plain].append(char)
        for code in range(0x2F00, 0x2FD6):
            found[unicodedata.normalize("NFKC", chr(code))].append(chr(code))
    elif kind == "compatible":
        for code in range(0xF900, 0xFB00):
            if len(plain := unicodedata.normalize("NFKC", chr(code))) == 1 and plain != chr(code):
                found[plain].append(chr(code))
    elif kind == "variants":
        for char, plain in pairs(str(read_table("variants")["variants"])).items():
            found[plain].append(char)
    elif kind == "split":
        for entry in str(read_table("money_words")["split"]).split():
            found[entry[-1]].append(entry[:-1])
    else:
        table = read_table("money_words")[kind]
        assert isinstance(table, dict)
        for word, forms in table.items():
            found[str(word)] += [form for form in forms.split() if not (kind == "latin" and len(form) < 3)]
    return dict(found)


@cache
def _mathematical() -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for code in (*range(0x1D400, 0x1D800), *range(0xFF01, 0xFF5F), *range(0x24B6, 0x24EA)):
        plain = unicodedata.normalize("NFKC", chr(code))
        if len(plain) == 1 and plain.isascii() and plain.isalnum():
            found[plain].append(chr(code))
    return dict(found)


@cache
def _converter(route: str) -> opencc.OpenCC:
    return opencc.OpenCC(route)


def invisible(text: str, chance: random.Random) -> str:
    """Characters without a shape, between any two."""
    return "".join(char + (chance.choice(_INVISIBLE) if chance.random() < _SHARE else "") for char in text)


def traditional(text: str, chance: random.Random) -> str:
    return str(_converter(chance.choice(("s2t", "s2hk", "s2tw"))).convert(text))


def apart(text: str, chance: random.Random) -> str:
    """Blanks, stars, dots or hearts between the characters of the words that matter."""
    mark = chance.choice(_BETWEEN)
    watched = sorted(str(read_table("money_words")["watched"]).split(), key=len, reverse=True)
    return re.sub("|".join(watched), lambda hit: mark.join(hit.group()), text)


def flags(text: str, chance: random.Random) -> str:
    """加vx as 加 and two letters of flags."""
    return re.sub(
        r"(?<![a-z])(?:vx|wx|qq)(?![a-z])",
        lambda hit: "".join(chr(0x1F1E6 + ord(char) - ord("a")) for char in hit.group()),
        text,
    )


def signs(text: str, chance: random.Random) -> str:
    """💰 for 钱 and 🧧 for 红包, where the word before says so."""
    text = re.sub("(?<=[交给付转收打])钱", lambda _: chance.choice("💰💵💴"), text)
    return re.sub("(?<=[发抢收领])红包", "🧧", text)


def _letters(kind: str) -> Disguise:
    def exchange(text: str, chance: random.Random) -> str:
        return _exchanged(text, _reverse(kind), chance)

    return exchange


def _spelled(kind: str) -> Disguise:
    def exchange(text: str, chance: random.Random) -> str:
        return _words(text, _reverse(kind), chance)

    return exchange


def mathematical(text: str, chance: random.Random) -> str:
    """Letters and digits of the mathematical, full-width and ringed alphabets."""
    return _exchanged(text, _mathematical(), chance, 0.6)


DISGUISES: Mapping[str, Disguise] = {
    "invisible characters": invisible,
    "radicals": _letters("radicals"),
    "compatibility forms": _letters("compatible"),
    "traditional writing": traditional,
    "old and popular forms": _letters("variants"),
    "Cyrillic and Greek letters": _letters("borrowed"),
    "ornamental letters": _letters("fancy"),
    "mathematical and full-width": mathematical,
    "taken apart": _letters("split"),
    "misspelt on purpose": _spelled("misspelt"),
    "pinyin and initials": _spelled("latin"),
    "held apart": apart,
    "emoji for words": signs,
    "letters as flags": flags,
}
# What is done to single characters comes after what needs whole words.
_ORDER = (
    "emoji for words",
    "misspelt on purpose",
    "pinyin and initials",
    "traditional writing",
    "letters as flags",
    "held apart",
    "taken apart",
)


def in_order(names: Sequence[str]) -> list[str]:
    """Disguises in an order in which one does not prevent the other."""
    return sorted(names, key=lambda name: (_ORDER.index(name) if name in _ORDER else len(_ORDER), name))


def disguised(text: str, names: Sequence[str], chance: random.Random) -> str:
    for name in in_order(names):
        text = DISGUISES[name](text, chance)
    return text
