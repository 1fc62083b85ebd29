"""What a bot has written down, read beside it while it works, in whichever database it keeps it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import backup, engines
from bot.store.backlog import backlog
from bot.store.db import Database
from bot.store.tables import inbox, outbox

_Told = TypeVar("_Told")


@dataclass(frozen=True, slots=True)
class Books:
    """The platform's numbers of all updates `stored`, how many of them are not done, and how many sends had an unknown
    outcome.
    """

    stored: frozenset[str]
    unfinished: int
    unsure: int


def read(where: Path | URL) -> Books:
    async def books(tx: AsyncConnection) -> Books:
        updates = (await tx.execute(select(inbox.c.update_id, inbox.c.state))).all()
        return Books(
            frozenset(str(row.update_id) for row in updates),
            sum(row.state != "done" for row in updates),
            int(await tx.scalar(select(func.sum(outbox.c.doubled))) or 0),
        )

    return _asked(where, books)


def waiting(where: Path | URL) -> int:
    """Updates that wait for their answer, and messages that wait to be sent or to be noted as sent."""

    async def both(tx: AsyncConnection) -> int:
        told = await backlog(tx, datetime.now(UTC))
        return told.waiting_in + sum(told.out.values())

    return _asked(where, both)


def taken(where: Path | URL) -> int:
    """How many updates were ever stored: rows are forgotten, their numbers are not given again."""

    async def newest(tx: AsyncConnection) -> int:
        return int(await tx.scalar(select(func.max(inbox.c.id))) or 0)

    return _asked(where, newest)


def ailment(where: Path | URL) -> str:
    """What is wrong with the database, as a sentence; empty when it is sound."""
    if isinstance(where, Path):
        return backup.ailment(where)
    opinion = _opened(where, Database.check)
    return "" if opinion == "ok" else opinion


def _asked(where: Path | URL, question: Callable[[AsyncConnection], Awaitable[_Told]]) -> _Told:
    async def asked(db: Database) -> _Told:
        async with db.read() as tx:
            return await question(tx)

    return _opened(where, asked)


def _opened(where: Path | URL, work: Callable[[Database], Awaitable[_Told]]) -> _Told:
    async def opened() -> _Told:
        db = Database(engines.url_of(where))
        try:
            return await work(db)
        finally:
            await db.close()

    return asyncio.run(opened())
