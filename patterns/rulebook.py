"""Rules as values: one phrase family each, and the book that finds them all in one pass over a text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import ahocorasick_rs

from patterns.asks.clauses import Clauses, Mood
from patterns.linear import Pattern, Screen, Sight, Span
from patterns.once import once

MATCHES_PER_RULE = 4
BeginsWord = Callable[[str, int], bool]
OPENING_GROUPS = frozenset({"request", "tell"})
_NO_WORDS: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Examples:
    """Sentences a rule must and must not find."""

    hit: tuple[str, ...]
    miss: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """One phrase family.

    `words` are literals of which at least one stands in every text the rule can match; with `any`
    (bounded RE2) they only decide whether it is worth looking. With `whole` a match counts
    only where a dictionary also sees a word begin. `unless` takes a match back when it is met in the same
    clause, `elsewhere` when met anywhere in the text; `beside` must be met somewhere in it. A rule that is `meant` is a request: it counts only where it is
    asserted, not denied, asked, reported or quoted. `only` limits it to senders of a kind; a rule that asks `politely` counts in a question too, one that `relays` where it says what others want (妈，老师说今天要交). One that does not `begin` only adds to a request that others have seen. One that `lasts`
    is said of what the same account posts next, too.
    """

    id: str
    group: str
    weight: float
    source: str
    words: tuple[str, ...]
    why: Mapping[str, str]
    falsepositives: str
    examples: Examples
    any: Pattern | None = None
    unless: Pattern | None = None
    elsewhere: Pattern | None = None
    beside: Pattern | None = None
    whole: bool = False
    meant: bool = True
    only: str = ""
    politely: bool = False
    relays: bool = False
    begins: bool = True
    lasts: bool = False

    @property
    def patterns(self) -> Iterator[Pattern]:
        """Everything it is looked for with."""
        return (one for one in (self.any, self.unless, self.elsewhere, self.beside) if one is not None)

    @property
    def asks(self) -> bool:
        """Is it a way of asking for something?"""
        return self.group in OPENING_GROUPS

    @property
    def opens(self) -> bool:
        """Could this rule by itself make a message worth a closer look?"""
        return self.lasts or (self.begins and not self.only and (self.asks or self.group == "name"))

    @property
    def leads(self) -> bool:
        """Is a message in which it is met worth weighing?

        An answer (已交) is, for what others ask, a name or a warning for what comes next.
        """
        return self.lasts or self.asks or self.group in ("reply", "name")


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a rule was met (byte offsets) and how it is meant."""

    rule: Rule
    start: int
    end: int
    mood: Mood


@dataclass(frozen=True)
class Rulebook:
    """All rules, one automaton over their words, and one over what their expressions need."""

    rules: tuple[Rule, ...]
    _words: Any = field(repr=False, compare=False, default=None)
    _screen: Screen = field(repr=False, compare=False, default_factory=lambda: Screen(()))
    _rules_of: tuple[frozenset[int], ...] = field(repr=False, compare=False, default=())
    _opening: frozenset[int] = field(repr=False, compare=False, default=frozenset())
    _asking: frozenset[int] = field(repr=False, compare=False, default=frozenset())
    _leading: frozenset[int] = field(repr=False, compare=False, default=frozenset())

    @classmethod
    def of(cls, rules: Iterable[Rule]) -> Rulebook:
        kept = tuple(rules)
        owners: dict[str, list[int]] = {}
        for index, rule in enumerate(kept):
            for word in rule.words:
                owners.setdefault(word, []).append(index)
        numbered = list(enumerate(owners.values()))
        opening = frozenset(number for number, indexes in numbered if any(kept[i].opens for i in indexes))
        asking = frozenset(number for number, indexes in numbered if any(kept[i].asks for i in indexes))
        automaton = ahocorasick_rs.AhoCorasick(list(owners), ahocorasick_rs.MatchKind.Standard)
        leading = frozenset(index for index, rule in enumerate(kept) if rule.leads)
        screen = Screen(pattern for rule in kept for pattern in rule.patterns)
        rules_of = tuple(map(frozenset, owners.values()))
        return cls(kept, automaton, screen, rules_of, opening, asking, leading)

    def __getitem__(self, name: str) -> Rule:
        return next(rule for rule in self.rules if rule.id == name)

    def spots(self, text: str) -> frozenset[int]:
        """The numbers of the rule words in the text. None in most of what people say."""
        found = self._words.find_matches_as_indexes(text, overlapping=True)
        return frozenset([number for number, _, _ in found]) if found else _NO_WORDS

    def opens(self, spots: frozenset[int], *, widely: bool = False) -> bool:
        """Is there a word among them that could begin a request? Most rules only colour one.

        `widely` takes every word of a request, for those of whom parents would take a hint.
        """
        return not spots.isdisjoint(self._asking if widely else self._opening)

    def candidates(self, spots: frozenset[int]) -> list[int]:
        """The rules whose words were met, by their places in the book."""
        return sorted(_NO_WORDS.union(*map(self._rules_of.__getitem__, spots)))

    def search(self, text: str, clauses: Clauses, spots: frozenset[int], begins_word: BeginsWord) -> Search:
        """What of the book can be met in the text."""
        places = self.candidates(spots)
        leading = [self.rules[at].id for at in places if at in self._leading]
        rules = [self.rules[at] for at in places]
        return Search(rules, leading, text, clauses, self._screen, begins_word)


