"""Telegram's refusals in our words: later, never, elsewhere, or unknown."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.platforms import Denied, Later, Moved, Refused, Unsure

# These fail before anything is sent: nothing can have taken effect.
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_GONE = ("chat not found", "user is deactivated", "bot was kicked", "peer_id_invalid", "user not found")


@contextmanager
def translated() -> Iterator[None]:
    try:
        yield
    except TelegramError as error:
        raise translate(error) from error


def translate(error: TelegramError) -> Exception:
    match error:
        case RetryAfter():
            return Later(_seconds(error), reason="asked to slow down")
        case ChatMigrated():
            return Moved(str(error.new_chat_id))
        case InvalidToken():
            return Denied("Telegram does not accept the bot's token")
        case Conflict():
            return Later(5.0, everywhere=True, reason="another program is polling with the same token")
        case Forbidden():
            return Refused(error.message, unreachable=True)
        case BadRequest():
            return Refused(error.message, unreachable=_is_gone(error))
        case NetworkError() if isinstance(error.__cause__, _NOT_SENT):
            return Later(2.0, everywhere=True, reason="Telegram cannot be reached")
        case _:
            return Unsure(f"{type(error).__name__}: {error.message}"[:200])


def _is_gone(error: BadRequest) -> bool:
    return any(words in error.message.lower() for words in _GONE)


def _seconds(error: RetryAfter) -> float:
    after = error.retry_after
    return float(after) if isinstance(after, int) else after.total_seconds()
