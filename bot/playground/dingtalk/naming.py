"""What the playground's people, groups and files are called on DingTalk."""

from __future__ import annotations

from bot.playground.chats import Chat
from bot.playground.people import User
from bot.playground.world import World

_STAFF, _SENDER, _OPEN = "staff", "$:LWCP_v1:$sender", "open"


def conversation(chat: Chat) -> str:
    return f"cid{abs(chat.id)}=="


def staff(user: User) -> str:
    return f"{_STAFF}{user.id}"


def sender(user: User) -> str:
    return f"{_SENDER}{user.id}"


def open_id(user: User) -> str:
    return f"{_OPEN}{user.id}"


def message_id(chat: int, message: int) -> str:
    return f"msg{abs(chat)}x{message}=="


def number_of(mark: str) -> int:
    """The playground's number of a group or a person by any of their names; 0 for nobody."""
    for prefix, sign in (("cid", -1), (_STAFF, 1), (_SENDER, 1), (_OPEN, 1)):
        number = mark.removeprefix(prefix).rstrip("=")
        if mark.startswith(prefix) and number.isdecimal():
            return sign * int(number)
    return 0


def group(world: World, number: object) -> Chat | None:
    """The group with this conversation's number, if the robot is in it."""
    me = world.bot.id
    return next(
        (
            chat
            for chat in world.chats.values()
            if chat.is_group and conversation(chat) == number and chat.member(me).present
        ),
        None,
    )


def of_staff(world: World, number: object) -> User | None:
    return next((user for user in world.users.values() if staff(user) == number), None)
