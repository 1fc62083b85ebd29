"""What several chats have, by chat: one question about a hundred of them costs hardly more than about one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TypeVar

Found = TypeVar("Found")


def gathered(found: Iterable[tuple[int, Found]]) -> dict[int, tuple[Found, ...]]:
    """Each chat's own in the order they came; a chat without any is left out."""
    by_chat: defaultdict[int, list[Found]] = defaultdict(list)
    for chat, one in found:
        by_chat[chat].append(one)
    return {chat: tuple(those) for chat, those in by_chat.items()}
