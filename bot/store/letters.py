"""The letter to parents: a group's own words for it, when it went out, and how many have read it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.moments import milliseconds, moment
from bot.store.tables import letter_readers, letters


@dataclass(frozen=True, slots=True)
class Letter:
    """`edition` counts how often it went out; `promise` is empty where nobody changed it."""

    promise: str = ""
    edition: int = 0
    sent_at: datetime | None = None
    reminded_at: datetime | None = None


async def of(tx: AsyncConnection, chat: int) -> Letter:
    """The group's letter, as it stands."""
    row = (await tx.execute(select(letters).where(letters.c.chat_id == chat))).first()
    if row is None:
        return Letter()
    return Letter(
        row.promise,
        row.edition,
        None if row.sent_at is None else moment(row.sent_at),
        None if row.reminded_at is None else moment(row.reminded_at),
    )


async def word(tx: AsyncConnection, chat: int, promise: str) -> None:
    """From now on the promise reads like this; empty for the usual words."""
    await _begin(tx, chat)
    await tx.execute(update(letters).where(letters.c.chat_id == chat).values(promise=promise))


async def send(tx: AsyncConnection, chat: int, now: datetime) -> int:
    """A new edition goes out, which nobody has read yet. Returns its number."""
    await _begin(tx, chat)
    await tx.execute(delete(letter_readers).where(letter_readers.c.chat_id == chat))
    await tx.execute(
        update(letters)
        .where(letters.c.chat_id == chat)
        .values(edition=letters.c.edition + 1, sent_at=milliseconds(now), reminded_at=None)
    )
    return (await of(tx, chat)).edition


async def remind(tx: AsyncConnection, chat: int, now: datetime) -> None:
    await tx.execute(update(letters).where(letters.c.chat_id == chat).values(reminded_at=milliseconds(now)))


async def confirm(tx: AsyncConnection, chat: int, reader: str) -> bool:
    """One more has read it; False when this one had said so before."""
    known = select(func.count()).where(
        letter_readers.c.chat_id == chat, letter_readers.c.reader_mark == reader
    )
    if await tx.scalar(known):
        return False
    await tx.execute(insert(letter_readers).values(chat_id=chat, reader_mark=reader))
    return True


async def readers(tx: AsyncConnection, chat: int) -> int:
    """How many have said that they read it."""
    found = select(func.count()).select_from(letter_readers).where(letter_readers.c.chat_id == chat)
    return int(await tx.scalar(found) or 0)


async def _begin(tx: AsyncConnection, chat: int) -> None:
    if not await tx.scalar(select(func.count()).where(letters.c.chat_id == chat)):
        await tx.execute(insert(letters).values(chat_id=chat, promise="", edition=0))
