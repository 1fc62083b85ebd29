"""Updates brought by Telegram: where to, what they are, whether they arrive."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta

from telegram import Bot

from bot.platforms.arrivals import Batch, Raw
from bot.platforms.telegram.polling import batch_of
from bot.platforms.telegram.reading import ALLOWED

HEADER = "X-Telegram-Bot-Api-Secret-Token"
# At once; each is answered when it is stored, so more would not be faster.
CONNECTIONS = 20
LATELY = timedelta(minutes=2)


async def subscribe(bot: Bot, url: str, secret: str) -> None:
    await bot.set_webhook(
        url,
        allowed_updates=ALLOWED,
        secret_token=secret,
        max_connections=CONNECTIONS,
        drop_pending_updates=False,
    )


async def undelivered(bot: Bot, now: datetime | None = None) -> int:
    """Updates that wait although the last try to bring one failed just now."""
    info = await bot.get_webhook_info()
    failed = info.last_error_date
    lately = failed is not None and (now or datetime.now(UTC)) - failed < LATELY
    return info.pending_update_count if lately else 0


def pushed(body: bytes) -> Batch:
    """The update, kept as the bytes it came in; there is no cursor, an answer confirms it.

    Bytes that are no update are kept too, under a number of their own, and set aside when read.
    """
    text = body.decode("utf-8", "replace")
    try:
        batch = batch_of([(json.loads(text), text)], "")
    except (ValueError, RecursionError):
        batch = Batch((), "")
    return Batch(batch.raws or (Raw(hashlib.sha256(body).hexdigest(), "", body),), "")
