"""The tenor of words: how much they read like somebody collecting, learnt from labelled cases.

Honest people collect too, and each speaker otherwise: whoever wears a false name is listened to by one table, registered
staff, of whom only a collection into private hands is told, by a second, and strangers under their own names by a third.
A fourth tells a stranger's tale of a fraud from the fraud.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import sqrt

# Latin words, numbers whatever their figures, and everything else character by character.
_PIECE = re.compile(r"[a-z]+|\d+|[^\sa-z\d]")
_CLAUSE = re.compile(r"[^,.;:!?，。；：！？、\n]+")
_READ = 600


@lru_cache(maxsize=4)
def phrases(text: str) -> frozenset[str]:
    """Every one, two and three pieces that follow one another in an undisguised text.

    The last texts are remembered: one text is listened to by several tables.
    """
    one = ["0" if piece.isdigit() else piece for piece in _PIECE.findall(text[:_READ])]
    two = [f"{first} {then}" for first, then in pairwise(one)]
    three = [f"{first} {then}" for first, then in zip(two, one[2:], strict=False)]
    return frozenset((*one, *two, *three))


@dataclass(frozen=True, slots=True)
class Tenor:
    """A table as a value: a linear model over phrases; from where on words count as collecting, by whose they are; and
    below what they are certainly talk.
    """

    least: Mapping[str, float]
    talk: Mapping[str, float]
    bias: float
    weights: Mapping[str, float]

    def of(self, text: str) -> float:
        """From about -6 (talk) to 6 (a demand for money). `text` is undisguised; its first 600 characters are read."""
        known = phrases(text) & self.weights.keys()
        if not known:
            return self.bias
        return self.bias + sum(map(self.weights.__getitem__, known)) / sqrt(len(known))

    def collects(self, text: str, whose: str) -> bool:
        """Does it sound like collecting, from such a speaker?"""
        return self.of(text) > self.least[whose]

    def talks(self, text: str, whose: str) -> bool:
        """Does it sound like anything but collecting, from such a speaker?"""
        return self.of(text) < self.talk[whose]

    def tellingest(self, text: str) -> tuple[int, int]:
        """Where the clause stands that reads most like collecting: its first character and the one behind it."""
        return max(_clauses(text), key=lambda place: self.of(text[slice(*place)]), default=(0, len(text)))


def _clauses(text: str) -> Iterator[tuple[int, int]]:
    return (clause.span() for clause in _CLAUSE.finditer(text[:_READ]))
