"""What a confirmed scam is known by besides its codes, accounts and links: its sender, and a text of some length."""

from __future__ import annotations

from patterns.normalize import normalize

PERSON, TEXT = "person", "text"
_TELLING, _LONGEST = 20, 600


def text_mark(text: str, undone: str = "") -> str:
    """What a message's words are recognised by elsewhere; empty for words too few to be anybody's own.

    `undone` is what `normalize` made of them, where that is known.
    """
    if not undone or len(text) > _LONGEST:
        undone = normalize(text[:_LONGEST]).text
    plain = undone.strip()
    return f"{TEXT}:{plain}" if len(plain) >= _TELLING else ""
