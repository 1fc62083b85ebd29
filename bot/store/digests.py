"""What the weekly digest is made of: counted days, incidents by level; and how far the admins were told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.moments import milliseconds, moment
from bot.store.tables import counters, digests, incidents
from bot.store.upserts import insert


async def until(tx: AsyncConnection, chat: int) -> date | None:
    """The first day the admins were not told of yet; None before the first digest."""
    found = await tx.scalar(select(digests.c.until).where(digests.c.chat_id == chat))
    return date.fromisoformat(found) if found else None


async def record(tx: AsyncConnection, chat: int, until: date, now: datetime) -> None:
    """The admins were told of everything before this day."""
    told = {"until": until.isoformat(), "sent_at": milliseconds(now)}
    new = insert(digests).values(chat_id=chat, **told)
    await tx.execute(new.on_conflict_do_update(index_elements=["chat_id"], set_=told))


async def counted(tx: AsyncConnection, chat: int, name: str, first: date, end: date) -> Mapping[date, int]:
    """How much there was on each day from the first to before the end; days without any are left out."""
    rows = await tx.execute(
        select(counters.c.day, counters.c.value)
        .where(counters.c.chat_id == chat, counters.c.name == name)
        .where(counters.c.day >= first.isoformat(), counters.c.day < end.isoformat())
    )
    return {date.fromisoformat(row.day): row.value for row in rows}


async def levels(tx: AsyncConnection, chat: int, since: datetime) -> tuple[tuple[datetime, int], ...]:
    """When each incident since then began, and how loud it became."""
    rows = await tx.execute(
        select(incidents.c.opened_at, incidents.c.level)
        .where(incidents.c.chat_id == chat, incidents.c.opened_at >= milliseconds(since))
        .order_by(incidents.c.id)
    )
    return tuple((moment(row.opened_at), row.level) for row in rows)
