"""Chats whose next update cannot be written down: a demand that comes behind it is warned of from memory."""

from __future__ import annotations

from collections.abc import Hashable

from bot.emergency import Emergency
from bot.inbox import Letter
from bot.jobs import Job, lane_of
from bot.lanes import Lanes


class HeldUp:
    def __init__(self, lanes: Lanes[Job], emergency: Emergency) -> None:
        self._lanes = lanes
        self._emergency = emergency
        self._held: set[Hashable] = set()

    def begin(self, job: Job) -> None:
        """It could not be written down, and will be tried again; what waits behind it is looked at meanwhile."""
        if job.letter is None:
            return
        lane = lane_of(job.letter)
        self._held.add(lane)
        waiting = [one.letter for one in self._lanes.behind(lane) if one.letter is not None]
        self._emergency.look_soon(job.platform, waiting)

    def end(self, job: Job) -> None:
        """It is over, one way or the other."""
        if job.letter is not None:
            self._held.discard(lane_of(job.letter))

    def meet(self, letter: Letter) -> None:
        """One more has come."""
        if lane_of(letter) in self._held:
            self._emergency.look_soon(letter.platform, [letter])
