"""Timers that have come due: found, claimed in the transaction that serves them, or put off."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.moments import milliseconds, moment
from bot.store.tables import chats, timers

_MOST = 200


@dataclass(frozen=True, slots=True)
class Due:
    timer: int
    kind: str
    chat: int
    payload: str
    due_at: int


async def due(tx: AsyncConnection, now: datetime, platforms: Collection[str]) -> list[Due]:
    """What should have happened by now on these platforms, the oldest first. A timer belongs to a chat."""
    rows = await tx.execute(
        select(timers.c.id, timers.c.kind, timers.c.chat_id, timers.c.payload, timers.c.due_at)
        .join(chats, chats.c.id == timers.c.chat_id)
        .where(timers.c.due_at <= milliseconds(now), chats.c.platform.in_(list(platforms)))
        .order_by(timers.c.due_at, timers.c.id)
        .limit(_MOST)
    )
    return [Due(*row) for row in rows]


async def next_at(tx: AsyncConnection) -> datetime | None:
    """When the next timer comes due, or came; None when there is none."""
    found = await tx.scalar(select(func.min(timers.c.due_at)).where(timers.c.chat_id.is_not(None)))
    return None if found is None else moment(int(found))


async def claim(tx: AsyncConnection, timer: int, due: datetime) -> bool:
    """Take the timer away; False when it was served, moved or cancelled in the meantime."""
    gone = await tx.execute(delete(timers).where(timers.c.id == timer, timers.c.due_at == milliseconds(due)))
    return gone.rowcount == 1


async def put_off(tx: AsyncConnection, timer: int, now: datetime, by: timedelta) -> None:
    await tx.execute(update(timers).where(timers.c.id == timer).values(due_at=milliseconds(now + by)))
