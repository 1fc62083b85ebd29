"""What memory costs beside its bytes: the collector's time over what never goes, and what the C library keeps.

CPython looks through everything that lives each time its oldest generation has grown by a quarter; while a
program is being imported that is a third of the time (`classguard bench start`).
"""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def loading() -> Iterator[None]:
    """What is loaded in here stays: the collector does not look through it, now or later."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def give_back() -> None:
    """Give the machine what was let go of: glibc keeps it otherwise, a heap for each thread. Takes milliseconds; does nothing elsewhere."""
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
