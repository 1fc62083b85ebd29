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


async def awaiting(tx: AsyncConnection, chat_id: int, user: str, since: datetime) -> str | None:
    """The kind of the dialogue in which this person was asked something since then; its `asking` is not below zero."""
    found = await tx.execute(
        select(dialogues.c.kind, dialogues.c.state).where(
            dialogues.c.chat_id == chat_id,
            dialogues.c.user == user,
            dialogues.c.updated_at >= milliseconds(since),
        )
    )
    row = found.first()
    return str(row.kind) if row and row.state.get("asking", -1) not in (-1, "") else None


async def forget(tx: AsyncConnection, before: datetime) -> None:
    """Dialogues nobody went on with."""
    await tx.execute(delete(dialogues).where(dialogues.c.updated_at < milliseconds(before)))
