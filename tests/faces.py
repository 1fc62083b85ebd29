"""Faces people wear, and somebody who paints them: every picture is the portrait its bytes spell."""

from __future__ import annotations

import io

from PIL import Image

from bot.media.portrait import portrait
from bot.media.reading import Reading, Task
from bot.playground.pictures import face
from bot.portraits.looking import Looking
from tests.fakes import FakePlatform


def painted(number: int) -> str:
    """What a face looks like, as it is kept."""
    return portrait(Image.open(io.BytesIO(face(number))))


WANG, CHEN = painted(1), painted(2)


class Painter:
    def __init__(self) -> None:
        self.asked: list[str] = []

    async def read(self, unique_id: str, data: bytes, task: Task) -> Reading:
        assert task is Task.PORTRAIT
        self.asked.append(unique_id)
        return Reading(portrait=data.decode())


def looking(platform: FakePlatform, painter: Painter, pace: float = 0.0) -> Looking:
    return Looking(painter, {"fake": platform}, pace)
