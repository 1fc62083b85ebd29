"""Links, written plainly or broken up so that no machine should notice. None is ever visited."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import re2

from patterns.artefacts.addresses import WEB, parse
from patterns.artefacts.files import is_program
from patterns.artefacts.finds import Finds
from patterns.artefacts.hosts import host_of, latin, names_purse, oddity
from patterns.artefacts.kinds import Artefact, Kind
from patterns.artefacts.payloads import read_address
from patterns.artefacts.tables import table, words

if TYPE_CHECKING:
    from patterns.normalize import Normalized

_DOT = r"(?:[.。点·]|\[[.点]\]|\([.点]\)|\{\.\}|【\.】|\[dot\]|\(dot\)| dot )"
_LETTER = r"a-z0-9\p{Cyrillic}\p{Greek}"
_LABEL = rf"[{_LETTER}][{_LETTER}_-]*"
_REST = r"(?::[0-9]+)?(?:[/?#][!-~]*)?"
_CLOSING = ".,;:!?)]}>'\"*_~|"
_DOTS = re.compile(_DOT)


def read_link(address: str) -> Artefact:
    """What an address leads to.

    Of a plain link `scheme` tells the oddest thing about it: `userinfo` (a trusted name before an @), `ip`,
    `mixed_script`, `broken_up` (written so that machines overlook it), `shortener`, `app` (opens an app), `purse` (is named like one), `program` (a file that runs), or nothing.
    """
    known = read_address(address)
    return known if known is not None else _link(address)


def find_links(text: Normalized) -> list[Artefact]:
    """Every link in the text, each once, in order.

    The original is read before the normalised text: undoing disguises also rewrites the letters of honest
    addresses (weixin.qq.com).
    """
    if text.original.isascii() and isinstance(text.origin, range):
        return list(_links(text.text))
    found = Finds(len(text.text))
    for link in _links(_folded(text.original)):
        start, end = bisect_left(text.origin, link.start), bisect_left(text.origin, link.end)
        found.add([replace(link, found=text.original[link.start : link.end], start=start, end=end)])
    found.add(_links(text.text))
    return found.in_order()


def _folded(original: str) -> str:
    """Full-width letters made plain, capitals small, every character in its place."""
    folded = unicodedata.normalize("NFKC", original).lower()
    if len(folded) == len(original):
        return folded
    return "".join(map(_small, original))


@lru_cache(maxsize=8192)
def _small(char: str) -> str:
    small = unicodedata.normalize("NFKC", char).lower()
    return small if len(small) == 1 else char


def _links(text: str) -> Iterator[Artefact]:
    for match in _pattern().finditer(text):
        link = _found(text, match)
        if link is not None:
            yield link


def _found(text: str, match: Any) -> Artefact | None:
    start = match.start()
    before = text[start - 1] if start else " "
    if before in "@.-_" or (before.isascii() and before.isalnum()):
        return None
    raw = match.group().rstrip(_CLOSING)
    if match.group("bare"):
        raw = _plausible(raw)
        if not raw:
            return None
    mended = _mend(raw)
    link = read_address(mended) or _link(mended, broken=mended != raw)
    return replace(link, found="", start=start, end=start + len(raw))


def _link(address: str, broken: bool = False) -> Artefact:
    parts = parse(address)
    host = latin(host_of(address))
    app = parts.scheme not in WEB
    path = parts.path.rstrip("/")
    where = f"{host}/{path}" if path else host
    mark = f"link:{parts.scheme}://{where}" if app else f"link:{where}"
    odd = "app" if app else "userinfo" if parts.user else oddity(parts.host)
    if broken and odd in {"", "shortener"}:
        odd = "broken_up"
    if not odd and names_purse(host):
        odd = "purse"
    if not odd and is_program(parts.path):
        odd = "program"
    return Artefact(Kind.LINK, mark=mark.casefold(), found=address, scheme=odd)


def _mend(raw: str) -> str:
    """hxxp:// and dots written as words put right, in the scheme and host only."""
    scheme, mark, rest = raw.partition("://")
    if not mark:
        scheme, rest = "", raw
    cut = _host_end(rest)
    host: str = _DOTS.sub(".", rest[:cut])
    return scheme.replace("xx", "tt").replace("**", "tt") + mark + host + rest[cut:]


def _host_end(rest: str) -> int:
    return min((at for at in map(rest.find, "/?#") if at >= 0), default=len(rest))


def _plausible(raw: str) -> str:
    """As much of a bare name as is a link: its ending must be one, and more than an ordinary word."""
    cut = _host_end(raw)
    host, path = raw[:cut], raw[cut:]
    name, port, _ = host.partition(":")
    labels = [(match.start(), match.end()) for match in _DOTS.finditer(name)]
    if _is_ipv4(name):
        return raw if port or path else ""
    ends = [start for start, _ in labels] + [len(name)]
    for index in range(len(labels), 0, -1):
        ending = name[labels[index - 1][1] : ends[index]]
        told = name[: labels[index - 1][0]]
        if ending in _endings() or (ending in _words() and (path or _telling(told))):
            return raw if index == len(labels) else name[: ends[index]]
        if path or port:
            return raw if ending.isalpha() and len(ending) > 1 and _telling(told) else ""
    return ""


def _telling(name: str) -> bool:
    """Does the name before the ending look like anything but a word?"""
    letters, digits = any(char.isalpha() for char in name), any(char.isdecimal() for char in name)
    return name.startswith("www") or "-" in name or (letters and digits)


def _is_ipv4(host: str) -> bool:
    parts = host.split(".")
    return len(parts) == 4 and all(part.isdecimal() and int(part) < 256 for part in parts)


@cache
def _words() -> frozenset[str]:
    return words(table("links")["words"])


@cache
def _pattern() -> Any:
    host = (
        rf"{_LABEL}(?:{_DOT}{_LABEL})*|\p{{Han}}[\p{{Han}}a-z0-9-]*(?:\.[\p{{Han}}a-z0-9-]+)+|\[[0-9a-f:]+\]"
    )
    full = rf"[a-z][a-z0-9+*-]*://(?:[!-.0-9;=_a-z~%]+@)?(?:{host}){_REST}|#小程序://[^\s]+"
    han = "|".join(ending for ending in _endings() if not ending.isascii())
    bare = rf"{_LABEL}(?:{_DOT}{_LABEL})+{_REST}|[\p{{Han}}a-z0-9-]+\.(?:{han}){_REST}"
    return re2.compile(f"(?P<full>{full})|(?P<bare>{bare})")


@cache
def _endings() -> frozenset[str]:
    return words(table("links")["endings"])
