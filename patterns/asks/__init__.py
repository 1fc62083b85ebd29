"""What is asked of whom: the rules met in a text, each with how it is meant."""

from __future__ import annotations

from dataclasses import dataclass

from patterns.asks.clauses import Clauses, Mood, Moods
from patterns.normalize import Normalized
from patterns.rulebook import BeginsWord, Hit, Rule, Rulebook

__all__ = ["Clauses", "Hit", "Mood", "Moods", "Reading", "Rule", "Rulebook", "read"]


@dataclass(frozen=True, slots=True)
class Reading:
    """A text and every rule met in it."""

    text: Normalized
    clauses: Clauses
    hits: tuple[Hit, ...]

    def asserts(self, *rules: str) -> bool:
        """Was one of these rules met as something to be done?"""
        return any(hit.rule.id in rules and hit.mood is Mood.ASSERTED for hit in self.hits)

    @property
    def moods(self) -> frozenset[Mood]:
        """How everything is meant that anybody might ask, whoever sends it."""
        return frozenset(hit.mood for hit in self.hits if hit.rule.asks and not hit.rule.only)

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
    *,
    briefly: bool = False,
) -> Reading:
    """Find the rules of the book in a text whose rule words have been spotted; `briefly` as in `Rulebook.hits`."""
    clauses = Clauses(text.text.encode(), moods)
    met = book.hits(text.text, clauses, spots, begins_word, briefly=briefly) if spots else ()
    return Reading(text, clauses, tuple(met))
