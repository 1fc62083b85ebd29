"""What stands in a guard's folder when one looks."""

from __future__ import annotations

from pathlib import Path


def everything_in(folder: Path) -> list[bytes]:
    return [file.read_bytes() for file in folder.rglob("*") if file.is_file()]
