"""Reads the tables and rules that are packaged beside the code."""

from __future__ import annotations

from functools import partial
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import yaml

from patterns.shelf import derived

_HERE = Path(__file__).parent
# libyaml reads ten times as fast; where it is missing, the guard starts half a second later.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def packaged(file: Path | Traversable) -> Any:
    """What a YAML file holds."""
    if isinstance(file, Path) and file.is_relative_to(_HERE):
        return derived(f"yaml {file.relative_to(_HERE)}", partial(_read, file))
    return _read(file)


def _read(file: Path | Traversable) -> Any:
    return yaml.load(file.read_text("utf-8"), Loader=_LOADER)  # noqa: S506  (a safe loader, either way)
