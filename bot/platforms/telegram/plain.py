"""A plain text message of a person in a group, read straight from its JSON.

Nine messages in ten are nothing else, and building the library's objects for them costs more than
judging them. Whatever has a key that is not listed here goes the long way through the library.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bot.events import ChatKind, MessageSeen, Place
from bot.platforms.telegram.messages import mentions_all
from bot.platforms.telegram.people import ANONYMOUS_ADMIN, CHANNEL_BOT, NAME, SERVICE
from patterns.model import Message, Person

_UPDATE = frozenset(("update_id", "message"))
_MESSAGE = frozenset(("message_id", "from", "chat", "date", "text"))
_GROUPS = frozenset(("group", "supergroup"))
_NOT_PEOPLE = frozenset((ANONYMOUS_ADMIN, CHANNEL_BOT, SERVICE))


def plain(update: dict[str, Any]) -> MessageSeen | None:
    """The event, or None when the update is anything but plain."""
    if update.keys() != _UPDATE:
        return None
    message = update["message"]
    if not isinstance(message, dict) or message.keys() != _MESSAGE:
        return None
    match message:
        case {
            "message_id": int(number),
            "date": int(date),
            "text": str(text),
            "chat": {"id": int(chat), "type": str(kind), "title": str(title)},
            "from": {"id": int(sender), "is_bot": False, "first_name": str(first)} as author,
        } if text and kind in _GROUPS and sender not in _NOT_PEOPLE:
            last, username = author.get("last_name", ""), author.get("username", "")
            if not (isinstance(last, str) and isinstance(username, str)):
                return None
            person = Person(str(sender), f"{first} {last}" if last else first, username)
            return MessageSeen(
                place=Place(NAME, str(chat), ChatKind.GROUP, title),
                message=Message(str(number), person, text, mentions_all=mentions_all(text, ())),
                at=datetime.fromtimestamp(date, UTC),
            )
    return None
