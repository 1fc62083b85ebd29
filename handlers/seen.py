"""A message that is not ordinary, and why."""

from __future__ import annotations

from dataclasses import dataclass

from bot.events import MessageSeen
from patterns.model import Message, Role, Station, Verdict


@dataclass(frozen=True, slots=True)
class Seen:
    """`event` as the platform gave it; `message` is the same with what is known about its sender and its
    pictures filled in. `ms` is how long the judgement took.
    """

    event: MessageSeen
    message: Message
    verdict: Verdict
    ms: float

    @property
    def from_member(self) -> bool:
        """Whether somebody with an account of their own and no office in the group said it."""
        sender = self.message.sender
        return sender.station is Station.USER and sender.role is Role.MEMBER
