"""weights.yaml with new numbers in the old places: its order and its comments stay."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from patterns.loading import HERE

FILE = HERE / "weights.yaml"
_ENTRY = re.compile(r"^(  )([a-z_]+): (-?[0-9.]+)(.*)$")
_SECTION = re.compile(r"^([a-z_]+):(?: |$)")


def rewritten(text: str, numbers: Mapping[str, Mapping[str, float]]) -> str:
    """The file's text with the numbers of each section put in; names it lacks come last in their section.

    A rule that is not among them is left out: it has its own number.
    """
    lines: list[str] = []
    missing: dict[str, float] = {}
    section = ""
    for line in text.rstrip("\n").split("\n"):
        if begins := _SECTION.match(line):
            lines += _entries(missing)
            section = begins[1]
            missing = dict(numbers.get(section, {}))
        entry = _ENTRY.match(line)
        if entry and section == "rules" and section in numbers and entry[2] not in missing:
            continue
        if entry and entry[2] in missing:
            line = f"{entry[1]}{entry[2]}: {_plain(missing.pop(entry[2]))}{entry[4]}"
        lines.append(line)
    return "\n".join([*lines, *_entries(missing)]) + "\n"


def _entries(missing: Mapping[str, float]) -> list[str]:
    return [f"  {name}: {_plain(number)}" for name, number in missing.items()]


def _plain(number: float) -> str:
    """Two decimals at most: 1.5, -0.35, 6.0."""
    return repr(round(float(number), 2))


def write(numbers: Mapping[str, Mapping[str, float]], file: Path = FILE) -> None:
    file.write_text(rewritten(file.read_text("utf-8"), numbers), "utf-8")
