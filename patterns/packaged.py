"""Reads the tables and rules that are packaged beside the code."""

from __future__ import annotations

from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import yaml

# libyaml reads ten times as fast; where it is missing, the guard starts half a second later.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def packaged(file: Path | Traversable) -> Any:
    """What a YAML file holds."""
    return yaml.load(file.read_text("utf-8"), Loader=_LOADER)  # noqa: S506  (a safe loader, either way)
