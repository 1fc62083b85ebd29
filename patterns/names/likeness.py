"""The words of this package: how alike two names are, whom a name resembles, what it claims to be."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from patterns.model import Protected


class Likeness(IntEnum):
    """How strongly one name resembles another."""

    NONE = 0
    WEAK = 1  # may support other evidence, never convicts
    NEIGHBOUR = 2  # a busy parent would take one for the other
    EQUAL = 3  # the same once disguises are undone


class Grade(IntEnum):
    """How alike the persons are, whatever stands around them."""

    NOT = 0
    EXTENDED = 1
    GIVEN = 2
    SURNAME = 3
    SOUND = 4
    SHAPE = 5
    SAME = 6


@dataclass(frozen=True, slots=True)
class Resemblance:
    """Whom a name resembles, how strongly, and by which trick ("equal", "look_alike", "pinyin", "role" …)."""

    protected: Protected
    likeness: Likeness
    how: str


@dataclass(frozen=True, slots=True)
class Claim:
    """What a name, or a self-introduction, claims to be; `found` are its words."""

    kind: str
    found: str
