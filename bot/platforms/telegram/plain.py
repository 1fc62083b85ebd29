"""A plain text message of a person in a group, read straight from its JSON.

Nine messages in ten are nothing else, and building the library's objects for them costs more than
judging them. Whatever has a key that is not listed here goes the long way through the library.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bot.events import MessageSeen
from bot.places import ChatKind, Place
from bot.platforms.telegram.messages import mentions_all
from bot.platforms.telegram.people import ANONYMOUS_ADMIN, CHANNEL_BOT, NAME, SERVICE
from patterns.model import Message, Person

_UPDATE = frozenset(("update_id", "message"))
_MESSAGE = frozenset(("message_id", "from", "chat", "date", "text"))
_GROUPS = ("group", "supergroup")
_NOT_PEOPLE = frozenset((ANONYMOUS_ADMIN, CHANNEL_BOT, SERVICE))


def plain(update: dict[str, Any]) -> MessageSeen | None:
    """The event, or None when the update is anything but plain."""
    if update.keys() != _UPDATE:
        return None
    message = update["message"]
    if not isinstance(message, dict) or message.keys() != _MESSAGE:
        return None
    # Asked one by one: a pattern for a mapping within a mapping takes seven times as long.
    author, chat, text = message["from"], message["chat"], message["text"]
    if not (
        _is_person(author)
        and _is_group(chat)
        and type(text) is str
        and text
        and type(message["message_id"]) is int
        and type(message["date"]) is int
    ):
        return None
    first, last = author["first_name"], author.get("last_name")
    return MessageSeen(
        place=Place(NAME, str(chat["id"]), ChatKind.GROUP, chat["title"]),
        message=Message(
            str(message["message_id"]),
            Person(str(author["id"]), f"{first} {last}" if last else first, author.get("username", "")),
            text,
            mentions_all=mentions_all(text, ()),
        ),
        at=datetime.fromtimestamp(message["date"], UTC),
    )


def _is_person(author: Any) -> bool:
    return (
        isinstance(author, dict)
        and author.get("is_bot") is False
        and type(author.get("id")) is int
        and author["id"] not in _NOT_PEOPLE
        and type(author.get("first_name")) is str
        and type(author.get("last_name", "")) is str
        and type(author.get("username", "")) is str
    )


def _is_group(chat: Any) -> bool:
    return (
        isinstance(chat, dict)
        and chat.get("type") in _GROUPS
        and type(chat.get("id")) is int
        and type(chat.get("title")) is str
    )
