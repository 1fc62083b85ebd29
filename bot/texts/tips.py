"""The weekly tips, all languages of one beside each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

import yaml

from bot.settings import LANGUAGES

# The months in which a time of the school year comes round, north of the equator.
SEASONS: Mapping[str, frozenset[int]] = MappingProxyType(
    {
        "term": frozenset({2, 3, 8, 9}),
        "holiday": frozenset({1, 2, 6, 7, 8, 12}),
        "exam": frozenset({1, 5, 6, 12}),
        "admission": frozenset({4, 5, 6, 7, 8}),
        "newyear": frozenset({1, 2}),
    }
)


@dataclass(frozen=True, slots=True)
class Tip:
    """`season` is the time of the year it is for, `after` the kind of incident; empty for any."""

    id: str
    text: Mapping[str, str]
    season: str = ""
    after: str = ""

    def fits(self, month: int) -> bool:
        """Whether this is its time of the year."""
        return not self.season or month in SEASONS[self.season]


@cache
def tips() -> tuple[Tip, ...]:
    """All tips, file by file."""
    folder = resources.files("bot.texts").joinpath("weekly")
    return tuple(
        Tip(
            item["id"],
            MappingProxyType({language: item[language] for language in LANGUAGES}),
            item.get("season", ""),
            item.get("after", ""),
        )
        for file in sorted(folder.iterdir(), key=lambda one: one.name)
        for item in yaml.safe_load(file.read_text("utf-8"))
    )
