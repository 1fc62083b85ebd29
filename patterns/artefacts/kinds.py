"""What can be found in a message besides words: the kinds, and one find."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a code, number, link or file turned out to be."""

    WALLET = "wallet"
    MERCHANT = "merchant"
    BANK_QR = "bank_qr"
    CARD = "card"
    ACCOUNT = "account"
    CRYPTO = "crypto"
    CONTACT = "contact"
    GROUP = "group"
    LOGIN = "login"
    LINK = "link"
    FILE_PROGRAM = "file_program"
    FILE_ARCHIVE = "file_archive"
    FILE_DOCUMENT = "file_document"
    RED_PACKET = "red_packet"
    GROUP_COLLECT = "group_collect"
    GIFT_CARD = "gift_card"
    MONEY = "money"
    UNKNOWN_QR = "unknown_qr"


_PAYS = frozenset(
    {
        Kind.WALLET,
        Kind.MERCHANT,
        Kind.BANK_QR,
        Kind.CARD,
        Kind.ACCOUNT,
        Kind.CRYPTO,
        Kind.RED_PACKET,
        Kind.GROUP_COLLECT,
        Kind.GIFT_CARD,
    }
)


# What never stands in a name told whole: masks, parts of addresses.
_NO_NAME = frozenset("*＊@/:_×")
_HAN_NAME, _LATIN_NAME = 2, 3


@dataclass(frozen=True, slots=True)
class Artefact:
    """One thing that was found.

    `mark` is its canonical text, the same however it was disguised or whichever amount was filled in;
    empty when there is nothing to recognise it by. `found` are the original characters.
    `scheme` says more about the kind: whose wallet (wechat, alipay, fps, paynow …), what is wrong with
    a link (see links.py) or a file (see files.py), the currency of an amount.
    `payee` is the receiver as the code or text itself names it. `start` and `end` are the span in the
    normalised text, -1 for what was not found in text.
    """

    kind: Kind
    mark: str = ""
    found: str = ""
    scheme: str = ""
    payee: str = ""
    amount: str = ""
    start: int = -1
    end: int = -1

    @property
    def pays(self) -> bool:
        """Can money go through it?"""
        return self.kind in _PAYS or self.scheme == "purse"

    @property
    def receiver(self) -> str:
        """The receiver's name, empty where none is told: an account, a name half hidden (王*), a filler (NA)."""
        name = self.payee.strip()
        letters = sum(char.isalpha() for char in name)
        least = _LATIN_NAME if name.isascii() else _HAN_NAME
        account = any(char in _NO_NAME or char.isdecimal() for char in name)
        return "" if account or letters < least else name
