"""Chat exports people really have, read as a stream: Telegram Desktop, QQ text, WhatsApp, plain lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO

from bot.exports import plain_lines, qq_text, telegram_desktop, whatsapp
from bot.exports.model import Broken, Exported

Reader = Callable[[BinaryIO], Iterator[Exported | Broken]]

# Asked in this order; plain lines accept anything.
FORMATS: dict[str, tuple[Callable[[bytes], bool], Reader]] = {
    "telegram": (telegram_desktop.recognises, telegram_desktop.read),
    "qq": (qq_text.recognises, qq_text.read),
    "whatsapp": (whatsapp.recognises, whatsapp.read),
    "lines": (lambda start: True, plain_lines.read),
}


def recognise(start: bytes) -> str:
    """Name the format of an export by its first bytes (64 KiB are plenty)."""
    return next(name for name, (recognises, _) in FORMATS.items() if recognises(start))


__all__ = ["FORMATS", "Broken", "Exported", "Reader", "recognise"]
