"""Registered accounts said to be in other hands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.moments import milliseconds, moment
from bot.store.tables import chats, stolen
from bot.store.upserts import insert


@dataclass(frozen=True, slots=True)
class Stolen:
    """`undo_by` is the first admin who said that it is over, empty when none has."""

    chat: int
    user: str
    name: str
    undo_by: str
    at: datetime


async def load(tx: AsyncConnection, chat: int) -> tuple[Stolen, ...]:
    rows = await tx.execute(select(stolen).where(stolen.c.chat_id == chat).order_by(stolen.c.marked_at))
    return tuple(Stolen(row.chat_id, row.user, row.name, row.undo_by, moment(row.marked_at)) for row in rows)


async def of_account(tx: AsyncConnection, platform: str, user: str) -> tuple[Stolen, ...]:
    """Wherever this account is said to be in other hands."""
    rows = await tx.execute(
        select(stolen)
        .join(chats, chats.c.id == stolen.c.chat_id)
        .where(chats.c.platform == platform, stolen.c.user == user)
    )
    return tuple(Stolen(row.chat_id, row.user, row.name, row.undo_by, moment(row.marked_at)) for row in rows)


async def mark(tx: AsyncConnection, chat: int, user: str, name: str, at: datetime) -> bool:
    """Whether this is new."""
    new = insert(stolen).values(chat_id=chat, user=user, name=name, undo_by="", marked_at=milliseconds(at))
    return (await tx.execute(new.on_conflict_do_nothing())).rowcount > 0


async def first_voice(tx: AsyncConnection, chat: int, user: str, by: str) -> None:
    """One admin says that it is over."""
    mine = stolen.c.chat_id == chat, stolen.c.user == user
    await tx.execute(update(stolen).where(*mine).values(undo_by=by))


async def clear(tx: AsyncConnection, chat: int, user: str) -> bool:
    """Whether it was marked."""
    mine = stolen.c.chat_id == chat, stolen.c.user == user
    return (await tx.execute(delete(stolen).where(*mine))).rowcount > 0
