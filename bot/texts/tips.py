"""The weekly tips, all languages of one beside each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

import yaml

from bot.settings import LANGUAGES


@dataclass(frozen=True, slots=True)
class Tip:
    id: str
    text: Mapping[str, str]


@cache
def tips() -> tuple[Tip, ...]:
    """All tips, in the order of the file."""
    source = resources.files("bot.texts").joinpath("tips.yaml").read_text("utf-8")
    return tuple(
        Tip(item["id"], MappingProxyType({language: item[language] for language in LANGUAGES}))
        for item in yaml.safe_load(source)
    )
