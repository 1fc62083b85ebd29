"""One process a data folder: two would each answer half of what happens, and send the same twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout


class Running(Exception):
    """Another process works in this folder."""


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the folder until the block ends; a killed process holds nothing. Raises `Running`."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = FileLock(folder / "lock", timeout=0, mode=0o600)
    try:
        lock.acquire()
    except Timeout:
        raise Running(
            f"{folder}: another Class Guard is running there. Stop it first, or set `data` to another folder."
        ) from None
    try:
        yield
    finally:
        lock.release()
