"""What somebody is in the middle of; survives a restart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.moments import milliseconds
from bot.store.tables import dialogues


@dataclass(frozen=True, slots=True)
class Dialogue:
    user: str
    state: Mapping[str, Any]


async def begin(
    tx: AsyncConnection, chat_id: int, user: str, kind: str, state: Mapping[str, Any], now: datetime
) -> None:
    """Start or carry on; a chat has one dialogue of a kind at a time, the latest."""
    await end(tx, chat_id, kind)
    await tx.execute(delete(dialogues).where(dialogues.c.chat_id == chat_id, dialogues.c.user == user))
    await tx.execute(
        insert(dialogues).values(
            chat_id=chat_id,
            user=user,
            kind=kind,
            state=dict(state),
            updated_at=milliseconds(now),
        )
    )


async def current(tx: AsyncConnection, chat_id: int, kind: str) -> Dialogue | None:
    found = await tx.execute(
        select(dialogues.c.user, dialogues.c.state).where(
            dialogues.c.chat_id == chat_id, dialogues.c.kind == kind
        )
    )
    row = found.first()
    return Dialogue(row.user, row.state) if row else None


async def end(tx: AsyncConnection, chat_id: int, kind: str) -> None:
    await tx.execute(delete(dialogues).where(dialogues.c.chat_id == chat_id, dialogues.c.kind == kind))
