"""A decoded QR code: whose it is and what scanning it does."""

from __future__ import annotations

from dataclasses import replace

from patterns.artefacts.emv import read_emv
from patterns.artefacts.finding import find_in_text
from patterns.artefacts.kinds import Artefact, Kind
from patterns.artefacts.links import read_link
from patterns.artefacts.payloads import read_address
from patterns.artefacts.twqr import read_twqr
from patterns.normalize import normalize

_LONGEST = 4_296
_LEADS = (Kind.CONTACT, Kind.GROUP, Kind.LINK)


def read_code(payload: str) -> Artefact:
    """Every payload is something, if only an unknown code."""
    text = payload.strip().lstrip("\ufeff")[:_LONGEST]
    known = read_emv(text) or read_twqr(text) or read_address(text)
    if known is not None:
        return replace(known, found=payload)
    if _is_address(text):
        return replace(read_link(text), found=payload)
    written = _written(text)
    if written is not None:
        return replace(written, found=payload, start=-1, end=-1)
    return Artefact(Kind.UNKNOWN_QR, mark=f"qr:{text.casefold()}" if text else "", found=payload)


def _is_address(text: str) -> bool:
    scheme, mark, rest = text[:40].partition("://")
    return bool(mark and rest) and scheme.replace("+", "").replace("-", "").isalnum() and " " not in text


def _written(text: str) -> Artefact | None:
    """A code may hold plain words: an account to pay to comes first, then whom to add or where to go."""
    found = find_in_text(normalize(text))
    paying = next((one for one in found if one.pays), None)
    return paying or next((one for one in found if one.kind in _LEADS), None)
