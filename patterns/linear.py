"""RE2 over encoded text, past its Python module: a match object costs more than looking through a short message."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import ahocorasick_rs
import re2

from patterns.literals import Need, required
from patterns.shelf import derived

Span = tuple[int, int]
# The number of a literal, and where it stands.
Found = tuple[int, int, int]
# Not part of the module's promise; google-re2 is held below 2, and no rule would hold without it.
_WHEREVER, _HERE = re2._re2.RE2.Anchor.UNANCHORED, re2._re2.RE2.Anchor.ANCHOR_START
# Beyond so many places, and one more every so many bytes, looking through the whole text costs less than looking at each.
_MANY, _BYTES_A_PLACE = 8, 64


class Expression:
    """One expression matched in linear time, and the literals without which it cannot match.

    That RE2 can read it follows from the expression: at a later start it is compiled when it is first looked for.
    """

    __slots__ = ("_options", "begins", "match", "order", "required", "source", "then")

    match: Any

    def __init__(self, source: str, order: int = 0, options: Any = None) -> None:
        """Raises `re2.error` for an expression RE2 cannot read."""
        self.source = source
        self.order = order
        self._options = options
        _spared.add(self)
        derived(f"readable {source}", self.compile)
        self.required = required(source)
        self.begins = self.required.begins
        self.then = self.required.then

    def __getattr__(self, name: str) -> Any:
        if name != "match":
            raise AttributeError(name)
        self.compile()
        return self.match

    def compile(self) -> None:
        _spared.discard(self)
        self.match = re2.compile(self.source, self._options)._regexp.Match

    def after(self, encoded: bytes, at: int = 0) -> Span:
        """Where it matches first from here on; (-1, -1) where it does not."""
        span: Span = self.match(_WHEREVER, encoded, at, len(encoded))[0]
        return span

    def within(self, text: str) -> bool:
        """Does it match anywhere in the text?"""
        return self.after(text.encode())[0] >= 0


# Not compiled yet.
_spared: set[Expression] = set()


def compile_spared() -> Iterator[None]:
    """Have everything compiled before it is looked for, one expression a step; all take half a second."""
    while _spared:
        _spared.pop().compile()
        yield


class Sight:
    """A text as its screen saw it: where literals stand, and the expressions for which that may be enough."""

    __slots__ = ("_awake", "_found", "_many", "_met", "_places", "_screen", "_seen", "encoded")

    def __init__(
        self, screen: Screen, encoded: bytes, found: list[Found], met: int, awake: frozenset[Expression]
    ) -> None:
        self.encoded = encoded
        self._screen = screen
        self._found = found
        self._met = met
        self._awake = awake
        self._many = _MANY + len(encoded) // _BYTES_A_PLACE
        self._places: dict[str, list[int]] = {}
        self._seen: frozenset[str] = frozenset()

    def possible(self, pattern: Pattern) -> set[Expression]:
        """Those of its expressions for which everything they need stands in the text."""
        met, ways = self._met, self._screen.ways
        return {one for one in pattern.members & self._awake for way in ways[one] if way & met == way}

    def beginnings(self, one: Expression) -> list[int] | None:
        """Where its matches can begin; None where that is unknown, or in too many places."""
        if not one.begins and not one.then:
            return None
        places = self._places or self._placed()
        found: list[int] = []
        for word in one.begins & self._seen:
            found += places[word]
        if one.then:
            found += [self._before(at) for word in one.then & self._seen for at in places[word] if at]
        return found if len(found) <= self._many else None

    def _placed(self) -> dict[str, list[int]]:
        """Where each literal stands, sorted out once somebody asks."""
        words, places = self._screen.words, self._places
        for number, start, _ in self._found:
            places.setdefault(words[number], []).append(start)
        self._seen = frozenset(places)
        return places

    def _before(self, at: int) -> int:
        """Where the character before this place begins."""
        at -= 1
        while self.encoded[at] & 0xC0 == 0x80:
            at -= 1
        return at


_NOBODY: frozenset[Expression] = frozenset()


class Screen:
    """One automaton over the literals that many patterns need: most of them need not be looked for in most texts.

    Every need is one bit, so that one comparison tells whether a text holds all that an expression needs.
    """

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        every = [one for pattern in patterns for one in pattern.expressions]
        self.words = sorted({word for one in every for word in one.required.literals})
        self._automaton: Any = ahocorasick_rs.BytesAhoCorasick([word.encode() for word in self.words])
        needs = dict.fromkeys(need for one in every for way in one.required.ways for need in way)
        bits = {need: 1 << number for number, need in enumerate(needs)}
        self.ways = {
            one: [_together(bits[need] for need in way) for way in one.required.ways] for one in every
        }
        # Of fifteen thousand literals most belong to one need and wake the same as others: they share what they stand for.
        meeting: dict[str, int] = {}
        for need, bit in bits.items():
            for word in need:
                meeting[word] = meeting[word] | bit if word in meeting else bit
        self._meeting = [meeting.get(word, 0) for word in self.words]
        asleep: dict[Need, set[Expression]] = defaultdict(set)
        for one in every:
            asleep[one.required.telling].add(one)
        waking: dict[str, frozenset[Expression]] = {}
        for need, ones in asleep.items():
            woken = frozenset(ones)
            for word in need:
                waking[word] = waking[word] | woken if word in waking else woken
        self._waking = [waking.get(word, _NOBODY) for word in self.words]
        self._always = frozenset(one for one in every if not one.required.telling)

    def sight(self, encoded: bytes) -> Sight:
        """What stands in a text, in one pass over it."""
        found = self._automaton.find_matches_as_indexes(encoded, overlapping=True)
        numbers = {number for number, _, _ in found}
        met = _together(map(self._meeting.__getitem__, numbers))
        awake = self._always.union(*map(self._waking.__getitem__, numbers))
        return Sight(self, encoded, found, met, awake)


def _together(bits: Iterable[int]) -> int:
    every = 0
    for bit in bits:
        every |= bit
    return every


class Pattern:
    """Several expressions, of which the leftmost match counts, and of two that begin together the earlier written.

    That is what one expression with `|` between them would find. Kept apart, each is looked for only where it can be,
    and RE2, which makes its automata while it reads, makes small ones. Positions are byte offsets.
    Without a `Sight` of the text every expression is looked for everywhere, with the same result.
    """

    __slots__ = ("expressions", "members")

    def __init__(self, sources: Iterable[str], options: Any = None) -> None:
        """Raises `re2.error` for an expression RE2 cannot read."""
        self.expressions = tuple(Expression(source, order, options) for order, source in enumerate(sources))
        self.members = frozenset(self.expressions)

    def __repr__(self) -> str:
        return f"Pattern({[one.source for one in self.expressions]!r})"

    def met(self, encoded: bytes, sight: Sight | None = None, offset: int = 0) -> bool:
        """Does it match anywhere? The bytes may be a part of what was sighted, which begins at the offset."""
        if sight is None:
            return any(one.after(encoded)[0] >= 0 for one in self.expressions)
        return any(_met(one, encoded, sight, offset) for one in sight.possible(self))

    def spans(self, encoded: bytes, sight: Sight | None = None, most: int = 0) -> list[Span]:
        """Where it matches, from left to right, without overlaps; at most so many places unless 0."""
        starts: list[tuple[int, int]] = []
        ahead: list[tuple[int, int, int]] = []
        for one in self.expressions if sight is None else sight.possible(self):
            places = None if sight is None else sight.beginnings(one)
            if places is not None:
                order = one.order
                starts += [(place, order) for place in places]
            else:
                start, end = one.after(encoded)
                if start >= 0:
                    ahead.append((start, one.order, end))
        if not starts and not ahead:
            return []
        starts.sort()
        return self._merged(encoded, starts, ahead, most) if ahead else self._begun(encoded, starts, most)

    def _begun(self, encoded: bytes, starts: list[tuple[int, int]], most: int) -> list[Span]:
        """The matches that begin at `starts`: (place, number of the expression), in order."""
        found: list[Span] = []
        expressions, length = self.expressions, len(encoded)
        at = 0
        for place, order in starts:
            if place >= at:
                end = expressions[order].match(_HERE, encoded, place, length)[0][1]
                if end >= 0:
                    found.append((place, end))
                    if len(found) == most:
                        break
                    at = max(end, place + 1)
        return found

    def _merged(
        self, encoded: bytes, starts: list[tuple[int, int]], ahead: list[tuple[int, int, int]], most: int
    ) -> list[Span]:
        """The same with those of expressions that had to be looked for: `ahead` is where each is met next."""
        found: list[Span] = []
        at = step = 0
        while True:
            best = min(ahead, default=None)
            while step < len(starts) and (best is None or starts[step] < best):
                began = self._begun(encoded, [starts[step]], 1) if starts[step][0] >= at else []
                step += 1
                if began:
                    best = (began[0][0], 0, began[0][1])
                    break
            if best is None:
                return found
            start, _, end = best
            found.append((start, end))
            at = max(end, start + 1)
            if len(found) == most or at > len(encoded):
                return found
            ahead = [later for one in ahead if (later := self._from(at, encoded, one))[0] >= 0]

    def _from(self, at: int, encoded: bytes, ahead: tuple[int, int, int]) -> tuple[int, int, int]:
        """The same, or if it began before `at`, where its expression is met next."""
        if ahead[0] >= at:
            return ahead
        start, end = self.expressions[ahead[1]].after(encoded, at)
        return start, ahead[1], end


def _met(one: Expression, encoded: bytes, sight: Sight, offset: int) -> bool:
    places = sight.beginnings(one)
    if places is not None:
        length = len(encoded)
        inside = [place - offset for place in places if 0 <= place - offset < length]
        return any(one.match(_HERE, encoded, place, length)[0][0] >= 0 for place in inside)
    return one.after(encoded)[0] >= 0
