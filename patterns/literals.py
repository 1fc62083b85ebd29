"""What a text must hold before an expression can match in it: literals, read off the expression itself.

Most expressions a message is looked at for cannot match in it, and a search that fails costs as much as one that
succeeds. One automaton over all these literals tells which are worth a search, and where their matches can begin.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import product

from patterns.shelf import derived

Need = frozenset[str]
# One way of matching: of each of its needs one literal must stand in the text.
Way = tuple[Need, ...]

_PRODUCT, _UNION = 80, 600
_LONGEST_REPEAT = 3
_GROUPS = 4_000
_OPENING = frozenset({"(?:", "("})
_PIECE = re.compile(
    r"\(\?:|[()|^$.]|[^\\()|\[\]^$.*+?{}]+(?![*+?{])|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|(?:[*+?]|\{\d+(?:,\d*)?\})\??|.",
    re.DOTALL,
)
_REPEAT = re.compile(r"(?:([*+?])|\{(\d+)(,?)(\d*)\})\??")
_CLASSES = {
    "d": "0123456789",
    "s": "\t\n\f\r ",
    "w": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_",
    "n": "\n",
    "t": "\t",
}
_NO_WIDTH = frozenset({"^", "$", r"\b"})
_WIDEST_CLASS = 64
_EVERYWHERE = re.compile(r"\0?[a-z ]?")


class NotUnderstood(ValueError):
    """An expression written in a way this module does not know; it may match anywhere."""


class Required:
    """What an expression needs: the ways in which it can match, and what every match begins with, where that is known.

    A match begins with one of `begins`, or with any character and then one of `then`; both are empty where nothing is known.
    `telling` are literals of which one stands in every text it matches in, as rare ones as there are; it is empty where
    nothing is known.
    """

    __slots__ = ("begins", "telling", "then", "ways")

    def __init__(self, ways: tuple[Way, ...] = ((),), begins: Need = frozenset()) -> None:
        self.begins = frozenset(word for word in begins if word[0] != _ANY)
        self.then = frozenset(word[1:] for word in begins - self.begins)
        self.telling: Need = frozenset()
        if all(ways):
            self.telling = _fewest(frozenset().union(*(max(way, key=_rarity) for way in ways)))
        self.ways = ways

    @property
    def literals(self) -> Need:
        """Everything a text has to be searched for."""
        return self.begins.union(self.then, self.telling, *(need for way in self.ways for need in way))


@dataclass(frozen=True, slots=True)
class Told:
    """What a part of an expression says of the text: all it can be, where that is few; else what must stand there."""

    exact: Need | None
    needs: tuple[Need, ...] = ()
    begins: Need = frozenset()

    def required(self) -> tuple[Need, ...]:
        return self.needs if self.exact is None else _need(self.exact)

    def opening(self) -> Need:
        return self.begins if self.exact is None else self.exact


# Stands for one character nobody knows, where it is what a match begins with.
_ANY = "\0"
_NONE: Need = frozenset()
_EMPTY: Need = frozenset({""})
_SHORT: Need = frozenset({"", _ANY})
_SOME = Told(None, (), frozenset({_ANY}))


def required(source: str) -> Required:
    """What must stand in a text for this expression to match in it."""
    return Required(*derived(f"required {source}", partial(_read, source)))


def _read(source: str) -> tuple[tuple[Way, ...], Need]:
    """The ways in which the expression can match, and what every match begins with."""
    try:
        branches = _Reader(source).branches()
    except NotUnderstood:
        return ((),), _NONE
    whole = _either(branches)
    opening = whole.opening()
    begins = _NONE if any(map(_EVERYWHERE.fullmatch, opening)) else _shortest(opening)
    every = [told.required() for told in branches]
    if not all(every):
        return ((),), begins
    alone = frozenset(word for way in every if len(way) == 1 for word in way[0])
    several = tuple(way for way in every if len(way) > 1)
    return ((_fewest(alone),), *several) if alone else several, begins


def _need(exact: Need) -> tuple[Need, ...]:
    """One of these must stand there; nothing, where that is a letter or less, for those stand everywhere."""
    return () if any(map(_EVERYWHERE.fullmatch, exact)) else (_fewest(exact),)


def _fewest(words: Need) -> Need:
    """Without those that hold a character which is enough alone."""
    single = {word for word in words if len(word) == 1}
    return frozenset(word for word in words if len(word) == 1 or single.isdisjoint(word)) if single else words


def _shortest(words: Need) -> Need:
    """Without those that begin with another."""
    return frozenset(word for word in words if not any(word[:size] in words for size in range(1, len(word))))


def _rarity(need: Need) -> float:
    """How much a need tells, by its commonest literal: a Han character, three bytes long, as much as three letters."""
    return min(len(word.encode()) for word in need) - len(need) / 1000


class _Reader:
    """Reads the part of RE2's syntax in which rules are written."""

    def __init__(self, source: str) -> None:
        self._pieces = [*_PIECE.findall(source), ""]
        self._at = 0

    def branches(self) -> list[Told]:
        """Every alternative of the whole expression."""
        found = list(self._alternatives())
        if self._at < len(self._pieces) - 1:
            raise NotUnderstood
        return found

    def _alternatives(self) -> Iterator[Told]:
        yield self._sequence()
        while self._pieces[self._at] == "|":
            self._at += 1
            yield self._sequence()

    def _sequence(self) -> Told:
        run, begins = _EMPTY, _EMPTY  # what stands here since the last part of many forms; how a match begins
        needs: list[Need] = []
        whole = True
        while (piece := self._pieces[self._at]) not in ("", "|", ")"):
            part = self._repeated(self._atom(piece))
            if part.exact is not None and len(run) * len(part.exact) <= _PRODUCT:
                run = _joined(run, part.exact)
                continue
            whole = False
            begins = _continued(begins, run)
            needs += _need(run)
            run = part.exact if part.exact is not None else _EMPTY
            if part.exact is None:
                begins = _continued(begins, part.begins)
                needs += part.needs
        if whole:
            return Told(run)
        return Told(None, (*needs, *_need(run)), _continued(begins, run))

    def _atom(self, piece: str) -> Told:
        self._at += 1
        if piece in _OPENING:
            return self._group()
        if piece in _NO_WIDTH:
            return Told(_EMPTY)
        if piece[0] == "[" and len(piece) > 1:
            return _class(piece)
        if piece == ".":
            return _SOME
        if piece[0] == "\\":
            return Told(frozenset(_escaped(piece[1])))
        if piece[0] in "*+?[{" or piece == "]":
            raise NotUnderstood
        return Told(frozenset({piece}))

    def _group(self) -> Told:
        first, depth = self._at, 1
        while depth:
            piece = self._pieces[self._at]
            if not piece:
                raise NotUnderstood
            depth += (piece in _OPENING) - (piece == ")")
            self._at += 1
        return _grouped("".join(self._pieces[first : self._at - 1]))

    def _repeated(self, part: Told) -> Told:
        hit = _REPEAT.fullmatch(self._pieces[self._at])
        if hit is None:
            return part
        self._at += 1
        least, most = _bounds(hit)
        opening = _NONE if most != 1 and _ANY in part.opening() else part.opening()
        if least == 0:
            if part.exact is not None and most == 1:
                return Told(opening | _EMPTY)
            return Told(None, (), opening | _EMPTY if opening else _NONE)
        if (
            part.exact is not None
            and least == most
            and least <= _LONGEST_REPEAT
            and len(part.exact) ** least <= _PRODUCT
        ):
            return Told(frozenset(map("".join, product(part.exact, repeat=least))))
        return Told(None, part.required(), opening)


