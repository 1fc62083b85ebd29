"""Wait for something, but not past the end."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


async def unless(stopping: asyncio.Event, wanted: Coroutine[Any, Any, Result]) -> Result | None:
    """What `wanted` gives, or None when the stop came first and it was given up."""
    task = asyncio.ensure_future(wanted)
    stop = asyncio.ensure_future(stopping.wait())
    try:
        await asyncio.wait({task, stop}, return_when=asyncio.FIRST_COMPLETED)
        return task.result() if task.done() else None
    finally:
        for one in (task, stop):
            if not one.done():
                one.cancel()
                await asyncio.gather(one, return_exceptions=True)


def backoff(first: float, longest: float, tries: int) -> float:
    """Seconds to rest after so many tries: `first` doubled each time, but no more than `longest`."""
    return min(longest, first * 2.0 ** min(tries, 10))


async def pause(stopping: asyncio.Event, seconds: float) -> None:
    """Sleep, or wake up to stop."""
    await unless(stopping, asyncio.sleep(seconds))
