"""Time can be moved and followed, and goes on when nobody tells it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from bot.clock import FollowedClock, MachineClock, MovableClock
from bot.playground import Playground
from tests.fakes import until

MONDAY = datetime(2031, 9, 1, 8, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_the_machines_clock_tells_its_zone() -> None:
    assert MachineClock().now().tzinfo is UTC


def test_a_moved_clock_goes_on_from_there() -> None:
    clock = MovableClock()
    clock.set(MONDAY)
    assert MONDAY <= clock.now() < MONDAY + MINUTE
    clock.advance(timedelta(days=7))
    assert clock.now() >= MONDAY + timedelta(days=7)
    clock.set(MONDAY)
    assert clock.now() < MONDAY + MINUTE


async def test_a_followed_clock_keeps_to_the_playgrounds() -> None:
    stopping = asyncio.Event()
    async with Playground.serve() as playground:
        clock = FollowedClock(playground.clock_url, every=0.01)
        following = asyncio.create_task(clock.follow(stopping))
        await playground.control.set_clock(MONDAY.isoformat())
        await until(lambda: abs(clock.now() - MONDAY) < MINUTE)
        await playground.control.advance(7 * 86_400)
        await until(lambda: abs(clock.now() - MONDAY - timedelta(days=7)) < MINUTE)
        stopping.set()
        await following


async def test_a_followed_clock_goes_on_when_nobody_answers() -> None:
    stopping = asyncio.Event()
    clock = FollowedClock("http://127.0.0.1:9/clock", every=0.01)
    clock.set(MONDAY)
    following = asyncio.create_task(clock.follow(stopping))
    await asyncio.sleep(0.05)
    assert not following.done()
    assert MONDAY <= clock.now() < MONDAY + MINUTE
    stopping.set()
    await following
