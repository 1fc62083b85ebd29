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
from math import fsum, sqrt
from typing import Any

import ahocorasick_rs

from patterns.once import once

# Latin words, numbers whatever their figures, and everything else character by character.
_PIECE = re.compile(r"[a-z]+|\d+|[^\sa-z\d]")
_CLAUSE = re.compile(r"[^,.;:!?，。；：！？、\n]+")
_READ = 600


def phrases(text: str) -> frozenset[str]:
    """Every one, two and three pieces that follow one another in an undisguised text."""
    one = _pieces(text)
    two = [f"{first} {then}" for first, then in pairwise(one)]
    three = [f"{first} {then}" for first, then in zip(two, one[2:], strict=False)]
    return frozenset((*one, *two, *three))


def _pieces(text: str) -> list[str]:
    return ["0" if piece.isdigit() else piece for piece in _PIECE.findall(text[:_READ])]


def _apart(text: str) -> str:
    """The pieces with a blank before and behind each, so that a phrase stands in it as a word does."""
    return f" {' '.join(_pieces(text))} "


# The last texts are remembered: one text is listened to by several tables, and by some of them more than once.
_lately_apart = lru_cache(maxsize=4)(_apart)


@lru_cache(maxsize=16)
def _lately(tenor: Tenor, text: str) -> float:
    return tenor.sum(_lately_apart(text))


@dataclass(frozen=True, eq=False)
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
        return _lately(self, text)

    def sum(self, apart: str) -> float:
        """The same of what `_apart` makes of a text."""
        # Looked for in one pass: a text's phrases are three times its pieces, and few of them are known.
        known = {number for number, _, _ in self._automaton.find_matches_as_indexes(apart, overlapping=True)}
        if not known:
            return self.bias
        return self.bias + fsum(map(self._heavy.__getitem__, known)) / sqrt(len(known))

    @once
    def _automaton(self) -> Any:
        return ahocorasick_rs.AhoCorasick([f" {phrase} " for phrase in self.weights], store_patterns=False)

    @once
    def _heavy(self) -> list[float]:
        return list(self.weights.values())

    def collects(self, text: str, whose: str) -> bool:
        """Does it sound like collecting, from such a speaker?"""
        return self.of(text) > self.least[whose]

    def talks(self, text: str, whose: str) -> bool:
        """Does it sound like anything but collecting, from such a speaker?"""
        return self.of(text) < self.talk[whose]

    def tellingest(self, text: str) -> tuple[int, int]:
        """Where the clause stands that reads most like collecting: its first character and the one behind it."""
        return max(
            _clauses(text), key=lambda place: self.sum(_apart(text[slice(*place)])), default=(0, len(text))
        )


def _clauses(text: str) -> Iterator[tuple[int, int]]:
    return (clause.span() for clause in _CLAUSE.finditer(text[:_READ]))
