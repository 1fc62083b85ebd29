"""Which of the bot's own messages somebody means who presses a button on it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import outbox


async def bearing(tx: AsyncConnection, chat_id: int, message_id: str, command: str) -> str | None:
    """The key of the message a button with this command stands or stood on.

    None when the message is too old to be remembered, and when it never had such a button: what a press
    carries is the presser's to choose, and must not lead to another message being rewritten.
    """
    said = await tx.execute(
        select(outbox.c.key, outbox.c.payload)
        .where(
            outbox.c.chat_id == chat_id,
            outbox.c.message_id == message_id,
            outbox.c.message_id != "",
            outbox.c.kind == "say",
        )
        .order_by(outbox.c.id.desc())
        .limit(1)
    )
    row = said.first()
    if row is None:
        return None
    edits = await tx.execute(
        select(outbox.c.payload).where(outbox.c.target == row.key, outbox.c.kind == "edit")
    )
    return row.key if command in _commands([row.payload, *edits.scalars()]) else None


def _commands(payloads: Iterable[dict[str, Any]]) -> set[str]:
    return {
        button.get("command", "")
        for payload in payloads
        for row in payload.get("buttons", ())
        for button in row
    }
