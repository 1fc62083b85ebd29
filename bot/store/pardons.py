"""What admins said of earlier incidents: accounts that were right to ask, payees that were not."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.gathered import gathered
from bot.store.moments import milliseconds
from bot.store.tables import confirmed_marks, pardons
from bot.store.upserts import insert as upsert


@dataclass(frozen=True, slots=True)
class Pardon:
    """Holds for this account under the name it then wore, for this payee (empty: none was named), up to a level."""

    user: str
    name_mark: str
    mark: str
    level: int


async def load(tx: AsyncConnection, chat: int) -> tuple[Pardon, ...]:
    return (await of_each(tx, [chat])).get(chat, ())


async def of_each(tx: AsyncConnection, chats: Collection[int]) -> dict[int, tuple[Pardon, ...]]:
    columns = pardons.c.chat_id, pardons.c.user, pardons.c.name_mark, pardons.c.mark, pardons.c.level
    rows = await tx.execute(select(*columns).where(pardons.c.chat_id.in_(chats)).order_by(pardons.c.id))
    return gathered((chat, Pardon(*row)) for chat, *row in rows)


async def grant(
    tx: AsyncConnection, chat: int, granted: Iterable[Pardon], by: str, at: datetime
) -> tuple[Pardon, ...]:
    """Grant what is not granted already; returns what is new."""
    known = set(await load(tx, chat))
    new = tuple(pardon for pardon in dict.fromkeys(granted) if pardon not in known)
    rows = [
        {
            "chat_id": chat,
            "user": pardon.user,
            "name_mark": pardon.name_mark,
            "mark": pardon.mark,
            "level": pardon.level,
            "given_by": by,
            "given_at": milliseconds(at),
        }
        for pardon in new
    ]
    if rows:
        await tx.execute(insert(pardons), rows)
    return new


async def revoke(tx: AsyncConnection, chat: int, users: Collection[str]) -> tuple[Pardon, ...]:
    """Accounts that turned out to be scammers' keep no pardon under any name; returns those they had."""
    had = tuple(pardon for pardon in await load(tx, chat) if pardon.user in users)
    await tx.execute(delete(pardons).where(pardons.c.chat_id == chat, pardons.c.user.in_(users)))
    return had


async def lapse(tx: AsyncConnection, chat: int, by: str, since: datetime) -> int:
    """What this admin's account granted since then holds no longer; returns how many did."""
    granted = pardons.c.chat_id == chat, pardons.c.given_by == by, pardons.c.given_at >= milliseconds(since)
    return (await tx.execute(delete(pardons).where(*granted))).rowcount


async def take_back(tx: AsyncConnection, chat: int, granted: Iterable[Pardon]) -> None:
    """These were granted by mistake."""
    for pardon in granted:
        await tx.execute(
            delete(pardons).where(
                pardons.c.chat_id == chat,
                pardons.c.user == pardon.user,
                pardons.c.name_mark == pardon.name_mark,
                pardons.c.mark == pardon.mark,
                pardons.c.level == pardon.level,
            )
        )


async def confirmed_in_each(tx: AsyncConnection, chats: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Keyed marks of the payees an admin confirmed as scam."""
    columns = confirmed_marks.c.chat_id, confirmed_marks.c.mark
    rows = await tx.execute(select(*columns).where(confirmed_marks.c.chat_id.in_(chats)))
    return gathered((chat, mark) for chat, mark in rows)


async def confirm(tx: AsyncConnection, chat: int, marks: Iterable[str], incident: int, at: datetime) -> None:
    rows = [
        {"chat_id": chat, "mark": mark, "incident_id": incident, "confirmed_at": milliseconds(at)}
        for mark in marks
    ]
    if rows:
        await tx.execute(upsert(confirmed_marks).on_conflict_do_nothing(), rows)


async def withdraw(tx: AsyncConnection, incident: int) -> None:
    """Take back what an incident's confirmation had said."""
    await tx.execute(delete(confirmed_marks).where(confirmed_marks.c.incident_id == incident))
