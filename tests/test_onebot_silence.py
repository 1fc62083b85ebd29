"""A socket that stays open with nobody behind it, and what is done about what was missed meanwhile."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

import pytest

from bot.store.tables import inbox, incidents
from tests.fakes import until
from tests.guarded import PATIENCE
from tests.onebot_class import QQ, qq_class, without_pacing
from tests.opened import for_each_test

BEATS = 0.3

unpaced = pytest.fixture(without_pacing, autouse=True)


school = for_each_test(partial(qq_class, beats=BEATS))


async def test_a_heart_that_stops_is_noticed_and_what_was_said_meanwhile_is_judged(school: QQ) -> None:
    async with school.on_guard():
        await school.says("mum", "早上好")
        await school.settled()
        await asyncio.sleep(2 * BEATS)
        (silent,) = school.implementation.sockets
        school.implementation.fall_silent()
        await school.scam()
        assert "冒充王丽老师" in (await school.warned())["text"]
        assert silent not in school.implementation.sockets
        await school.settled()
        assert len(await school.said(contains="👉")) == 1
    assert [one["level"] for one in school.log.entries("onebot_heart_stopped")] == ["warning"]
    assert not [one for one in school.log.entries() if "exception" in one]


async def test_a_connection_that_declares_no_heartbeats_is_left_alone(tmp_path: Path) -> None:
    async with qq_class(tmp_path, beats=0.0) as school, school.on_guard():
        await school.says("mum", "早上好")
        await school.settled()
        (quiet,) = school.implementation.sockets
        await asyncio.sleep(5 * BEATS)
        assert school.implementation.sockets == {quiet}
        await school.scam()
        assert await school.warned()
    assert not school.log.entries("onebot_heart_stopped")


async def away(school: QQ, hours: float) -> None:
    """Nobody is connected while a scam is posted, and then for as long."""
    async with school.on_guard():
        await school.says("mum", "早上好")
        await school.settled()
    await school.scam()
    await school.playground.control.advance(hours * 3600)


@pytest.mark.parametrize("hours", [3, 13])
async def test_a_warning_after_a_long_gap_says_when_the_message_was_sent(school: QQ, hours: int) -> None:
    await away(school, hours)
    async with school.on_guard():
        warning = await school.warned()
        await school.settled()
        assert "10:00" in warning["text"], "that is when it was posted"
        assert len(await school.said(contains="👉")) == 1


async def test_what_is_older_than_half_a_day_beside_newer_talk_is_left(school: QQ) -> None:
    await away(school, 13)
    await school.says("mum", "晚安")
    async with school.on_guard():
        await school.settled()
        assert not await school.said(contains="👉")
        assert not await school.rows(incidents.c.id)


async def test_where_there_is_no_history_the_admins_hear_that_a_gap_cannot_be_caught_up_with(
    school: QQ,
) -> None:
    school.implementation.lacks = {"get_group_msg_history"}
    await away(school, 1 / 3)
    async with school.on_guard():
        (told,) = await school.said("teacher", contains="补看不了", wait=PATIENCE)
        assert "三(2)班家长群" in told and "10:00" in told
        await school.settled()
        assert not await school.said(contains="👉")
        await school.scam()
        assert await school.warned(), "what is said from now on is heard"
    (said,) = school.log.entries("onebot_history_unknown")
    assert said["level"] == "warning"


async def test_a_moment_without_history_is_no_news(school: QQ) -> None:
    school.implementation.lacks = {"get_group_msg_history"}
    async with school.on_guard():
        await school.says("mum", "早上好")
        await school.settled()
        await school.implementation.hang_up()
        await until(lambda: school.implementation.sockets, PATIENCE)
        await school.says("mum", "在吗")
        await school.settled()
        assert not await school.said("teacher", contains="补看不了")


async def test_a_connection_that_is_closed_every_minute_of_an_hour_loses_nothing(
    school: QQ, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.listening.LONGEST_PAUSE", 0.2)
    async with school.on_guard():
        for minute in range(60):
            await school.says("mum", f"第{minute}分钟")
            if minute == 30:
                await school.scam()
            await school.implementation.hang_up()
            await school.playground.control.advance(60)
        await until(lambda: school.implementation.sockets, PATIENCE)
        await school.warned()
        await school.settled()
        assert len(await school.said(contains="👉")) == 1
        assert not await school.said("teacher", contains="补看不了")
    heard = "".join([bytes(row.body).decode() for row in await school.rows(inbox.c.body)])
    assert not [minute for minute in range(60) if f"第{minute}分钟" not in heard]
