"""What stands in a guard's folder when one looks."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path


def everything_in(folder: Path) -> list[bytes]:
    """The content of every file; one that is taken away meanwhile has none."""
    found = []
    for file in folder.rglob("*"):
        with suppress(FileNotFoundError):
            found += [file.read_bytes()] if file.is_file() else []
    return found


def written(folder: Path, sentences: Iterable[str]) -> list[str]:
    """Which of the sentences stand in any file there, as they are or as JSON escapes them."""
    kept = b"\n".join(everything_in(folder))
    return [one for one in sentences if one.encode() in kept or json.dumps(one)[1:-1].encode() in kept]
