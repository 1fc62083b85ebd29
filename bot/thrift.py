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


@contextmanager
def settling() -> Iterator[None]:
    """What outlives one full collection in here is not looked through again: with ten thousand groups in memory each
    would hold everything up for half a second.

    Rings among what was set aside are never found, until all is looked through anew (`look_again`).
    """
    gc.callbacks.append(_set_aside)
    try:
        yield
    finally:
        gc.callbacks.remove(_set_aside)
        gc.unfreeze()


def look_again() -> None:
    """One collection of everything, also of what was set aside."""
    gc.unfreeze()
    gc.collect()


def _set_aside(phase: str, about: dict[str, int]) -> None:
    if phase == "stop" and about["generation"] == 2:
        gc.freeze()


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
