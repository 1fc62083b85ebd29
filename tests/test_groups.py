"""Groups are kept in memory, and never as they were before a change."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.groups import Groups
from bot.places import Chat, ChatKind, Place
from bot.store.db import Database
from handlers import group
from tests.fakes import until
from tests.group_chat import ME, mark

FIRST, SECOND = (Chat(number, Place("telegram", f"-{number}", ChatKind.GROUP, "班")) for number in (1, 2))


@dataclass
class Shelf:
    """Groups whose reading can be held up half-way."""

    db: Database
    read: list[int] = field(default_factory=list)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def load(self, tx: AsyncConnection, chat: Chat) -> group.Group:
        self.read.append(chat.id)
        found = await group.load(tx, chat, ME, mark)
        await self.go_on.wait()
        return found


@pytest.fixture
async def shelf(where: Path | URL) -> AsyncIterator[Shelf]:
    db = await Database.open(where)
    yield Shelf(db)
    await db.close()


@pytest.mark.parametrize(("changed", "times"), [(FIRST, 2), (SECOND, 1)])
async def test_what_changed_while_it_was_read_is_read_again_and_nothing_else(
    shelf: Shelf, changed: Chat, times: int
) -> None:
    groups = Groups(shelf.db, shelf.load)
    reading = asyncio.create_task(groups.of(FIRST))
    await until(lambda: shelf.read)
    groups.forget([changed.id])
    shelf.go_on.set()
    await reading
    await groups.of(FIRST)
    assert shelf.read == [FIRST.id] * times
