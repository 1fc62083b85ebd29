"""What waits in a lane: one update to be read, or one event that is no update's own."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

from bot.events import Event, MessageSeen
from bot.inbox import Letter
from bot.places import ChatKind
from bot.platforms import Platform
from bot.store.moments import moment
from patterns.judge import may_ask


def lane_of(letter: Letter) -> Hashable:
    """What it must stay in order with."""
    return letter.platform, letter.lane


@dataclass(slots=True)
class Job:
    """`events` are what the letter was read as, where it was read before its turn."""

    platform: str
    letter: Letter | None = None
    event: Event | None = None
    tries: int = field(default=0)
    events: Sequence[Event] | None = None

    def presses(self, platform: Platform) -> bool:
        """Might somebody in a group want something, by words or by what is attached? Reads the letter before its turn.

        What does not press is not kept as read: of ten thousand that wait, the bytes are enough.
        """
        assert self.letter is not None
        try:
            events = platform.read(self.letter.body, moment(self.letter.received_at))
        except Exception:
            # It is read again when its turn comes, where every failure is dealt with.
            return False
        if not any(map(_wants_something, events)):
            return False
        self.events = events
        return True


def _wants_something(event: Event) -> bool:
    return isinstance(event, MessageSeen) and event.place.kind is ChatKind.GROUP and may_ask(event.message)
