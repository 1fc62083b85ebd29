"""What is asked of whom: the rules met in a text, each with how it is meant."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace

from patterns.asks.clauses import Clauses, Mood, Moods
from patterns.normalize import Normalized
from patterns.once import once
from patterns.rulebook import BeginsWord, Hit, Rule, Rulebook, Search

__all__ = ["Clauses", "Hit", "Mood", "Moods", "Reading", "Rule", "Rulebook", "read"]


@dataclass(frozen=True)
class Reading:
    """A text and every rule met in it."""

    text: Normalized
    clauses: Clauses
    search: Search

    @once
    def hits(self) -> tuple[Hit, ...]:
        """Every rule met, in the order of the book. Most who ask want few of them: those are cheaper had by what they are."""
        return tuple(self.hits_where(lambda rule: True))

    @property
    def leads(self) -> bool:
        """Is a rule met that makes the text worth weighing?"""
        return self.search.leads()

    def emptied(self) -> Reading:
        """The same text as if no rule were met in it."""
        return replace(self, search=self.search.emptied())

    def hits_where(self, wanted: Callable[[Rule], bool]) -> Iterator[Hit]:
        """Those of such rules, in the order of the book."""
        search = self.search
        return (hit for name, rule in search.rules.items() if wanted(rule) for hit in search.hits(name))

    def hits_of(self, rules: Collection[str]) -> list[Hit]:
        """Those of these rules, in the order of the book."""
        search = self.search
        if search.rules.keys().isdisjoint(rules):
            return []
        return [hit for name in search.rules if name in rules for hit in search.hits(name)]

    def met(self, rules: Collection[str]) -> bool:
        """Was one of these rules met, in whatever mood?"""
        search = self.search
        if search.rules.keys().isdisjoint(rules):
            return False
        return any(search.hits(name) for name in search.rules if name in rules)

    def asserts(self, *rules: str) -> bool:
        """Was one of these rules met as something to be done?"""
        return any(hit.mood is Mood.ASSERTED for hit in self.hits_of(rules))

    @once
    def moods(self) -> frozenset[Mood]:
        """How everything is meant that anybody might ask, whoever sends it."""
        return frozenset(hit.mood for hit in self.hits_where(lambda rule: rule.asks and not rule.only))

    def quote(self, hit: Hit, *, after: tuple[str, ...] = ()) -> str:
        """The original characters a hit rests on; what it begins with left out if that is one of `after`."""
        encoded = self.clauses.encoded
        start = len(encoded[: hit.start].decode())
        words = encoded[hit.start : hit.end].decode()
        skipped = max((len(opening) for opening in after if words.startswith(opening)), default=0)
        return self.text.quote(start + skipped, start + len(words))


def read(
    text: Normalized,
    book: Rulebook,
    moods: Moods,
    spots: frozenset[int],
    begins_word: BeginsWord,
) -> Reading:
    """Find the rules of the book in a text whose rule words have been spotted."""
    clauses = Clauses(text.text.encode(), moods)
    return Reading(text, clauses, book.search(text.text, clauses, spots, begins_word))
