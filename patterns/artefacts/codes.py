"""A decoded QR code: whose it is and what scanning it does."""

from __future__ import annotations

from patterns.artefacts.emv import read_emv
from patterns.artefacts.kinds import Artefact, Kind
from patterns.artefacts.links import read_link
from patterns.artefacts.payloads import read_address


def read_code(payload: str) -> Artefact:
    """Every payload is something, if only an unknown code."""
    known = read_emv(payload.strip()) or read_address(payload)
    if known is not None:
        return known
    if payload.strip()[:8].casefold().startswith(("http://", "https://")):
        return read_link(payload)
    return Artefact(Kind.UNKNOWN_QR, mark=f"qr:{payload.strip()}", found=payload)