@lru_cache(_GROUPS)
def _grouped(source: str) -> Told:
    """What a group says: the lexicon's stand in hundreds of expressions."""
    return _either(_Reader(source).branches())


def _joined(first: Need, second: Need) -> Need:
    return frozenset(map("".join, product(first, second))) if second != _EMPTY else first


def _continued(begins: Need, opening: Need) -> Need:
    """How a match begins, where what comes first may be nothing, or any one character, and this follows. Empty: unknown."""
    short = begins & _SHORT
    if not short or opening == _EMPTY:
        return begins
    longer = _joined(short, opening)
    return begins - short | longer if longer and not any(_ANY in word[1:] for word in longer) else _NONE


def _bounds(hit: re.Match[str]) -> tuple[int, int | None]:
    sign, least, comma, most = hit.groups()
    if sign:
        return (1 if sign == "+" else 0), (1 if sign == "?" else None)
    return int(least), (int(most) if most else None if comma else int(least))


def _either(branches: list[Told]) -> Told:
    openings = [told.opening() for told in branches]
    begins = _NONE.union(*openings) if all(openings) else _NONE
    if len(begins) <= _UNION and all(told.exact is not None for told in branches):
        return Told(begins)
    every = [told.required() for told in branches]
    if not all(every):
        return Told(None, (), begins)
    return Told(None, (_fewest(_NONE.union(*(max(needs, key=_rarity) for needs in every))),), begins)


def _class(piece: str) -> Told:
    if piece.startswith("[^"):
        return _SOME
    body = piece[1:-1]
    chars: set[str] = set()
    at = 0
    while at < len(body):
        if body[at] == "\\":
            chars |= _escaped(body[at + 1])
            at += 2
        elif body[at + 1 : at + 2] == "-" and at + 2 < len(body):
            first, last = ord(body[at]), ord(body[at + 2])
            if body[at + 2] == "\\" or last - first >= _WIDEST_CLASS:
                return _SOME
            chars |= {chr(code) for code in range(first, last + 1)}
            at += 3
        else:
            chars.add(body[at])
            at += 1
    return Told(frozenset(chars)) if len(chars) <= _WIDEST_CLASS else _SOME


def _escaped(char: str) -> set[str]:
    if char in _CLASSES:
        return set(_CLASSES[char])
    if char.isalnum():
        raise NotUnderstood
    return {char}
