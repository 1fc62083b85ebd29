"""Which chat is at which place, while places change."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.directory import Directory
from bot.places import ChatKind, Place
from bot.store import chats
from bot.store.db import Database
from tests.fakes import StillClock, until

OLD = Place("telegram", "-100", ChatKind.GROUP, "三(2)班家长群")
NEW = "-200"


class SlowDatabase(Database):
    """What was read is told only once it may be."""

    def __init__(self, url: URL) -> None:
        super().__init__(url)
        self.told = asyncio.Event()
        self.told.set()
        self.asked = 0

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        async with super().read() as tx:
            yield tx
            self.asked += 1
            await self.told.wait()


async def test_an_address_read_while_the_group_moved_is_not_kept(tmp_path: Path) -> None:
    db = await SlowDatabase.open(tmp_path / "classguard.db")
    assert isinstance(db, SlowDatabase)
    group, _ = await Directory(db, StillClock()).at(OLD)
    directory = Directory(db, StillClock())
    db.told.clear()
    asked = db.asked
    reading = asyncio.create_task(directory.at(OLD))
    await until(lambda: db.asked > asked)
    async with db.transaction() as tx:
        await chats.move(tx, group.id, "telegram", NEW)
    directory.forget(group.id, "telegram", NEW)
    db.told.set()
    await reading
    moved = await directory.get(group.id)
    assert moved is not None
    assert moved.place.address == NEW
    await db.close()
