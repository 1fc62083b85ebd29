"""Addresses of crypto-currencies, known by their checksum; without one only where coins are spoken of."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

import re2

from patterns.artefacts.kinds import Artefact, Kind

if TYPE_CHECKING:
    from patterns.normalize import Normalized

# On the original text: these addresses live by their capitals.
_ADDRESS = re2.compile(
    r"\b(?:(?P<ethereum>0[xX][0-9a-fA-F]{40})|(?P<tron>T[1-9A-HJ-NP-Za-km-z]{33})|(?P<bitcoin>[13][1-9A-HJ-NP-Za-km-z]{25,34}|(?:bc1|BC1)[0-9a-zA-Z]{11,71}))\b"
)
_SPOKEN_OF = re2.compile(
    r"usdt|trc|erc|btc|eth|bitcoin|crypto|泰达|比特币|虚拟币|虚拟货币|数字货币|钱包地址|充币|wallet"
)
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def find_coins(text: Normalized) -> list[Artefact]:
    """Spans are those of the original text."""
    found = []
    for match in _ADDRESS.finditer(text.original):
        address = match.group()
        scheme = next(name for name, told in match.groupdict().items() if told)
        exact = scheme == "ethereum" or address[:3].casefold() == "bc1"
        if exact or passes_base58(address) or _SPOKEN_OF.search(text.text):
            mark = f"{scheme}:{address.casefold()}"
            found.append(Artefact(Kind.CRYPTO, mark, address, scheme, start=match.start(), end=match.end()))
    return found


def passes_base58(address: str) -> bool:
    """Does its double-SHA256 checksum agree?"""
    number = 0
    for char in address:
        if char not in _BASE58:
            return False
        number = number * 58 + _BASE58.index(char)
    size = 25
    if number >= 1 << (8 * size):
        return False
    raw = number.to_bytes(size, "big")
    return sha256(sha256(raw[:-4]).digest()).digest()[:4] == raw[-4:]
