"""Which chat an event is about: one met for the first time, one that has moved."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from bot.actions import Say
from bot.config import RetentionConfig
from bot.events import ChatMoved, Membership
from bot.jobs import Job
from bot.keepers import Keepers
from bot.outbox import put
from bot.places import Place
from bot.platforms import Keeper, Later, Refused
from bot.store import admins, chats, incidents, settings
from bot.store.tables import chats as known_chats
from bot.store.tables import outbox
from bot.upkeep import Upkeep
from tests.fakes import GROUP, START, raw_update
from tests.opened import for_each_test
from tests.routed import House, routed

house = for_each_test(routed)


async def test_a_group_met_for_the_first_time_is_asked_for_its_admins(house: House) -> None:
    house.platform.keepers = (Keeper("50", "王丽老师", owner=True, can_restrict=True),)
    await house.receive(raw_update(1, text="你好"))
    await house.answered()
    async with house.db.read() as tx:
        assert [admin.name for admin in await admins.load(tx, 1)] == ["王丽老师"]
        access = await chats.access(tx, 1)
    assert access is not None and access.rights


async def test_a_group_met_while_the_platform_is_silent_is_asked_about_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.keepers.PAUSE", 0)
    house.platform.keepers = (Keeper("50", "王丽老师", owner=True, can_restrict=True),)
    house.platform.keeper_failures = [Later(1), Later(1)]
    await house.receive(raw_update(1, text="你好"))
    await house.answered()
    async with house.db.read() as tx:
        access = await chats.access(tx, 1)
    assert access is not None and access.membership is Membership.MEMBER
    for expected in ([], ["王丽老师"]):
        await house.router.keepers.ask_again(asyncio.Event())
        async with house.db.read() as tx:
            assert [admin.name for admin in await admins.load(tx, 1)] == expected
    async with house.db.read() as tx:
        access = await chats.access(tx, 1)
    assert access is not None and access.rights


async def test_a_group_met_while_the_platform_is_silent_is_asked_about_after_a_restart(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.upkeep.PAUSE", 0)
    house.platform.keepers = (Keeper("50", "王丽老师", owner=True, can_restrict=True),)
    house.platform.keeper_failures = [Refused("not now")]
    await house.receive(raw_update(1, text="你好"))
    await house.answered()
    router = house.router
    fresh = Keepers(house.db, house.clock, router.groups, router.platforms)
    upkeep = Upkeep(house.db, house.clock, router.inbox, router.memory, fresh, RetentionConfig())
    await upkeep.ask_admins(asyncio.Event())
    async with house.db.read() as tx:
        assert [admin.name for admin in await admins.load(tx, 1)] == ["王丽老师"]
        access = await chats.access(tx, 1)
    assert access is not None and access.rights


async def test_a_group_that_moved_keeps_its_settings_however_often_it_says_so(house: House) -> None:
    await house.receive(raw_update(1, text="你好"))
    await house.answered()
    async with house.db.transaction() as tx:
        await settings.choose(tx, 1, "mode", "guard")
    new = type(GROUP)("fake", "-1001", GROUP.kind, GROUP.title)
    # The new group has been heard of before the move is told, and the move is told twice.
    await house.receive(raw_update(2, chat="-1001", text="你好"))
    await house.answered()
    for _ in range(2):
        house.router.lanes.put("move", Job("fake", event=ChatMoved(GROUP, new, START)))
    await house.answered()
    chat, was_new = await house.router.directory.at(new)
    assert (chat.id, was_new) == (1, False)
    async with house.db.read() as tx:
        assert (await settings.load(tx, 1))["mode"] == "guard"


async def test_what_was_said_before_a_move_is_answered_in_the_group_it_was_said_in(house: House) -> None:
    await house.receive(raw_update(1, text="你好"))
    await house.answered()
    new = Place("fake", "-1001", GROUP.kind, GROUP.title)
    # The new group's lane tells of the move while messages of the old one still wait in theirs.
    house.router.lanes.put("move", Job("fake", event=ChatMoved(GROUP, new, START)))
    await house.answered()
    await house.receive(raw_update(2, text="/status"))
    await house.answered()
    async with house.db.read() as tx:
        assert await tx.scalar(select(func.count()).select_from(known_chats)) == 1
        assert await tx.scalar(select(outbox.c.chat_id).order_by(outbox.c.id.desc()).limit(1)) == 1
        (payload,) = await tx.scalars(select(outbox.c.payload).order_by(outbox.c.id.desc()).limit(1))
    assert "reply_to" not in payload
    # The old group's own word of it comes last and changes nothing; nor does it after a restart.
    house.router = house.new_router()
    house.router.lanes.start()
    house.router.lanes.put("old", Job("fake", event=ChatMoved(GROUP, new, START)))
    await house.answered()
    assert (await house.router.directory.at(new))[0].id == 1
    assert (await house.router.directory.at(GROUP))[0].place.address == "-1001"


async def test_an_incident_under_the_new_address_outlives_the_shell_it_was_found_in(house: House) -> None:
    await house.receive(raw_update(1, text="你好"))
    new = Place("fake", "-1001", GROUP.kind, GROUP.title)
    await house.receive(raw_update(2, chat="-1001", text="你好"))
    await house.answered()
    async with house.db.transaction() as tx:
        for chat in (1, 2):
            await incidents.open_(tx, chat, f"user:{chat}", str(chat), "王丽老师", "5", START)
        say = Say("warning", 1, "!", reply_to="5")
        await put(tx, [say, replace(say, key="card", chat=2, incident=2)], START)
    house.router.lanes.put("move", Job("fake", event=ChatMoved(GROUP, new, START)))
    await house.answered()
    async with house.db.read() as tx:
        assert [one.number for one in await incidents.ongoing(tx, 1)] == [2, 1]
        rows = (await tx.execute(select(outbox).where(outbox.c.key.in_(["warning", "card"])))).all()
    assert {row.key: (row.chat_id, row.incident_id, row.payload.get("reply_to")) for row in rows} == {
        "warning": (1, None, None),
        "card": (1, 2, "5"),
    }
