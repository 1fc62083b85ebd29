"""A play written down: who did what, and what the guard said about it, so that two plays can be compared."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from textwrap import indent
from typing import Any

import yaml

_INDENT = "    "


@cache
def _all_words() -> dict[str, dict[str, Any]]:
    loaded: dict[str, dict[str, Any]] = yaml.safe_load(
        (Path(__file__).parent / "transcript.yaml").read_text(encoding="utf-8")
    )
    return loaded


@dataclass(frozen=True, slots=True)
class Entry:
    """What one person did, or, indented under it, what the guard did in answer."""

    text: str
    by_guard: bool = False

    def __str__(self) -> str:
        return indent(self.text, _INDENT) if self.by_guard else self.text


@dataclass(slots=True)
class Transcript:
    """Written line by line, in the language of the play."""

    language: str
    entries: list[Entry] = field(default_factory=list)

    def word(self, key: str, **values: str) -> str:
        return str(_all_words()[self.language][key]).format(**values)

    def did(self, when: datetime, who: str, what: str) -> Entry:
        day = _all_words()[self.language]["days"][when.weekday()]
        return self._add(Entry(self.word("line", day=day, time=when.strftime("%H:%M"), who=who, what=what)))

    def guard(
        self, heading: str, text: str = "", buttons: Sequence[Sequence[Mapping[str, Any]]] = ()
    ) -> Entry:
        lines = [heading, *(indent(line, "  ") for line in text.splitlines())]
        lines += ["  " + " ".join(f"〔{button['text']}〕" for button in row) for row in buttons]
        return self._add(Entry("\n".join(line.rstrip() for line in lines), by_guard=True))

    def _add(self, entry: Entry) -> Entry:
        self.entries.append(entry)
        return entry

    def __str__(self) -> str:
        return "\n".join(map(str, self.entries)) + "\n"


def difference(expected: str, played: str) -> str:
    """What has changed, line by line; empty when nothing has."""
    return "\n".join(
        difflib.unified_diff(
            expected.splitlines(), played.splitlines(), "expected", "played", lineterm="", n=2
        )
    )
