"""What the playground's people, groups and messages are called on QQ's bot platform: open ids, nobody's number."""

from __future__ import annotations

from bot.playground.chats import Chat
from bot.playground.people import User

_GROUP, _PERSON, _MESSAGE = "GROUP", "OPEN", "ROBOT1.0_"


def group_openid(chat: Chat) -> str:
    return f"{_GROUP}{abs(chat.id)}"


def openid(user: User) -> str:
    return f"{_PERSON}{user.id}"


def message_id(chat: int, message: int) -> str:
    return f"{_MESSAGE}{chat}x{message}"


def chat_number(mark: str) -> int:
    """The playground's number of a group; 0 for none."""
    number = mark.removeprefix(_GROUP)
    return -int(number) if mark.startswith(_GROUP) and number.isdecimal() else 0


def user_number(mark: str) -> int:
    """The playground's number of a person; 0 for nobody."""
    number = mark.removeprefix(_PERSON)
    return int(number) if mark.startswith(_PERSON) and number.isdecimal() else 0


def message_number(mark: str) -> tuple[int, int]:
    """Chat and message of the playground behind an id; zeros for none."""
    chat, _, number = mark.removeprefix(_MESSAGE).partition("x")
    known = mark.startswith(_MESSAGE) and chat.removeprefix("-").isdecimal() and number.isdecimal()
    return (int(chat), int(number)) if known else (0, 0)
