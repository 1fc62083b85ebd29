"""A learnt table as a person can read it."""

from __future__ import annotations

from collections.abc import Mapping

from patterns.loading import HERE
from patterns.tenor import Tenor

_HEADING = """\
# Written by `uv run --group train python -m bench.tenor --write`: how much a phrase tells of somebody collecting (above 0)
# or only talking (below). A number is written 0. `patterns/tenor.py` says how they are added up.
"""


def write(tenor: Tenor, of: str) -> None:
    """Puts the table in the place of the one that is read."""
    (HERE / "tables" / f"tenor_of_{of}.yaml").write_text(_HEADING + table(tenor), "utf-8")


def table(tenor: Tenor) -> str:
    """The table without its heading."""
    weights = "".join(f"  {_quoted(phrase)}: {weight}\n" for phrase, weight in tenor.weights.items())
    return f"least: {_row(tenor.least)}\ntalk: {_row(tenor.talk)}\nbias: {tenor.bias}\nweights:\n{weights}"


def _row(numbers: Mapping[str, float]) -> str:
    return "{" + ", ".join(f"{whose}: {value}" for whose, value in numbers.items()) + "}"


def _quoted(phrase: str) -> str:
    return "'" + phrase.replace("'", "''") + "'"
