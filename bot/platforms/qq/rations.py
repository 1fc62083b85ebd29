"""What the bot may say of its own accord: QQ counts it by rules it does not publish, and says only when it is too much."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

# For so long nothing more is tried in a chat once QQ has said no; twice as long each time it says no again.
FIRST, LONGEST = timedelta(hours=1), timedelta(days=1)


class Rations:
    """By the addresses of chats."""

    def __init__(self) -> None:
        self._until: dict[str, datetime] = {}
        self._rest: dict[str, timedelta] = {}

    def know(self, chats: Mapping[str, datetime]) -> None:
        """As it stood in an earlier life."""
        self._until |= chats

    def spent(self, chat: str, now: datetime) -> datetime | None:
        """Until when nothing is said there unasked; None when it may be tried."""
        until = self._until.get(chat)
        return until if until is not None and until > now else None

    def refused(self, chat: str, now: datetime) -> datetime:
        """QQ has said no. Until when it is not asked again."""
        rest = self._rest.get(chat, FIRST)
        self._rest[chat] = min(LONGEST, 2 * rest)
        self._until[chat] = now + rest
        return self._until[chat]

    def said(self, chat: str) -> None:
        """It was let through."""
        self._until.pop(chat, None)
        self._rest.pop(chat, None)
