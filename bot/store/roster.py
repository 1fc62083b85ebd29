"""The people of a group whose names nobody else may wear."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import accounts
from bot.store.gathered import gathered
from bot.store.moments import milliseconds
from bot.store.tables import protected
from patterns.model import Duty, Protected


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the roster under its number."""

    id: int
    person: Protected


async def load(tx: AsyncConnection, chat: int) -> tuple[Entry, ...]:
    return (await of_each(tx, [chat])).get(chat, ())


async def of_each(tx: AsyncConnection, chats: Collection[int]) -> dict[int, tuple[Entry, ...]]:
    rows = await tx.execute(select(protected).where(protected.c.chat_id.in_(chats)).order_by(protected.c.id))
    return gathered((row.chat_id, Entry(row.id, _person(row))) for row in rows)


async def add(tx: AsyncConnection, chat: int, person: Protected, by: str, at: datetime) -> Entry:
    """Register a person, by the numbers their accounts go by; an account registered already is the same person, whose
    entry is brought up to date.
    """
    person = replace(person, ids=await accounts.gone_by(tx, chat, person.ids))
    for entry in await load(tx, chat):
        if entry.person.ids & person.ids:
            await tx.execute(update(protected).where(protected.c.id == entry.id).values(_columns(person)))
            return Entry(entry.id, person)
    values = {"chat_id": chat, "added_by": by, "added_at": milliseconds(at), **_columns(person)}
    key = (await tx.execute(insert(protected).values(values))).inserted_primary_key
    assert key is not None
    return Entry(int(key[0]), person)


async def change(tx: AsyncConnection, chat: int, entry: Entry) -> None:
    """Write down an entry as it now is."""
    mine = protected.c.chat_id == chat, protected.c.id == entry.id
    await tx.execute(update(protected).where(*mine).values(_columns(entry.person)))


async def remove(tx: AsyncConnection, chat: int, entry: int) -> bool:
    """Whether there was such an entry."""
    gone = await tx.execute(delete(protected).where(protected.c.chat_id == chat, protected.c.id == entry))
    return gone.rowcount > 0


def _person(row: Any) -> Protected:
    return Protected(
        name=row.name,
        ids=frozenset(row.users),
        aliases=tuple(row.aliases),
        duty=Duty(row.duty),
        collects=row.collects,
        school_class=row.school_class,
    )


def _columns(person: Protected) -> dict[str, object]:
    return {
        "name": person.name,
        "users": _listed(person.ids),
        "aliases": list(person.aliases),
        "duty": person.duty.value,
        "collects": person.collects,
        "school_class": person.school_class,
    }


def _listed(ids: Iterable[str]) -> list[str]:
    return sorted(ids)
