"""Registered accounts said to be in other hands."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.gathered import gathered
from bot.store.moments import milliseconds, moment
from bot.store.tables import chats, stolen
from bot.store.upserts import insert


@dataclass(frozen=True, slots=True)
class Stolen:
    """`by` said so first, empty for nobody by name; `sure` once a second voice or the group's owner agrees.

    `undo_by` is the first admin who said that it is over, empty when none has.
    """

    chat: int
    user: str
    name: str
    undo_by: str
    at: datetime
    by: str = ""
    sure: bool = True


async def load(tx: AsyncConnection, chat: int) -> tuple[Stolen, ...]:
    return (await of_each(tx, [chat])).get(chat, ())


async def of_each(tx: AsyncConnection, numbers: Collection[int]) -> dict[int, tuple[Stolen, ...]]:
    rows = await tx.execute(select(stolen).where(stolen.c.chat_id.in_(numbers)).order_by(stolen.c.marked_at))
    return gathered((row.chat_id, _stolen(row)) for row in rows)


async def of_account(tx: AsyncConnection, platform: str, user: str) -> tuple[Stolen, ...]:
    """Wherever this account is said to be in other hands."""
    rows = await tx.execute(
        select(stolen)
        .join(chats, chats.c.id == stolen.c.chat_id)
        .where(chats.c.platform == platform, stolen.c.user == user)
    )
    return tuple(map(_stolen, rows))


async def find(tx: AsyncConnection, chat: int, user: str) -> Stolen | None:
    row = (await tx.execute(select(stolen).where(*_mine(chat, user)))).one_or_none()
    return None if row is None else _stolen(row)


async def mark(
    tx: AsyncConnection, chat: int, user: str, name: str, at: datetime, by: str = "", sure: bool = True
) -> bool:
    """Whether this is new."""
    new = insert(stolen).values(
        chat_id=chat,
        user=user,
        name=name,
        undo_by="",
        marked_at=milliseconds(at),
        marked_by=by,
        sure=sure,
    )
    return (await tx.execute(new.on_conflict_do_nothing())).rowcount > 0


async def heard(tx: AsyncConnection, chat: int, user: str, by: str, sure: bool) -> None:
    """One more admin says so."""
    await tx.execute(update(stolen).where(*_mine(chat, user)).values(marked_by=by, sure=sure, undo_by=""))


async def disbelieve(tx: AsyncConnection, chat: int, by: str) -> tuple[Stolen, ...]:
    """What this account alone had said of others counts no longer; returns whom it had marked."""
    alone = stolen.c.chat_id == chat, stolen.c.marked_by == by, stolen.c.sure.is_(False)
    gone = tuple(map(_stolen, await tx.execute(select(stolen).where(*alone))))
    await tx.execute(delete(stolen).where(*alone))
    return gone


async def first_voice(tx: AsyncConnection, chat: int, user: str, by: str) -> None:
    """One admin says that it is over."""
    await tx.execute(update(stolen).where(*_mine(chat, user)).values(undo_by=by))


async def clear(tx: AsyncConnection, chat: int, user: str) -> bool:
    """Whether it was marked."""
    return (await tx.execute(delete(stolen).where(*_mine(chat, user)))).rowcount > 0


def _mine(chat: int, user: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return stolen.c.chat_id == chat, stolen.c.user == user


def _stolen(row: Any) -> Stolen:
    return Stolen(
        row.chat_id, row.user, row.name, row.undo_by, moment(row.marked_at), row.marked_by, bool(row.sure)
    )