class Search:
    """The rules whose words stand in a text, in the order of their book, each looked for once and only when asked for.

    What is heard under a false name alone need not be looked for in most of what is said.
    """

    def __init__(
        self,
        rules: Iterable[Rule],
        leading: Iterable[str],
        text: str,
        clauses: Clauses,
        screen: Screen,
        begins_word: BeginsWord,
    ) -> None:
        self.rules = {rule.id: rule for rule in rules}
        self._leading = leading
        self._text = text
        self._clauses = clauses
        self._screen = screen
        self._begins_word = begins_word
        self._found: dict[str, list[Hit]] = {}

    @once
    def _sight(self) -> Sight:
        return self._screen.sight(self._clauses.encoded)

    def leads(self) -> bool:
        """Is a rule met that makes the text worth weighing?"""
        return any(map(self.hits, self._leading))

    def emptied(self) -> Search:
        """The same without any rule."""
        return Search((), (), self._text, self._clauses, self._screen, self._begins_word)

    def hits(self, name: str) -> list[Hit]:
        """Where one of its rules was met, with the mood of each place."""
        found = self._found.get(name)
        if found is None:
            found = _look(self.rules[name], self._text, self._clauses, self._sight, self._begins_word)
            self._found[name] = found
        return found


def _look(rule: Rule, text: str, clauses: Clauses, sight: Sight, begins_word: BeginsWord) -> list[Hit]:
    encoded = clauses.encoded
    places = _places(rule, text, encoded, sight)
    if not places or not _in_its_place(rule, encoded, sight):
        return []
    hits: list[Hit] = []
    for start, end in places:
        if clauses.within_link(start, end):
            continue
        if rule.unless is not None:
            left, right = clauses.around(start, end)
            if rule.unless.met(encoded[left:right], sight, left):
                continue
        if rule.whole and not begins_word(text, len(encoded[:start].decode())):
            continue
        hits.append(Hit(rule, start, end, _mood(rule, clauses, start, end)))
    return hits


def _in_its_place(rule: Rule, encoded: bytes, sight: Sight) -> bool:
    """Does the rest of the text allow the rule at all?"""
    if rule.elsewhere is not None and rule.elsewhere.met(encoded, sight):
        return False
    return rule.beside is None or rule.beside.met(encoded, sight)


def _mood(rule: Rule, clauses: Clauses, start: int, end: int) -> Mood:
    mood = clauses.mood(start, end) if rule.meant else Mood.ASSERTED
    if mood is Mood.NARRATED and rule.group != "request":
        return Mood.ASSERTED
    if rule.politely and mood in (Mood.ASKED, Mood.POLITE):
        return Mood.ASSERTED
    if rule.relays and mood not in (Mood.NEGATED, Mood.ASKED):
        return Mood.ASSERTED
    return mood


def _places(rule: Rule, text: str, encoded: bytes, sight: Sight) -> list[Span]:
    if rule.any is not None:
        return rule.any.spans(encoded, sight, MATCHES_PER_RULE)
    places = []
    for word in rule.words:
        at = text.find(word)
        if at >= 0:
            start = len(text[:at].encode())
            places.append((start, start + len(word.encode())))
        if len(places) == MATCHES_PER_RULE:
            break
    return places
