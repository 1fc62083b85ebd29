"""What to do when the money has gone, by place: help-lines with the date they were checked on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import yaml

from bot.settings import LANGUAGES

ELSEWHERE = "other"
FLASH = 200
# Help-lines move: after this long somebody should look again.
AGES = 400


class Misfit(ValueError):
    """An operator's file of help-lines that cannot be used; the text says what is wrong."""


@dataclass(frozen=True, slots=True)
class Place:
    """`first` is plain text, `steps` are HTML in order; `checked` is when its numbers were last compared."""

    id: str
    zones: frozenset[str]
    checked: date | None
    name: Mapping[str, str]
    first: Mapping[str, str]
    steps: Mapping[str, tuple[str, ...]]


Places = Mapping[str, Place]


def places(own: Path | None = None) -> Places:
    """All places by id; those in the operator's own file replace ours. Raises `Misfit`, OSError."""
    return {**_ours(), **_read(own.read_text("utf-8"))} if own is not None else _ours()


def place_at(known: Places, zone: str) -> str:
    """Where a group with this time zone lives."""
    return next((one.id for one in known.values() if zone in one.zones), ELSEWHERE)


def unchecked(known: Places, today: date) -> tuple[str, ...]:
    """Places whose help-lines nobody has compared for over a year."""
    return tuple(
        one.id
        for one in known.values()
        if one.id != ELSEWHERE and (one.checked is None or (today - one.checked).days > AGES)
    )


@cache
def _ours() -> Places:
    return _read(resources.files("bot.texts").joinpath("rescue.yaml").read_text("utf-8"))


def _read(source: str) -> dict[str, Place]:
    try:
        told: Mapping[str, Mapping[str, Any]] = yaml.safe_load(source)
        return {name: _place(name, one) for name, one in told.items()}
    except (yaml.YAMLError, AttributeError, KeyError, TypeError) as wrong:
        raise Misfit(f"it has not the form of bot/texts/rescue.yaml ({wrong})") from None


def _place(name: str, told: Mapping[str, Any]) -> Place:
    checked = told["checked"]
    if checked is not None and not isinstance(checked, date):
        raise Misfit(f"{name}.checked must be a date such as 2026-11-23")
    place = Place(
        name,
        frozenset(map(str, told["zones"])),
        checked,
        {language: str(told["name"][language]) for language in LANGUAGES},
        {language: str(told["first"][language]) for language in LANGUAGES},
        {language: tuple(map(str, told["steps"][language])) for language in LANGUAGES},
    )
    if any(len(text) > FLASH for text in place.first.values()):
        raise Misfit(f"{name}.first is longer than {FLASH} characters")
    if len({len(steps) for steps in place.steps.values()}) != 1:
        raise Misfit(f"{name}.steps must be as many in every language")
    return place
