"""A DingTalk group heard through an admin's own `dws`: guarded like any other, whatever becomes of that program."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from bot.abilities import Right
from bot.events import MessageSeen
from bot.platforms import Overhears, Platform
from bot.platforms.dingtalk import ears, feed
from bot.platforms.dingtalk.reading import LINE
from bot.playground import Playground
from bot.store.tables import chats, inbox, incidents
from tests.dingtalk_class import MESSAGES, Ding, ding_class, without_pacing
from tests.fakes import until
from tests.guarded import MORNING, PATIENCE, SCAM, world
from tests.opened import for_each_test
from tests.ports import free_port


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    without_pacing(monkeypatch)
    monkeypatch.setattr(feed, "FIRST_PAUSE", 0.01)


school = for_each_test(ding_class)


async def test_a_cloned_teacher_is_caught_and_the_admin_decides_in_private(school: Ding) -> None:
    async with school.on_guard(school.config(feed=True)):
        await school.overheard()
        await school.says("teacher", "明天春游，每人带一瓶水")
        number = await school.says("clone", SCAM)
        (warning,) = await school.said(contains="👉", wait=PATIENCE)
        assert "冒充王丽老师" in warning and "@我，并回复数字：1 我已经付了" in warning
        (card,) = await school.said("teacher", contains="疑似诈骗", wait=PATIENCE)
        assert "open" not in card and "<b>" not in card
        await school.playground.control.take_back("class", number)
        assert await school.said("teacher", contains="撤回了消息", wait=PATIENCE)
        await school.settled()
        await school.tells("teacher", "1")
        assert await school.said(contains="已确认是诈骗", wait=PATIENCE)
        await school.settled()
        (state,) = await school.rows(incidents.c.state)
        assert state.state == "scam"
        rights = [
            row.rights for row in await school.rows(chats.c.rights, chats.c.kind) if row.kind == "group"
        ]
        assert Right.READ_ALL.value in rights[0]


async def test_after_a_restart_its_own_words_are_still_nobody_elses(school: Ding) -> None:
    async with school.on_guard(school.config(feed=True)):
        await school.overheard()
        await school.says("teacher", "明天春游，每人带一瓶水")
        await school.says("clone", SCAM)
        assert await school.said("teacher", contains="疑似诈骗", wait=PATIENCE)
        await school.settled()
        await school.tells("teacher", "1")
        assert await school.said(contains="已确认是诈骗", wait=PATIENCE)
        await school.settled()
    own = [text for one in await school.playground.control.said("class", count=0) for text in readings(one)]
    assert len(own) > 1, "a warning, and what it became"
    async with school.on_guard(school.config(feed=True)) as guard:
        robot = guard.router.platforms["dingtalk"]
        for text in own:
            assert messages(robot, school.group, text) == [], text
        assert messages(robot, "another", own[0]) == [own[0]]
        assert messages(robot, school.group, "老师，明天几点集合") == ["老师，明天几点集合"]


def readings(said: dict[str, Any]) -> list[str]:
    return [said["text"], *(old["text"] for old in said["history"])]


def messages(robot: Platform, group: str, text: str) -> list[str]:
    """What a line of the stream is read as, whoever's it is."""
    line = {
        "type": "user_im_message_receive_group",
        "conversation_id": group,
        "message_id": "late",
        "sender": "班级卫士",
        "sender_open_dingtalk_id": "another",
        "content": text,
    }
    events = robot.read(json.dumps({LINE: line}).encode(), MORNING)
    return [one.message.text for one in events if isinstance(one, MessageSeen)]


async def test_a_program_that_dies_floods_and_babbles_is_survived(school: Ding) -> None:
    async with school.on_guard(school.config(feed=True)):
        await school.overheard()
        school.prints("!stderr error: please run dws auth login\n")
        school.prints("!exit 3")
        await until(lambda: school.log.entries("dingtalk_feed_ended"), PATIENCE)
        await school.overheard()
        for line in ('{"type": "user_im_message_receive_group", "conver', "7", "", "[]", "交" * 700_000):
            school.prints(line)
        mum = {"type": MESSAGES, "conversation_id": school.group, "sender": "小雨妈妈"}
        for number in range(2_500):
            told = {"message_id": f"flood{number}", "sender_open_dingtalk_id": "open5", "content": "收到"}
            school.prints(mum | told)
        await school.says("clone", SCAM)
        assert await school.said(contains="👉", wait=PATIENCE)
        await school.settled()
        ended = school.log.entries("dingtalk_feed_ended")
        assert ended[0]["code"] == 3
        assert school.log.entries("dingtalk_feed_logged_out")
        assert school.log.entries("dingtalk_line_too_long") and school.log.entries("dingtalk_line_unreadable")
        assert not [one for one in school.log.entries() if "exception" in one]
        rows = await school.rows(inbox.c.update_id)
        assert len([row for row in rows if "flood" in row.update_id]) == 2_500


