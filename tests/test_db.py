"""The database keeps what it was given, forgets what it was told to, and never half-does anything."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.engine import URL

from bot.store.db import Database
from bot.store.tables import chats, settings

ROW = {"platform": "telegram", "address": "-1", "kind": "group", "created_at": 0}


def files_holding(words: str, folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir() if words.encode() in file.read_bytes()]


async def test_what_is_committed_is_seen_by_readers(where: Path | URL) -> None:
    db = await Database.open(where)
    async with db.transaction() as tx:
        await tx.execute(insert(chats).values(ROW))
    async with db.read() as tx:
        assert (await tx.execute(select(chats.c.address))).scalar_one() == "-1"
    await db.close()


async def test_a_transaction_that_fails_leaves_nothing(where: Path | URL) -> None:
    db = await Database.open(where)
    with pytest.raises(ZeroDivisionError):
        async with db.transaction() as tx:
            await tx.execute(insert(chats).values(ROW))
            _ = 1 // 0
    async with db.read() as tx:
        assert (await tx.execute(select(func.count()).select_from(chats))).scalar_one() == 0
    await db.close()


async def test_writers_wait_for_each_other(where: Path | URL) -> None:
    db = await Database.open(where)
    async with db.transaction() as tx:
        await tx.execute(insert(chats).values(ROW))

    async def lengthen_title() -> None:
        async with db.transaction() as tx:
            title = (await tx.execute(select(chats.c.title))).scalar_one()
            await asyncio.sleep(0)
            await tx.execute(chats.update().values(title=title + "x"))

    await asyncio.gather(*(lengthen_title() for _ in range(20)))
    async with db.read() as tx:
        assert (await tx.execute(select(chats.c.title))).scalar_one() == "x" * 20
    await db.close()


async def test_a_cancelled_writer_leaves_nothing_and_blocks_nobody(where: Path | URL) -> None:
    db = await Database.open(where)
    inside = asyncio.Event()

    async def hang() -> None:
        async with db.transaction() as tx:
            await tx.execute(insert(chats).values(ROW))
            inside.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(hang())
    await inside.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    async with db.transaction() as tx:
        assert (await tx.execute(select(func.count()).select_from(chats))).scalar_one() == 0
        await tx.execute(insert(chats).values(ROW))
    await db.close()


@pytest.mark.parametrize("length", [511, 512, 513, 1_300])
async def test_a_long_result_comes_whole_at_once_and_page_by_page(where: Path | URL, length: int) -> None:
    db = await Database.open(where)
    rows = [ROW | {"address": f"{number:04}"} for number in range(length)]
    async with db.transaction() as tx:
        given = await tx.execute(insert(chats).returning(chats.c.address), rows)
        assert len(given.all()) == length
    everything = select(chats.c.address).order_by(chats.c.address)
    async with db.read() as tx:
        at_once = (await tx.execute(everything)).scalars().all()
        pages = await tx.stream(everything.execution_options(yield_per=100))
        by_page = [row[0] for page in [page async for page in pages.partitions(100)] for row in page]
    assert at_once == by_page == [row["address"] for row in rows]
    await db.close()


async def test_a_long_result_is_left_in_the_middle(where: Path | URL) -> None:
    db = await Database.open(where)
    async with db.transaction() as tx:
        await tx.execute(insert(chats), [ROW | {"address": f"{number}"} for number in range(1_300)])
    async with db.read() as tx:
        assert (await tx.stream(select(chats.c.address).execution_options(yield_per=10))) is not None
        assert (await tx.execute(select(chats.c.address))).first() is not None
    async with db.transaction() as tx:
        await tx.execute(chats.delete())
    await db.close()


async def test_what_belongs_to_a_chat_goes_with_it(where: Path | URL) -> None:
    db = await Database.open(where)
    async with db.transaction() as tx:
        chat = (await tx.execute(insert(chats).values(ROW).returning(chats.c.id))).scalar_one()
        await tx.execute(insert(settings).values(chat_id=chat, name="mode", value="guard"))
        await tx.execute(chats.delete())
        assert (await tx.execute(select(func.count()).select_from(settings))).scalar_one() == 0
    await db.close()


async def test_deleted_text_is_gone_from_the_files(tmp_path: Path) -> None:
    secret = "明天带五十元班费"
    db = await Database.open(tmp_path / "guard.db")
    async with db.transaction() as tx:
        await tx.execute(insert(chats).values(ROW | {"title": secret}))
    async with db.transaction() as tx:
        await tx.execute(chats.delete())
    await db.truncate_log()
    assert files_holding(secret, tmp_path) == []
    await db.close()


async def test_the_database_is_durable_and_private(tmp_path: Path) -> None:
    db = await Database.open(tmp_path / "data" / "guard.db")
    async with db.read() as tx:
        pragmas = {
            name: (await tx.execute(text(f"PRAGMA {name}"))).scalar_one()
            for name in ("journal_mode", "synchronous", "secure_delete", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1}
    assert (tmp_path / "data" / "guard.db").stat().st_mode & 0o077 == 0
    assert await db.check() == "ok"
    await db.close()
