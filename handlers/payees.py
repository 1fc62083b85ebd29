"""What an admin shows of a payee, read: a code, an account, its last digits or a name; and what is kept of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from bot.store.payees import ACCOUNT, NAME, TAIL, Payee
from bot.texts import plain, shown
from patterns.artefacts import Artefact, Kind, find, read_attachment
from patterns.model import Attachment
from patterns.normalize import normalize

_LABEL = 40
_SCHEMES = ("wechat", "alipay", "fps", "paynow", "card", "bank")
_CODES = frozenset({Kind.WALLET, Kind.MERCHANT, Kind.BANK_QR, Kind.CRYPTO})
_TAIL = re.compile(r"(?:尾号|尾號|ending(?: in)?)[ :：]*(\d{4,8})|^(\d{4,8})$", re.IGNORECASE | re.ASCII)
_NUMBER = re.compile(r"^[\d -]{9,30}$", re.ASCII)
# What collects in the chat itself has no payee that could be known again.
_FLEETING = frozenset({Kind.RED_PACKET, Kind.GROUP_COLLECT, Kind.GIFT_CARD})


def written(text: str, mark: Callable[[str], str], language: str) -> tuple[Payee, ...]:
    """The payees in a text; one name when there is no number in it."""
    text = " ".join(text.split())
    found = find(normalize(f"银行账号：{text}" if _NUMBER.match(text) else text))
    numbered = _kept(found, mark, language)
    if numbered:
        return numbered
    if tail := _TAIL.search(text):
        return (Payee(TAIL, tail[1] or tail[2]),)
    name = shown(text, _LABEL)
    return (Payee(NAME, name),) if len(name) > 1 and not any(char.isdecimal() for char in name) else ()


def pictured(found: Iterable[Attachment], mark: Callable[[str], str], language: str) -> tuple[Payee, ...]:
    """The payees whose codes are in a picture."""
    return _kept((one for item in found for one in read_attachment(item)), mark, language)


def _kept(found: Iterable[Artefact], mark: Callable[[str], str], language: str) -> tuple[Payee, ...]:
    paying = [one for one in found if one.pays and one.mark and one.kind not in _FLEETING]
    return tuple(
        {one.mark: Payee(ACCOUNT, _masked(one, mark, language), mark(one.mark)) for one in paying}.values()
    )


def _masked(one: Artefact, mark: Callable[[str], str], language: str) -> str:
    """Enough to tell one from another, too little to pay to."""
    scheme = one.scheme if one.scheme in _SCHEMES else "other"
    if one.kind in _CODES:
        return plain(language, f"payee.code.{scheme}", short=mark(one.mark)[:4].upper())
    digits = "".join(char for char in one.mark if char.isdecimal())
    return plain(language, f"payee.account.{scheme}", tail=digits[-4:])
