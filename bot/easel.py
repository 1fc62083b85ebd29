"""Papers are drawn beside the outbox, before their turn to leave: no warning waits for ink, not even in the same chat."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace

import structlog

from bot.actions import Action, Paper, Say
from bot.events import Picture
from bot.outbox import Parcel
from bot.platforms import Later, Moved, Platform, Refused, Unsure

log = structlog.get_logger(__name__)

# Drawn ahead and not taken yet, or being drawn; the rest of a wave waits in the outbox.
AHEAD = 4
# In seconds: what was drawn and not fetched by then was taken out of the outbox, or will be drawn again.
STALE = 120.0
# What goes along with a paper.
ENCLOSED = 12
PICTURE_BYTES = 3_000_000


class Easel:
    def __init__(self, draw: Callable[[Paper], Awaitable[bytes]], finished: Callable[[], None]) -> None:
        """`draw` gives the bytes of a paper, none when it cannot be drawn; `finished` is told of each."""
        self._draw = draw
        self._finished = finished
        self._drawn: dict[int, tuple[float, bytes]] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}

    def ready(self, parcel: Parcel, platform: Platform) -> bool:
        """Whether nothing is left to draw before this can leave; if something is, it is begun as soon as there is room."""
        paper = wanted(parcel.action, platform)
        if paper is None or parcel.row in self._drawn:
            return True
        if parcel.row not in self._tasks and self._room():
            self._tasks[parcel.row] = asyncio.create_task(self._work(parcel.row, paper, platform))
        return False

    def finish(self, action: Action, row: int) -> Action:
        """With its paper drawn, or with the words that stand for it."""
        _, image = self._drawn.pop(row, (0.0, b""))
        if not isinstance(action, Say) or action.paper is None:
            return action
        if image:
            return replace(action, image=image)
        text = f"{action.text}\n{action.paper.otherwise}" if action.paper.otherwise else action.text
        return replace(action, paper=None, text=text)

    def drop(self, row: int) -> None:
        """It will not leave after all."""
        self._drawn.pop(row, None)

    async def stop(self) -> None:
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _room(self) -> bool:
        since = time.monotonic() - STALE
        self._drawn = {row: drawn for row, drawn in self._drawn.items() if drawn[0] > since}
        return len(self._drawn) + len(self._tasks) < AHEAD

    async def _work(self, row: int, paper: Paper, platform: Platform) -> None:
        image = b""
        try:
            enclosed = tuple([await _had(platform, picture) for picture in paper.pictures[:ENCLOSED]])
            image = await self._draw(replace(paper, enclosed=enclosed))
        except Exception:
            log.exception("paper_not_drawn", kind=paper.kind)
        finally:
            del self._tasks[row]
        self._drawn[row] = time.monotonic(), image
        self._finished()


def wanted(action: Action, platform: Platform) -> Paper | None:
    """The paper that has to be drawn before this can leave, where the platform can show it."""
    if not isinstance(action, Say) or action.paper is None:
        return None
    shows = platform.abilities.files if action.paper.name else platform.abilities.pictures
    return action.paper if shows else None


async def _had(platform: Platform, picture: Picture) -> bytes:
    """A picture's bytes, or none: a paper without it is worth more than no paper."""
    try:
        return await platform.fetch(picture, PICTURE_BYTES)
    except (Later, Moved, Refused, Unsure) as trouble:
        log.warning("picture_not_enclosed", picture=picture.unique_id, reason=str(trouble))
        return b""
