"""Time zones as people call them: by a city or a country."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib import resources

import yaml

from bot.settings import BY_NAME, LANGUAGES


def zone_named(typed: str) -> str | None:
    """The zone of this name: 北京, Hong Kong, UTC+8, or the zone's own name such as Asia/Shanghai."""
    name = _folded(typed)
    return _by_name().get(name) or BY_NAME["timezone"].accepts(name)


def zone_label(language: str, zone: str) -> str:
    """What to call a zone; its own name where we have no better one."""
    names = _zones().get(zone, {}).get(language)
    return names[0] if names else zone.rpartition("/")[2].replace("_", " ")


@cache
def common_zones() -> tuple[str, ...]:
    """Those offered at a button."""
    return tuple(zone for zone, names in _zones().items() if names.get("offered"))


@cache
def _zones() -> Mapping[str, Mapping[str, list[str]]]:
    source = resources.files("bot.texts").joinpath("zones.yaml").read_text("utf-8")
    found: Mapping[str, Mapping[str, list[str]]] = yaml.safe_load(source)
    return found


@cache
def _by_name() -> Mapping[str, str]:
    return {
        _folded(name): zone
        for zone, names in _zones().items()
        for language in LANGUAGES
        for name in names[language]
    }


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
