"""Cut a message into clauses and say of each place whether a request made there is meant."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field, fields
from enum import StrEnum

from patterns.linear import Pattern, Screen, Sight, Span
from patterns.once import once

# A blank between Han characters ends a clause as a comma does, unless it only keeps single characters apart; so does one
# after an emoji.
_HAN = rb"[\xe4-\xe9][\x80-\xbf]{2}"
_MARKS = re.compile(
    "[,!?;\n]|[.](?=[ \n]|$)|。|…|".encode()
    + rb"(?:(?<="
    + _HAN * 4
    + rb")|(?<=\xf0[\x80-\xbf]{3})) (?="
    + _HAN * 2
    + rb")"
)
_OPENING = {"“": "”", "「": "」", "『": "』", "《": "》", '"': '"', "‘": "’"}
_OPENS = re.compile(f"[{''.join(_OPENING)}]")
_SHORTEST_QUOTATION = 9
_LINKS = re.compile(rb"(?:https?:|www[.])[!-~]+|[a-z0-9-]+(?:[.][a-z0-9-]+)+/[!-~]*")
_REACH = 36
# Two things said this many bytes apart (eighty characters, or a few lines of English) are said about one matter.
_NEAR = 240


class Mood(StrEnum):
    """How a clause means what it says."""

    ASSERTED = "asserted"
    NEGATED = "negated"
    ASKED = "asked"
    POLITE = "polite"
    REPORTED = "reported"
    QUOTED = "quoted"
    RETOLD = "retold"
    NARRATED = "narrated"


@dataclass(frozen=True, slots=True)
class Turn:
    """One way of taking a request back: what does it, and where it only looks so."""

    pattern: Pattern
    spares: Pattern | None = None

    def spans(self, encoded: bytes, sight: Sight) -> list[Span]:
        found = self.pattern.spans(encoded, sight)
        if not found or self.spares is None:
            return found
        spared = self.spares.spans(encoded, sight)
        if not spared:
            return found
        return [(s, e) for s, e in found if not any(a < e and s < b for a, b in spared)]


@dataclass(frozen=True, slots=True)
class Moods:
    """The turns, compiled from moods.yaml, and the one automaton over what they need."""

    negation: Turn
    question: Turn
    report: Turn
    polite: Turn
    narration: Turn
    address: Turn
    exposure: Turn
    retelling: Turn
    screen: Screen = field(init=False)

    @classmethod
    def turns(cls) -> list[str]:
        """The turns' names, in the order in which they are given."""
        return [one.name for one in fields(cls) if one.init]

    def __post_init__(self) -> None:
        turns = [getattr(self, name) for name in self.turns()]
        patterns = [
            pattern for turn in turns for pattern in (turn.pattern, turn.spares) if pattern is not None
        ]
        object.__setattr__(self, "screen", Screen(patterns))


