"""Host names: where an address really leads, what is odd about it, and which school's it imitates."""

from __future__ import annotations

import unicodedata
from functools import cache
from itertools import pairwise

from patterns.artefacts.addresses import parse
from patterns.artefacts.tables import table, words

# Strings of letters that look like one letter; digits that look like letters.
_PAIRS = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("nn", "m"))
_DIGITS = str.maketrans("01358|", "olesbl")
# Shorter names are too common a part of others to be missed from them.
_TELLING = 5


def host_of(address: str) -> str:
    """The host an address or a link's mark leads to, without www., user name and port."""
    return _readable(parse(address.removeprefix("link:")).host)


def registered_part(host: str) -> str:
    """What somebody registered: pay.school.edu.hk → school.edu.hk."""
    labels = host.split(".")
    size = 3 if ".".join(labels[-2:]) in _second() else 2
    return ".".join(labels[-size:])


def belongs(host: str, registered: str) -> bool:
    """Is it that domain or below it?"""
    host, registered = host_of(host), host_of(registered)
    return bool(registered) and (host == registered or host.endswith("." + registered))


def resembles(host: str, registered: str) -> bool:
    """Would a hurried reader take `host` for the registered domain, which it is not?"""
    host, registered = host_of(host), host_of(registered)
    if not host or not registered or belongs(host, registered) or belongs(registered, host):
        return False
    ours = _name(registered_part(registered))
    theirs = registered_part(host)
    if registered in host or _shape(theirs) == _shape(registered_part(registered)):
        return True
    if len(ours) < _TELLING or ours in _common():
        return _shape(_name(theirs)) == _shape(ours)
    if _shape(ours) in _shape(host):
        return True
    return _one_slip(_shape(_name(theirs)), _shape(ours))


def oddity(host: str) -> str:
    """`ip`, `mixed_script` or `shortener`, empty for an ordinary host."""
    bare = host.strip("[]")
    if bare.replace(".", "").isdecimal() or bare.startswith("0x") or (":" in bare and host.startswith("[")):
        return "ip"
    if any(_foreign(char) for char in _readable(host)):
        return "mixed_script"
    return "shortener" if host in _shorteners() else ""


def names_purse(host: str) -> bool:
    """Does one part of the host name a purse: monzo-me-leo.example, tng-pay.example?"""
    parts = host.replace("-", ".").split(".")
    return not _purses().isdisjoint((*parts, *("".join(pair) for pair in pairwise(parts))))


def latin(host: str) -> str:
    """The host a reader believes to see, where letters of other scripts stand in for Latin ones."""
    return host.translate(_LOOK_ALIKES)


def _readable(host: str) -> str:
    """xn--… as the reader's browser may show it."""
    if "xn--" not in host:
        return host
    return ".".join(_label(label) for label in host.split("."))


def _label(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return label


def _foreign(char: str) -> bool:
    """A letter that passes for a Latin one and is none: Cyrillic а, Greek ο, Turkish ı …"""
    return char in _IMITATED or (not char.isascii() and char.isalpha() and _script(char) in _IMITATORS)


def _script(char: str) -> str:
    return unicodedata.name(char, "").partition(" ")[0]


def _name(domain: str) -> str:
    return domain.partition(".")[0]


def _shape(name: str) -> str:
    """The same for what looks alike at a glance; hyphens and dots say nothing."""
    plain = unicodedata.normalize("NFKD", name).casefold().translate(_LOOK_ALIKES).translate(_DIGITS)
    for pair, single in _PAIRS:
        plain = plain.replace(pair, single)
    return "".join(char for char in plain if char.isalnum()).replace("i", "l")


def _one_slip(one: str, other: str) -> bool:
    """Is one the other with a single letter put in, left out, changed or swapped with its neighbour?"""
    if abs(len(one) - len(other)) > 1 or one == other:
        return one == other
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    a, b = one[start:], other[start:]
    return a[1:] == b or a == b[1:] or a[1:] == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])


_IMITATORS = frozenset({"CYRILLIC", "GREEK", "COPTIC", "ARMENIAN", "CHEROKEE", "LISU", "GEORGIAN"})
_IMITATED = frozenset("ıɑɡɩʟɴʀʏᴀᴄᴇᴏᴜ")
# Letters of other scripts that pass for Latin ones in an address bar.
_LOOK_ALIKES = str.maketrans("аеорсухіјѕӏԁһԛԝвкмнтαενορτυκιλ", "aeopcyxijsldhqwbkmhtaevoptukil")


@cache
def _common() -> frozenset[str]:
    return words(table("links")["common"])


@cache
def _purses() -> frozenset[str]:
    return words(table("links")["purses"])


@cache
def _second() -> frozenset[str]:
    return words(table("links")["second"])


@cache
def _shorteners() -> frozenset[str]:
    return words(table("links")["shorteners"])
