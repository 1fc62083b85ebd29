"""Which of the bot's own messages somebody means who presses a button on it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import outbox


async def key_of(tx: AsyncConnection, chat_id: int, message_id: str) -> str | None:
    """The key the message was posted under; None when it is too old to be remembered."""
    key: str | None = await tx.scalar(
        select(outbox.c.key)
        .where(
            outbox.c.chat_id == chat_id,
            outbox.c.message_id == message_id,
            outbox.c.message_id != "",
            outbox.c.target == "",
        )
        .order_by(outbox.c.id.desc())
        .limit(1)
    )
    return key
