"""Memory the program has let go of is given back to the machine: the C library keeps it otherwise, a heap for each thread."""

from __future__ import annotations

import ctypes
from collections.abc import Callable


def give_back() -> None:
    """Takes milliseconds. Does nothing where the C library is not glibc."""
    if _trim is not None:
        _trim(0)


def _found() -> Callable[[int], int] | None:
    try:
        library = ctypes.CDLL(None)
    except (OSError, TypeError):
        return None
    trim: Callable[[int], int] | None = getattr(library, "malloc_trim", None)
    return trim


_trim = _found()