@dataclass(frozen=True)
class Clauses:
    """The clauses of one text. All positions are byte offsets into `encoded`."""

    encoded: bytes
    moods: Moods
    bounds: tuple[int, ...] = field(default=())

    @once
    def _sight(self) -> Sight:
        return self.moods.screen.sight(self.encoded)

    @once
    def _negations(self) -> list[Span]:
        return self.moods.negation.spans(self.encoded, self._sight)

    @once
    def _questions(self) -> list[Span]:
        return self.moods.question.spans(self.encoded, self._sight)

    @once
    def _reports(self) -> list[Span]:
        return self.moods.report.spans(self.encoded, self._sight)

    @once
    def _narrations(self) -> list[Span]:
        return self.moods.narration.spans(self.encoded, self._sight)

    @once
    def addressed(self) -> list[Span]:
        """Where the reader is spoken to: told to do something, or told where money goes."""
        return self.moods.address.spans(self.encoded, self._sight)

    @once
    def _quotations(self) -> list[Span]:
        return list(_quotations(self.encoded.decode()))

    @once
    def _exposed(self) -> int:
        """From where on a fraud's own words stand, shown as such; past the end where there are none."""
        return self._after_first(self.moods.exposure)

    @once
    def _retold(self) -> int:
        """From where on stands what was said elsewhere, to others."""
        return self._after_first(self.moods.retelling)

    def _after_first(self, frame: Turn) -> int:
        return min((e for _, e in frame.spans(self.encoded, self._sight)), default=len(self.encoded) + 1)

    @once
    def _text_ends(self) -> tuple[list[int], list[int]]:
        return _ends(self.encoded)

    @once
    def links(self) -> list[Span]:
        """Where addresses stand."""
        return [match.span() for match in _LINKS.finditer(self.encoded)]

    def within_link(self, start: int, end: int) -> bool:
        """Do the words stand inside an address? Nobody says those: abcnews.go.com/wire asks for no money."""
        return bool(self.links) and any(s <= start and end <= e for s, e in self.links)

    @staticmethod
    def near(one: Span, other: Span) -> bool:
        """Do two places belong to one matter, or does a long letter lie between them?"""
        return one[0] - other[1] <= _NEAR and other[0] - one[1] <= _NEAR

    def around(self, start: int, end: int) -> tuple[int, int]:
        """The clause in which start:end stands."""
        return _between(self._text_ends[0], start, end, len(self.encoded))

    def sentence(self, start: int, end: int) -> tuple[int, int]:
        """The sentence in which start:end stands."""
        return _between(self._text_ends[1], start, end, len(self.encoded))

    def addresses(self, start: int, end: int) -> bool:
        """Does the clause in which start:end stands speak to the reader?"""
        return bool(self.addressed) and self._speaks_to_reader(*self.around(start, end))

    def _speaks_to_reader(self, left: int, right: int) -> bool:
        return any(s < right and left < e for s, e in self.addressed)

    def cites(self, end: int) -> bool:
        """Do the words that end here belong to somebody else, as the text introduces them?"""
        return end > min(self._exposed, self._retold)

    def mood(self, start: int, end: int) -> Mood:
        """How the words at start:end are meant."""
        left, right = self.around(start, end)
        # Most lists are empty: to ask is cheaper than to go through nothing.
        if self._negations and any(left <= s < end and start - e <= _REACH for s, e in self._negations):
            return Mood.NEGATED
        if self._quotations and any(s <= start and end <= e for s, e in self._quotations):
            return Mood.QUOTED
        if end > self._exposed:
            return Mood.QUOTED
        if end > self._retold:
            return Mood.RETOLD
        if self._questions and any(left <= s < right for s, _ in self._questions):
            return (
                Mood.POLITE
                if self.moods.polite.pattern.met(self.encoded[left:right], self._sight, left)
                else Mood.ASKED
            )
        if self._reports:
            begin, _ = self.sentence(start, end)
            if any(begin <= s < right for s, _ in self._reports):
                return Mood.REPORTED
        if self._narrated(left, right):
            return Mood.NARRATED
        return Mood.ASSERTED

    def _narrated(self, left: int, right: int) -> bool:
        """Is it told of others, or of the past, and not to the reader?"""
        # What ends a clause may begin a narration of the next: “…支付宝，他下班就去”.
        if not self._narrations or not any(left < e <= right for _, e in self._narrations):
            return False
        return not self._speaks_to_reader(left, right)


def _ends(encoded: bytes) -> tuple[list[int], list[int]]:
    """Where clauses end, and where sentences end (just past the mark that ends them)."""
    clauses: list[int] = []
    sentences: list[int] = []
    for mark in _MARKS.finditer(encoded):
        clauses.append(mark.end())
        if mark.group()[:1] not in b",; ":
            sentences.append(mark.end())
    return clauses, sentences


def _between(ends: list[int], start: int, end: int, length: int) -> tuple[int, int]:
    before = bisect_right(ends, start)
    after = bisect_left(ends, end)
    return ends[before - 1] if before else 0, ends[after] if after < len(ends) else length


def _quotations(text: str) -> list[Span]:
    spans: list[Span] = []
    index = told = offset = 0
    while opening := _OPENS.search(text, index):
        index = opening.start()
        close = text.find(_OPENING[opening.group()], index + 1, index + 400)
        if close - index >= _SHORTEST_QUOTATION:
            start = offset + len(text[told:index].encode())
            told, offset = close + 1, start + len(text[index : close + 1].encode())
            spans.append((start, offset))
            index = close
        index += 1
    return spans
