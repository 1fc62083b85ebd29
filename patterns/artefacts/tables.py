"""The tables beside this file, read once."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from patterns.packaged import packaged


@cache
def table(name: str) -> Any:
    """What `name`.yaml holds."""
    return packaged(files(__package__).joinpath(f"{name}.yaml"))


def words(text: str) -> frozenset[str]:
    """The tables write long lists of short words as one folded line."""
    return frozenset(text.split())
