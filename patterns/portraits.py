"""Profile pictures as fingerprints of their looks: when two are the same picture, and whose it is.

A fingerprint is 160 hexadecimal digits: 256 bits that say where the picture grows brighter to the right, on a
grid of 16 by 16, then its colours on a grid of 4 by 4 (red, green, blue in turn), each as a byte around 128.
Light and dark alone are alike for too many faces in front of a wall; colours alone for too many lawns.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from patterns.model import Protected

_SHAPE = 64  # hexadecimal digits
_LENGTH = 160
# Of 256 bits. Another size or quality changes a dozen, cutting off a tenth of an edge about fifty, another picture a hundred.
_OTHER_SHAPE = 48
# The mean difference of a colour, of 255.
_OTHER_COLOUR = 9.0


def alike(one: str, other: str) -> bool:
    """Do two fingerprints show the same picture? Nothing is like what is no fingerprint."""
    first, second = _parts(one), _parts(other)
    if first is None or second is None or (first[0] ^ second[0]).bit_count() > _OTHER_SHAPE:
        return False
    differences = (abs(a - b) for a, b in zip(first[1], second[1], strict=True))
    return sum(differences) <= _OTHER_COLOUR * len(first[1])


def whose(portrait: str, people: Iterable[Protected]) -> Protected | None:
    """The one person whose picture this is. What several share, a school's crest, is nobody's face."""
    theirs = [person for person in people if any(alike(portrait, known) for known in person.portraits)]
    return theirs[0] if len(theirs) == 1 else None


@lru_cache(maxsize=4_096)
def _parts(portrait: str) -> tuple[int, bytes] | None:
    try:
        return (
            (int(portrait[:_SHAPE], 16), bytes.fromhex(portrait[_SHAPE:]))
            if len(portrait) == _LENGTH
            else None
        )
    except ValueError:
        return None
