"""Nothing that was confirmed to the platform is lost, and nothing is kept longer than needed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.engine import URL

from bot.inbox import Inbox, Letter
from bot.platforms.arrivals import Batch
from bot.store.db import Database
from bot.store.tables import inbox as rows
from tests.fakes import StillClock, raw_update


@pytest.fixture
async def db(where: Path | URL) -> AsyncIterator[Database]:
    database = await Database.open(where)
    yield database
    await database.close()


def batch(*numbers: int) -> Batch:
    return Batch(tuple(raw_update(number) for number in numbers), str(max(numbers) + 1))


async def waiting(inbox: Inbox) -> list[str]:
    return [letter.update_id async for letter in inbox.waiting()]


async def states(db: Database) -> dict[str, tuple[str, bytes]]:
    async with db.read() as tx:
        found = await tx.execute(select(rows.c.update_id, rows.c.state, rows.c.body))
    return {row.update_id: (row.state, row.body) for row in found}


async def test_updates_and_the_cursor_that_confirms_them_are_stored_together(db: Database) -> None:
    inbox = Inbox(db, StillClock())
    assert await inbox.cursor("fake") is None
    stored = await inbox.store("fake", batch(5, 6))
    assert [letter.update_id for letter in stored] == ["5", "6"]
    assert await inbox.cursor("fake") == "7"
    assert await waiting(inbox) == ["5", "6"]


async def test_an_update_delivered_twice_is_answered_once(db: Database) -> None:
    inbox = Inbox(db, StillClock())
    await inbox.store("fake", batch(5, 6))
    again = await inbox.store("fake", batch(6, 7))
    assert [letter.update_id for letter in again] == ["7"]
    assert await waiting(inbox) == ["5", "6", "7"]


async def test_platforms_may_use_the_same_numbers(db: Database) -> None:
    inbox = Inbox(db, StillClock())
    await inbox.store("fake", batch(5))
    assert len(await inbox.store("other", batch(5))) == 1


async def test_settled_updates_are_marked_together(db: Database) -> None:
    inbox = Inbox(db, StillClock())
    first, second = await inbox.store("fake", batch(1, 2))
    inbox.settle(first.row)
    assert await waiting(inbox) == ["1", "2"]
    await inbox.flush()
    assert await waiting(inbox) == ["2"]
    inbox.settle(second.row)
    await inbox.flush()
    assert await waiting(inbox) == []


async def test_five_hundred_settled_updates_do_not_wait_for_the_clock(db: Database) -> None:
    inbox = Inbox(db, StillClock())
    for row in range(500):
        inbox.settle(row)
    await inbox.full(seconds=3600)


async def test_a_mark_that_could_not_be_written_is_written_later(db: Database) -> None:
    inbox = Inbox(db, StillClock())
    (letter,) = await inbox.store("fake", batch(1))
    inbox.settle(letter.row)
    async with db.transaction() as tx:
        await tx.exec_driver_sql("ALTER TABLE inbox RENAME TO gone")
    with pytest.raises(Exception, match="inbox"):
        await inbox.flush()
    async with db.transaction() as tx:
        await tx.exec_driver_sql("ALTER TABLE gone RENAME TO inbox")
    await inbox.flush()
    assert await waiting(inbox) == []


async def test_an_update_is_done_only_if_what_followed_from_it_is_committed(db: Database) -> None:
    inbox = Inbox(db, StillClock())
    (letter,) = await inbox.store("fake", batch(1))
    with pytest.raises(ZeroDivisionError):
        async with db.transaction() as tx:
            await inbox.finish(tx, letter.row)
            _ = 1 // 0
    assert await waiting(inbox) == ["1"]


async def test_an_unreadable_update_is_set_aside_with_its_reason(db: Database) -> None:
    inbox = Inbox(db, StillClock())
    first, _ = await inbox.store("fake", batch(1, 2))
    await inbox.set_aside(first.row, "KeyError in de_json")
    assert await waiting(inbox) == ["2"]
    async with db.read() as tx:
        reason = (await tx.execute(select(rows.c.reason).where(rows.c.id == first.row))).scalar_one()
    assert reason == "KeyError in de_json"


async def test_words_are_forgotten_after_fifteen_minutes_unless_still_waiting(db: Database) -> None:
    clock = StillClock()
    inbox = Inbox(db, clock)
    done, aside, _waiting = await inbox.store("fake", batch(1, 2, 3))
    inbox.settle(done.row)
    await inbox.flush()
    await inbox.set_aside(aside.row, "broken")
    clock.advance(minutes=14)
    await inbox.purge()
    assert len(await states(db)) == 3
    clock.advance(minutes=2)
    assert await inbox.purge() is False
    left = await states(db)
    assert left["2"] == ("aside", b"")
    assert left["3"][0] == "waiting" and left["3"][1] != b""
    assert "1" not in left


async def test_the_last_minutes_are_offered_again_in_order(db: Database) -> None:
    clock = StillClock()
    inbox = Inbox(db, clock)
    old = await inbox.store("fake", batch(1))
    clock.advance(minutes=20)
    new = await inbox.store("fake", batch(2, 3))
    for letter in [*old, *new]:
        inbox.settle(letter.row)
    await inbox.flush()
    recent = [letter async for page in inbox.recent() for letter in page]
    assert [letter.update_id for letter in recent] == ["2", "3"]
    assert isinstance(recent[0], Letter) and b'"number": 2' in recent[0].body


async def test_many_waiting_updates_come_back_in_pages(db: Database) -> None:
    inbox = Inbox(db, StillClock())
    for start in range(0, 1200, 100):
        await inbox.store("fake", batch(*range(start, start + 100)))
    assert await waiting(inbox) == [str(number) for number in range(1200)]


async def test_after_six_silent_days_the_platform_counts_afresh(db: Database) -> None:
    clock = StillClock()
    inbox = Inbox(db, clock)
    await inbox.store("fake", batch(900))
    clock.advance(days=5)
    assert await inbox.cursor("fake") == "901"
    clock.advance(days=2)
    assert await inbox.cursor("fake") is None
