"""The quiz: questions in several wordings, all languages of one beside each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

import yaml

from bot.settings import LANGUAGES


@dataclass(frozen=True, slots=True)
class Question:
    """`asks` are wordings of the same question, `right` is the number of the right option, from 0."""

    id: str
    right: int
    asks: Mapping[str, tuple[str, ...]]
    options: Mapping[str, tuple[str, ...]]
    why: Mapping[str, str]


@cache
def questions() -> Mapping[str, Question]:
    """All questions by id, file by file."""
    folder = resources.files("bot.texts").joinpath("quiz")
    found = (
        _question(item)
        for file in sorted(folder.iterdir(), key=lambda one: one.name)
        if file.name.endswith(".yaml")
        for item in yaml.safe_load(file.read_text("utf-8"))
    )
    return MappingProxyType({one.id: one for one in found})


def _question(item: Mapping[str, object]) -> Question:
    told = {language: _told(item[language]) for language in LANGUAGES}
    return Question(
        str(item["id"]),
        int(str(item["right"])),
        {language: tuple(map(str, one["asks"])) for language, one in told.items()},
        {language: tuple(map(str, one["options"])) for language, one in told.items()},
        {language: str(one["why"]) for language, one in told.items()},
    )


def _told(node: object) -> Mapping[str, list[str]]:
    assert isinstance(node, dict)
    return node
