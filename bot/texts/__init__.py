"""Every word a person reads: a folder a language, a file a topic, the same keys in each.

A key may hold several wordings (a list). Values in {…} are filled in; strangers' names and texts are made
harmless on their way in. What differs between one and many stands as `{count:one|many}`.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib import resources

import yaml

from bot.settings import LANGUAGES

FALLBACK = LANGUAGES[0]
VALUE_LIMIT = 200
QUOTE_LIMIT = 600

# libyaml reads ten times as fast: the first warning must not wait for its words.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_MARKS_IN_A_ROW = 2
# Letters to the eye of Unicode, blanks to the eye of a reader.
_BLANK_LETTERS = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5")
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
# What a chat program would turn into a link, a mention, a command or a tag by itself.
_LIVE = re.compile(r"@|#(?=\w)|\$(?=[A-Z])|://|(?<!\w)/(?=\w)|(?<=\w)\.(?=[^\W\d_]|\d{1,3}\.\d{1,3}\.\d)")
_DEAD = {"@": "＠", "#": "＃", "$": "＄", "://": "：／／", "/": "／", ".": "．"}


class _Blank(str):
    """What is filled in; `{count:class|classes}` is the word that goes with a count, and not the count itself."""

    __slots__ = ()

    def __format__(self, forms: str) -> str:
        one, many, *_ = (*forms.split("|"), forms)
        return str(self) if not forms else one if self == "1" else many


class Said(str):
    """A finished piece of HTML that may be put into another text as it is."""

    __slots__ = ()


def say(language: str, key: str, variant: int = 0, **values: object) -> Said:
    """The text under a dotted key as HTML; `variant` picks among several wordings of the same thing."""
    blanks = {name: _Blank(_marked_up(value)) for name, value in values.items()}
    return Said(_template(language, key, variant).format_map(blanks))


def plain(language: str, key: str, variant: int = 0, **values: object) -> str:
    """The same without HTML, for places that show none: a button's label, an answer over the chat."""
    blanks = {name: _Blank(shown(str(value))) for name, value in values.items()}
    return _template(language, key, variant).format_map(blanks)


def lines(*parts: str | None) -> Said:
    """Pieces that are finished already, under each other; None falls away, "" is an empty line."""
    return Said("\n".join(part for part in parts if part is not None))


def shown(text: str, limit: int = VALUE_LIMIT) -> str:
    """What a stranger wrote, in one line, short, with nothing hidden in it and nothing in it to press on."""
    return _shortened(" ".join(_clean(text).split()), limit)


def quoted(text: str, limit: int = QUOTE_LIMIT) -> Said:
    """What a stranger wrote, as finished HTML with its line breaks."""
    kept = (" ".join(line.split()) for line in _clean(text).splitlines())
    return Said(html.escape(_shortened("\n".join(line for line in kept if line), limit), quote=False))


def wordings(language: str, key: str) -> tuple[str, ...]:
    """All the ways the same thing may be said, or understood."""
    return _texts(language)[key]


@cache
def every_wording(key: str) -> frozenset[str]:
    """All the ways something may be said to us in any of our languages, in small letters."""
    return frozenset(word.casefold() for language in LANGUAGES for word in wordings(language, key))


def texts(language: str) -> Mapping[str, tuple[str, ...]]:
    """All texts of a language: dotted key → its wordings."""
    return _texts(language)


def _template(language: str, key: str, variant: int) -> str:
    found = (_texts(language) if language in LANGUAGES else {}).get(key) or _texts(FALLBACK)[key]
    return found[variant % len(found)]


@cache
def _texts(language: str) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for topic in sorted(resources.files(__name__).joinpath(language).iterdir(), key=lambda file: file.name):
        read = yaml.load(topic.read_text("utf-8"), Loader=_LOADER)  # noqa: S506  (a safe loader, either way)
        for key, wordings in _flat("", read):
            assert key not in found, f"{language}/{topic.name} says {key} again"
            found[key] = wordings
    return found


def _flat(prefix: str, node: object) -> list[tuple[str, tuple[str, ...]]]:
    if isinstance(node, dict):
        return [pair for name, below in node.items() for pair in _flat(f"{prefix}.{name}".lstrip("."), below)]
    wordings = node if isinstance(node, list) else [node]
    return [(prefix, tuple(str(wording).strip("\n") for wording in wordings))]


def _marked_up(value: object) -> str:
    return value if isinstance(value, Said) else html.escape(shown(str(value)), quote=False)


def _clean(text: str) -> str:
    """Without control, direction, invisible and piled-up characters, and with nothing that turns into a link."""
    kept: list[str] = []
    marks = 0
    for char in _SELECTORS.sub("", unicodedata.normalize("NFC", text)):
        category = unicodedata.category(char)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if char in "\n\t" or category[0] == "Z":
            kept.append("\n" if char in "\n\u2028\u2029" else " ")
        elif category[0] != "C" and char not in _BLANK_LETTERS and marks <= _MARKS_IN_A_ROW:
            kept.append(char)
    return _LIVE.sub(lambda live: _DEAD[live.group()], "".join(kept))


def _shortened(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
