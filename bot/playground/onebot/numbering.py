"""How the playground's chats and messages are numbered for QQ: one count of 32 bits for all, below zero too."""

from __future__ import annotations

import zlib


class Numbering:
    """Remembers which message a number stands for; numbers are the same however often they are asked for."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[int, int]] = {}

    def number(self, chat: int, message: int) -> int:
        number = zlib.crc32(f"{chat}:{message}".encode()) - 2**31
        self._known[number] = chat, message
        return number

    def message(self, number: object) -> tuple[int, int] | None:
        """Chat and message behind a number, however it was written."""
        text = str(number)
        return self._known.get(int(text)) if text.removeprefix("-").isdecimal() else None


def group_number(chat: int) -> int:
    """QQ's groups have numbers above zero."""
    return abs(chat)
