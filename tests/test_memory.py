"""What is remembered of members and conversations, and that it stays small."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.engine import URL
from sqlalchemy.exc import IntegrityError

from bot.places import ChatKind, Place
from bot.store import chats
from bot.store.db import Database
from bot.store.tables import counters, members
from handlers.memory import Memory
from handlers.unwritten import PART
from tests.classroom import mark
from tests.fakes import START


@pytest.fixture
async def db(where: Path | URL) -> AsyncIterator[Database]:
    opened = await Database.open(where)
    async with opened.transaction() as tx:
        for number in range(1, 4):
            await chats.register(tx, Place("fake", f"-{number}", ChatKind.GROUP), 0)
    yield opened
    await opened.close()


async def written(db: Database, memory: Memory) -> None:
    more = True
    while more:
        async with db.transaction() as tx:
            more = await memory.flush(tx, everything=True)


async def reloaded(db: Database, chat: int = 1) -> Memory:
    memory = Memory(mark)
    async with db.read() as tx:
        await memory.load(tx, [chat])
    return memory


def test_what_was_not_seen_is_unknown() -> None:
    standing = Memory(mark).hear(1, "7", "小雨妈妈", START)
    assert (standing.joined_days, standing.renamed_from, standing.messages) == (None, None, 0)


def test_a_join_is_remembered_in_days() -> None:
    memory = Memory(mark)
    memory.joined(1, "7", "小雨妈妈", START)
    assert memory.hear(1, "7", "小雨妈妈", START + timedelta(days=3)).joined_days == 3


def test_somebody_heard_for_a_month_is_at_least_that_long_here() -> None:
    memory = Memory(mark)
    memory.hear(1, "7", "小雨妈妈", START)
    assert memory.hear(1, "7", "小雨妈妈", START + timedelta(days=29)).joined_days is None
    assert memory.hear(1, "7", "小雨妈妈", START + timedelta(days=40)).joined_days == 40


def test_a_new_name_is_noticed_at_the_next_message_and_forgotten_after_a_week() -> None:
    memory = Memory(mark)
    memory.hear(1, "7", "梓涵爸爸", START)
    standing = memory.hear(1, "7", "王丽老师", START + timedelta(days=2))
    assert (standing.renamed_from, standing.renamed_minutes) == ("梓涵爸爸", 0)
    later = memory.hear(1, "7", "王丽老师", START + timedelta(days=2, minutes=5))
    assert later.renamed_minutes == 5
    assert memory.hear(1, "7", "王丽老师", START + timedelta(days=10)).renamed_from is None


async def test_a_rename_during_a_restart_is_noticed(db: Database) -> None:
    memory = Memory(mark)
    memory.hear(1, "7", "梓涵爸爸", START)
    await written(db, memory)
    after = await reloaded(db)
    standing = after.hear(1, "7", "王丽老师", START + timedelta(hours=1))
    assert standing.renamed_minutes == 0
    assert (await reloaded(db)).hear(1, "7", "梓涵爸爸", START).renamed_minutes is None


async def test_facts_survive_a_restart(db: Database) -> None:
    memory = Memory(mark)
    memory.joined(1, "7", "小雨妈妈", START)
    for _ in range(3):
        memory.hear(1, "7", "小雨妈妈", START + timedelta(days=1))
    await written(db, memory)
    memory.hear(1, "7", "小雨妈妈", START + timedelta(days=1))
    await written(db, memory)
    standing = (await reloaded(db)).hear(1, "7", "小雨妈妈", START + timedelta(days=2))
    assert (standing.joined_days, standing.messages, standing.renamed_minutes) == (2, 4, None)


async def test_somebody_heard_before_the_facts_were_read_keeps_both(db: Database) -> None:
    memory = Memory(mark)
    memory.joined(1, "7", "小雨妈妈", START)
    memory.hear(1, "7", "小雨妈妈", START)
    await written(db, memory)
    after = Memory(mark)
    after.hear(1, "7", "小雨妈妈", START + timedelta(days=1))
    async with db.read() as tx:
        await after.load(tx, [1])
    standing = after.hear(1, "7", "小雨妈妈", START + timedelta(days=2))
    assert (standing.joined_days, standing.messages) == (2, 2)


async def test_the_database_holds_no_id_and_no_name(db: Database) -> None:
    memory = Memory(mark)
    memory.hear(1, "7000001", "小雨妈妈", START)
    await written(db, memory)
    async with db.read() as tx:
        rows = (await tx.execute(select(members))).all()
    assert len(rows) == 1
    assert "7000001" not in str(rows) and "小雨妈妈" not in str(rows)


async def test_counts_add_up(db: Database) -> None:
    memory = Memory(mark)
    for _ in range(2):
        memory.count(1, "messages", "2026-11-25")
        memory.count(1, "messages", "2026-11-25")
        await written(db, memory)
    async with db.read() as tx:
        assert (await tx.execute(select(counters.c.name, counters.c.value))).all() == [("messages", 4)]


async def test_what_could_not_be_written_is_written_the_next_time(db: Database) -> None:
    memory = Memory(mark)
    memory.hear(999, "7", "小雨妈妈", START)
    memory.count(1, "messages", "2026-11-25")
    with pytest.raises(IntegrityError):
        await written(db, memory)
    async with db.transaction() as tx:
        for number in range(4, 1000):
            await chats.register(tx, Place("fake", f"-{number}", ChatKind.GROUP), 0)
    await written(db, memory)
    async with db.read() as tx:
        assert (await tx.execute(select(members.c.messages))).scalars().all() == [1]
        assert (await tx.execute(select(counters.c.value))).scalars().all() == [1]


async def test_a_crowd_is_written_in_parts_so_that_a_warning_passes_in_between(db: Database) -> None:
    memory = Memory(mark)
    for person in range(PART + 1):
        memory.hear(1, str(person), "小雨妈妈", START)
    async with db.transaction() as tx:
        assert await memory.flush(tx), "there is more"
        assert len((await tx.execute(select(members))).all()) == PART
        assert not await memory.flush(tx), "and that was all"
        assert (await tx.execute(select(members.c.messages))).scalars().all() == [1] * (PART + 1)


async def test_mere_talk_is_not_written_down_every_time(db: Database) -> None:
    memory = Memory(mark)
    memory.hear(1, "7", "小雨妈妈", START)
    async with db.transaction() as tx:
        await memory.flush(tx)
    memory.hear(1, "7", "小雨妈妈", START)
    async with db.transaction() as tx:
        await memory.flush(tx)
        assert (await tx.execute(select(members.c.messages))).scalars().all() == [1]


async def test_the_groups_silent_for_longest_are_forgotten_first(db: Database) -> None:
    memory = Memory(mark, faces=10)
    for chat in (1, 2, 3):
        async with db.read() as tx:
            await memory.load(tx, [chat])
    for person in range(5):
        for chat in (1, 2, 3):
            memory.hear(chat, str(person), "小雨妈妈", START)
    assert not memory.knows(1)
    await written(db, memory)
    async with db.read() as tx:
        assert len((await tx.execute(select(members))).all()) == 15, "forgotten, but written down"


async def test_a_group_that_comes_back_before_it_was_written_down_is_the_same(db: Database) -> None:
    memory = Memory(mark, faces=1)
    memory.joined(1, "7", "小雨妈妈", START)
    memory.hear(2, "8", "浩浩爸爸", START)
    assert memory.hear(1, "7", "小雨妈妈", START + timedelta(days=1)).joined_days == 1


async def test_one_huge_group_does_not_fill_the_memory() -> None:
    memory = Memory(mark, faces=100)
    for person in range(30_000):
        memory.hear(1, str(person), "x", START)
    assert memory.size <= 20_000
