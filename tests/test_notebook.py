"""What became of a send is written down at once, together with others, and before anything else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.engine import URL
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.notebook import Notebook, Record
from bot.store.db import Database
from bot.store.tables import cursors
from bot.store.turns import Turns


@pytest.fixture
async def db(where: Path | URL) -> AsyncIterator[Database]:
    db = await Database.open(where)
    yield db
    await db.close()


def record(name: str) -> Record:
    async def written(tx: AsyncConnection) -> None:
        await tx.execute(insert(cursors).values(platform=name, value="", moved_at=0))

    return written


async def kept(db: Database) -> set[str]:
    async with db.read() as tx:
        return {row.platform for row in await tx.execute(select(cursors))}


async def test_records_that_come_together_are_committed_together(db: Database) -> None:
    notebook = Notebook(db)
    names = [f"send {number}" for number in range(20)]
    await asyncio.gather(*(notebook.note(record(name)) for name in names))
    assert await kept(db) == set(names)


async def test_a_record_that_cannot_be_written_now_is_written_later(db: Database) -> None:
    notebook, failures = Notebook(db), [1]

    async def first_fails(tx: AsyncConnection) -> None:
        if failures:
            failures.pop()
            raise OperationalError("", {}, Exception("locked"))
        await record("late")(tx)

    await asyncio.wait_for(asyncio.gather(notebook.note(first_fails), notebook.note(record("other"))), 10)
    assert await kept(db) == {"late", "other"}


async def test_a_mistake_in_one_record_costs_the_others_nothing(db: Database) -> None:
    notebook = Notebook(db)

    async def mistaken(_tx: AsyncConnection) -> None:
        raise KeyError("no such thing")

    noted = (notebook.note(one) for one in (record("before"), mistaken, record("after")))
    await asyncio.wait_for(asyncio.gather(*noted), 10)
    assert await kept(db) == {"before", "after"}


async def test_at_the_end_nobody_waits_for_what_cannot_be_written(db: Database) -> None:
    notebook = Notebook(db)
    notebook.close()

    async def never(_tx: AsyncConnection) -> None:
        raise OperationalError("", {}, Exception("locked"))

    await asyncio.wait_for(notebook.note(never), 5)
    assert await kept(db) == set()


async def test_whoever_is_urgent_goes_before_those_who_wait() -> None:
    turns, order = Turns(), []

    async def takes(name: str, urgent: bool = False) -> None:
        async with turns.turn(urgent):
            order.append(name)
            await asyncio.sleep(0.01)

    tasks = [asyncio.create_task(takes(name)) for name in ("first", "second", "third")]
    await asyncio.sleep(0)
    tasks.append(asyncio.create_task(takes("urgent", urgent=True)))
    await asyncio.gather(*tasks)
    assert order == ["first", "urgent", "second", "third"]


@pytest.mark.parametrize("urgent", [True, False])
async def test_who_gives_up_waiting_holds_up_nobody(urgent: bool) -> None:
    turns = Turns()

    async def takes() -> str:
        async with turns.turn(urgent):
            return "mine"

    async with turns.turn():
        waiting: list[asyncio.Task[Any]] = [asyncio.create_task(takes()) for _ in range(3)]
        await asyncio.sleep(0)
        waiting[0].cancel()
        await asyncio.sleep(0)
    waiting[1].cancel()
    assert await asyncio.wait_for(waiting[2], 5) == "mine"
    async with asyncio.timeout(5), turns.turn():
        pass
