"""What is planned for later. A timer has a name, so that planning it twice leaves one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.moments import milliseconds, moment
from bot.store.tables import chats, timers


async def plan(
    tx: AsyncConnection,
    key: str,
    kind: str,
    due: datetime,
    chat_id: int | None = None,
    payload: str = "",
    *,
    moves: bool = True,
) -> None:
    """Set the timer of this name, or move it; unless it `moves`, one that stands comes due when it would have."""
    values = {"kind": kind, "chat_id": chat_id, "payload": payload, "due_at": milliseconds(due)}
    # Written to even then: whoever is just serving it is waited for, and it is set anew.
    changed = values if moves else {"payload": payload}
    known = await tx.execute(update(timers).where(timers.c.key == key).values(**changed))
    if known.rowcount == 0:
        await tx.execute(insert(timers).values(key=key, **values))


async def take(tx: AsyncConnection, key: str) -> tuple[int, str] | None:
    """Take away what is planned under this name, before it is due: its chat and payload. None where there is nothing."""
    row = (await tx.execute(select(timers.c.chat_id, timers.c.payload).where(timers.c.key == key))).first()
    if row is None or row.chat_id is None:
        return None
    await cancel(tx, key)
    return int(row.chat_id), str(row.payload)


async def cancel(tx: AsyncConnection, key: str) -> None:
    await tx.execute(delete(timers).where(timers.c.key == key))


async def of_kind(tx: AsyncConnection, kind: str, platform: str) -> dict[str, datetime]:
    """When each chat's timer of this kind is due, by the chats' addresses."""
    found = select(chats.c.address, timers.c.due_at).join(chats, chats.c.id == timers.c.chat_id)
    rows = await tx.execute(found.where(timers.c.kind == kind, chats.c.platform == platform))
    return {row.address: moment(row.due_at) for row in rows}


async def planned(tx: AsyncConnection, key: str) -> int | None:
    """When the timer of this name is due, in milliseconds since 1970."""
    due: int | None = await tx.scalar(select(timers.c.due_at).where(timers.c.key == key))
    return due
