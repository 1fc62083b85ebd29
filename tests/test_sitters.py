"""The pictures of protected people are kept up to date, and forgotten with them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.engine import URL

from bot.events import Membership
from bot.groups import Groups
from bot.places import Chat
from bot.platforms import Refused
from bot.portraits.sitters import Sitters
from bot.store import admins, chats, roster
from bot.store import portraits as store
from bot.store.admins import Admin
from bot.store.db import Database
from bot.store.portraits import Account
from bot.store.tables import portraits
from handlers.group import Group
from patterns.model import Protected
from tests.faces import CHEN, WANG, Painter, looking
from tests.fakes import GROUP, OTHER, START, FakePlatform, StillClock


@pytest.fixture
async def db(where: Path | URL) -> AsyncIterator[Database]:
    opened = await Database.open(where)
    async with opened.transaction() as tx:
        await chats.register(tx, GROUP, 0)
        await roster.add(tx, 1, Protected("王丽老师", ids=frozenset({"7"})), "1", START)
    yield opened
    await opened.close()


async def test_a_teachers_earlier_pictures_are_known_too_but_not_all(db: Database) -> None:
    account = Account("fake", "7")
    async with db.transaction() as tx:
        assert await store.note(tx, account, "a", WANG, START)
        assert not await store.note(tx, account, "a", WANG, START)
        for number in range(1, 5):
            assert await store.note(tx, account, f"b{number}", f"{number}", START)
        assert (await store.of(tx, "fake", ["7"]))["7"] == ("4", "3", "2")
        changed = (await tx.execute(select(portraits.c.changed_at))).scalar_one()
    assert changed is not None


async def test_a_teacher_is_looked_at_once_a_day(db: Database) -> None:
    async with db.transaction() as tx:
        assert await store.due(tx, 1, START) == [Account("fake", "7")]
        await store.note(tx, Account("fake", "7"), "a", WANG, START)
        assert await store.due(tx, 1, START) == []
        assert await store.due(tx, 1, START + timedelta(days=1)) == [Account("fake", "7")]


async def test_a_round_asks_once_for_all_groups_and_begins_with_who_was_not_looked_at_for_longest(
    db: Database,
) -> None:
    async with db.transaction() as tx:
        for number, place in enumerate((GROUP, OTHER), start=1):
            await chats.register(tx, place, 0)
            await chats.set_access(tx, number, Membership.ADMIN, frozenset())
            # In the first group somebody was named; in the other its admins count.
            await admins.replace(
                tx, number, [Admin("8", "陈", False, False), Admin("9", "李", True, True)], START
            )
        people = {Account("fake", user) for user in "789"}
        assert set(await store.longest_due(tx, START, 10)) == people
        for number, account in enumerate(sorted(people, key=lambda one: one.user)):
            await store.note(tx, account, "a", WANG, START + timedelta(hours=number))
        day = START + timedelta(days=1)
        assert await store.longest_due(tx, START, 10) == []
        assert await store.longest_due(tx, day, 2) == [Account("fake", "7"), Account("fake", "8")]
        await store.put_off(tx, Account("fake", "7"), day)
        assert (await store.of(tx, "fake", ["7"]))["7"] == (WANG,)
        assert await store.longest_due(tx, day, 1) == [Account("fake", "8")]
        await chats.set_access(tx, 2, Membership.OUT, frozenset())
        assert await store.longest_due(tx, day, 2) == []


async def test_who_hides_keeps_nobody_else_from_being_looked_at(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.portraits.sitters.ROUND_LOOKS", 1)
    monkeypatch.setattr("bot.portraits.sitters.STEP_SECONDS", 0)
    async with db.transaction() as tx:
        await chats.set_access(tx, 1, Membership.ADMIN, frozenset())
        await roster.add(tx, 1, Protected("陈主任", ids=frozenset({"8"})), "1", START)
    platform = FakePlatform(
        portraits={"7": "w", "8": "c"},
        files={"w": WANG.encode(), "c": CHEN.encode()},
        portrait_failures=[Refused("hidden")],
    )
    clock = StillClock()
    sitters = Sitters(db, clock, Groups(db, nobody), looking(platform, Painter()))
    for expected in (0, 1, 1):
        await sitters.round(asyncio.Event())
        async with db.read() as tx:
            assert len(await store.of(tx, "fake", ["7", "8"])) == expected
    clock.advance(hours=1, seconds=1)
    await sitters.round(asyncio.Event())
    async with db.read() as tx:
        assert await store.of(tx, "fake", ["7", "8"]) == {"7": (WANG,), "8": (CHEN,)}


async def nobody(_tx: object, _chats: Sequence[Chat]) -> Mapping[Chat, Group]:
    raise AssertionError("nobody asks for a group")


async def test_the_picture_of_somebody_no_longer_protected_is_forgotten(db: Database) -> None:
    async with db.transaction() as tx:
        await store.note(tx, Account("fake", "7"), "a", WANG, START)
        assert await store.forget(tx) == 0
        (entry,) = await roster.load(tx, 1)
        await roster.remove(tx, 1, entry.id)
        assert await store.forget(tx) == 1