@asynccontextmanager
async def watched(school: Ding, monkeypatch: pytest.MonkeyPatch, **more: Any) -> AsyncIterator[Watched]:
    """On guard, with an operator on Telegram and the page for monitors."""
    monkeypatch.setattr("bot.health.watch.EVERY", 0.05)
    async with Playground.serve(now=MORNING) as telegram, httpx.AsyncClient() as monitor:
        await telegram.control.reset(**world("class"))
        operator, port = str(telegram.world.user("teacher").id), free_port()
        account = {"token": telegram.token, "base_url": telegram.base_url, "operator": operator}
        beside = {"telegram": account, "web": {"port": port}}
        async with school.on_guard(school.config(beside=beside, **more)):
            yield Watched(telegram, monitor, f"http://127.0.0.1:{port}/healthz")


@dataclass(frozen=True, slots=True)
class Watched:
    telegram: Playground
    monitor: httpx.AsyncClient
    page: str

    async def told(self) -> list[str]:
        """What the operator heard of the stream."""
        said = await self.telegram.control.said("teacher", contains="管理员的消息流", count=0)
        return [one["text"] for one in said]

    async def health(self) -> dict[str, Any]:
        found: dict[str, Any] = (await self.monitor.get(self.page)).json()
        return found


async def test_a_program_that_is_not_there_is_told_once_and_the_robot_works_on(
    school: Ding, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ears, "DEAF_AFTER", 0.3)
    async with watched(school, monkeypatch, missing=True) as seen:
        assert await seen.telegram.control.said("teacher", contains="管理员的消息流断了", wait=PATIENCE)
        page = await seen.health()
        assert page["ailing"]["stream"] and page["streams_away"] == {"dingtalk": ["三(2)班家长群"]}
        assert school.log.entries("dingtalk_feed_not_started")
        await until(lambda: len(school.log.entries("dingtalk_feed_not_started")) > 4, PATIENCE)
        assert len(await seen.told()) == 1
        await school.asks("dad", "/状态")
        await school.settled()
        assert any("守不了这个群" in text for text in await school.said())


async def test_a_program_that_dies_is_told_once_started_again_and_what_it_printed_is_judged(
    school: Ding, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with watched(school, monkeypatch, feed=True) as seen:
        await school.overheard()
        monkeypatch.setattr(feed, "FIRST_PAUSE", 3600.0)
        monkeypatch.setattr(feed, "LONGEST_PAUSE", 8.0)
        monkeypatch.setattr(ears, "DEAF_AFTER", 0.3)
        await school.says("clone", SCAM)
        school.prints("!exit 1")
        assert await school.said(contains="👉", wait=PATIENCE), "printed before it died"
        assert await seen.telegram.control.said("teacher", contains="管理员的消息流断了", wait=PATIENCE)
        assert (await seen.health())["ailing"]["stream"]
        assert await seen.telegram.control.said("teacher", contains="又接上了", wait=PATIENCE)
        assert len(await seen.told()) == 2
        page = await seen.health()
        assert "stream" not in page["ailing"] and page["streams_away"] == {}
        await school.overheard()
        number = await school.says("clone", f"{SCAM}，还没交的抓紧")
        await school.settled()
        rows = [row.update_id for row in await school.rows(inbox.c.update_id)]
        assert any(f"x{number}=" in row for row in rows), "heard again"


async def test_a_program_that_floods_with_nonsense_fills_no_log_and_hides_no_scam(
    school: Ding, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with watched(school, monkeypatch, feed=True) as seen:
        await school.overheard()
        school.prints("\n".join("nonsense" for _ in range(20_000)))
        await school.says("clone", SCAM)
        assert await school.said(contains="👉", wait=PATIENCE)
        assert len(school.log.entries("dingtalk_line_unreadable")) == 1
        assert await seen.told() == []
        school.prints("!exit 0")
        await until(lambda: school.log.entries("dingtalk_feed_ended"), PATIENCE)
        assert school.log.entries("dingtalk_feed_ended")[0]["unreadable"] == 20_000


def test_each_time_it_ends_it_is_started_after_a_longer_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert [feed.pause_after(times) for times in range(1, 9)] == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0]


async def test_a_stream_away_for_long_is_told_in_the_group(
    school: Ding, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with school.on_guard(school.config(feed=True)) as guard:
        await school.overheard()
        (hello,) = await school.said(contains="看到所有消息", wait=PATIENCE)
        assert "我会马上在群里提醒" in hello and "守不了这个群" not in hello
        monkeypatch.setattr(feed, "FIRST_PAUSE", 3600.0)
        monkeypatch.setattr(feed, "LONGEST_PAUSE", 3600.0)
        monkeypatch.setattr(ears, "DEAF_AFTER", 0.1)
        school.prints("!exit 1")
        assert await school.said(contains="权限变少了", wait=PATIENCE)
        assert school.log.entries("dingtalk_group_unheard")
        assert isinstance(guard.router.platforms["dingtalk"], Overhears)
