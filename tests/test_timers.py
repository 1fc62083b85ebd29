"""What has come due is served once, in time, and is never lost."""

from __future__ import annotations

from typing import Any

from bot.events import TimerDue
from bot.jobs import Job
from bot.places import Place
from bot.store import chats, timers
from handlers.here import Here
from tests.fakes import GROUP, START, StillClock
from tests.opened import for_each_test
from tests.routed import House, routed

house = for_each_test(routed)


async def plan(house: House, **due_in: float) -> None:
    async with house.db.transaction() as tx:
        await chats.register(tx, GROUP, 0)
        at = StillClock()
        at.advance(**due_in)
        await timers.plan(tx, "tip:1", "tip", at.now(), 1, "payload")


async def test_a_timer_is_served_once_and_in_time(house: House) -> None:
    await plan(house, hours=1)
    await house.timekeeper.look()
    await house.answered()
    assert house.answers.events == []
    house.clock.advance(hours=1)
    for _ in range(3):
        await house.timekeeper.look()
    await house.answered()
    await house.timekeeper.look()
    await house.answered()
    (served,) = house.answers.events
    assert (served.kind, served.chat, served.payload) == ("tip", 1, "payload")


async def test_what_is_due_where_nobody_can_be_answered_holds_up_nothing_elsewhere(house: House) -> None:
    await plan(house)
    async with house.db.transaction() as tx:
        elsewhere, _ = await chats.register(tx, Place("gone", "-1", GROUP.kind, "三(3)班"), 0)
        at = StillClock()
        at.advance(days=-1)
        for number in range(300):
            await timers.plan(tx, f"tip:{number}:gone", "tip", at.now(), elsewhere.id)
    await house.timekeeper.look()
    await house.answered()
    assert [one.chat for one in house.answers.events] == [1]


async def test_a_timer_missed_while_away_is_served_after_the_return(house: House) -> None:
    await plan(house, days=-3)
    await house.timekeeper.look()
    await house.answered()
    (served,) = house.answers.events
    assert (served.at - served.due).days == 3


async def test_a_timer_moved_meanwhile_is_not_served_early(house: House) -> None:
    await plan(house, hours=-1)
    house.router.lanes.put(
        ("fake", GROUP.address), Job("fake", event=TimerDue(1, "tip", 1, "", START, START))
    )
    await house.answered()
    assert house.answers.events == []
    async with house.db.read() as tx:
        assert await timers.planned(tx, "tip:1") is not None


async def test_what_is_wanted_again_before_it_was_served_comes_due_no_later(house: House) -> None:
    await plan(house, hours=-1)
    async with house.db.transaction() as tx:
        for _ in range(2):
            await timers.plan(tx, "tip:1", "tip", house.clock.now(), 1, "payload", moves=False)
    await house.timekeeper.look()
    await house.answered()
    (served,) = house.answers.events
    assert (served.at - served.due).seconds == 3600


async def test_a_timer_may_plan_itself_again(house: House) -> None:
    async def next_week(event: Any, here: Here) -> None:
        at = StillClock()
        at.advance(days=7)
        await timers.plan(here.tx, "tip:1", "tip", at.now(), here.chat.id)

    house.answers.hook = next_week
    await plan(house, hours=-1)
    await house.timekeeper.look()
    await house.answered()
    await house.timekeeper.look()
    await house.answered()
    assert len(house.answers.events) == 1
    house.clock.advance(days=8)
    await house.timekeeper.look()
    await house.answered()
    assert len(house.answers.events) == 2


async def test_a_timer_nobody_can_serve_is_put_off_not_lost(house: House) -> None:
    house.answers.failures.extend(RuntimeError("always") for _ in range(3))
    await plan(house, hours=-1)
    await house.timekeeper.look()
    await house.answered()
    assert house.answers.events == []
    house.clock.advance(hours=2)
    await house.timekeeper.look()
    await house.answered()
    assert len(house.answers.events) == 1
