"""Taiwan's common payment code: TWQRP://label/158/02/V1?D1=amount×100&D5=bank&D6=account&D10=901."""

from __future__ import annotations

from decimal import Decimal
from urllib.parse import parse_qsl, unquote

from patterns.artefacts.kinds import Artefact, Kind

_START = "twqrp://"
_LONGEST = 1_000
_LONGEST_AMOUNT = 12


def read_twqr(payload: str) -> Artefact | None:
    """None unless the payload is such a code."""
    text = payload.strip()[:_LONGEST]
    if not text.casefold().startswith(_START):
        text = unquote(text)
    if not text.casefold().startswith(_START):
        return None
    fields = {name.upper(): value for name, value in parse_qsl(text.partition("?")[2])}
    bank, account, hundredths = fields.get("D5", ""), fields.get("D6", "").lstrip("0"), fields.get("D1", "")
    told = hundredths.isascii() and hundredths.isdecimal() and len(hundredths) <= _LONGEST_AMOUNT
    return Artefact(
        Kind.BANK_QR,
        mark=f"twqr:{bank}-{account}" if account else f"twqr:{text.casefold()}",
        found=payload,
        scheme="twqr",
        payee=f"{bank}-{account}" if account else "",
        amount=format((Decimal(hundredths) / 100).normalize(), "f") if told else "",
    )
