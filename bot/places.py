"""Where something happens: a chat as its platform addresses it, and under the bot's own number.

Events carry a `Place`; the app turns it into a registered `Chat` before a handler sees it. Actions name
chats by that internal number only, so that they survive a group's move to another address.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

# What people's ids begin with, by platform: none of them means anybody on another.
MARKS: Mapping[str, str] = {"telegram": "", "onebot": "qq:", "qq": "qqbot:", "dingtalk": "ding:"}


class ChatKind(StrEnum):
    PRIVATE = "private"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something happened, as the platform addresses it."""

    platform: str
    address: str
    kind: ChatKind
    title: str = ""
    thread: str = ""


def platform_kind(platform: str) -> str:
    """What several accounts on one platform have in common: of their names, what stands before the hyphen."""
    return platform.partition("-")[0]


@dataclass(frozen=True, slots=True)
class Chat:
    """A place the bot knows, under its internal number."""

    id: int
    place: Place
