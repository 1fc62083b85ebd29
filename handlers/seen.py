"""A message that is not ordinary, and why."""

from __future__ import annotations

from dataclasses import dataclass

from bot.events import MessageSeen
from patterns.model import Message, Verdict


@dataclass(frozen=True, slots=True)
class Seen:
    """`event` as the platform gave it; `message` is the same with what is known about its sender and its
    pictures filled in. `ms` is how long the judgement took.
    """

    event: MessageSeen
    message: Message
    verdict: Verdict
    ms: float
