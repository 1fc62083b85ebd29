"""A DingTalk group heard through an admin's own `dws`: guarded like any other, whatever becomes of that program."""

from __future__ import annotations

import pytest

from bot.abilities import Right
from bot.platforms.dingtalk import ears, feed
from bot.platforms.dingtalk.platform import DingTalk
from bot.store.tables import chats, inbox, incidents
from tests.dingtalk_class import MESSAGES, Ding, ding_class, without_pacing
from tests.fakes import until
from tests.guarded import PATIENCE, SCAM
from tests.opened import for_each_test


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
        assert "open:" in card and "<b>" not in card
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


async def test_a_program_that_is_not_there_is_said_and_the_robot_works_on(school: Ding) -> None:
    async with school.on_guard(school.config(missing=True)):
        await until(lambda: school.log.entries("dingtalk_feed_not_started"), PATIENCE)
        await school.asks("dad", "/状态")
        await school.settled()
        assert any("守不了这个群" in text for text in await school.said())


async def test_a_stream_away_for_long_is_told_in_the_group_and_to_the_operator(
    school: Ding, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with school.on_guard(school.config(feed=True)) as guard:
        await school.overheard()
        assert await school.said(contains="看到所有消息", wait=PATIENCE)
        monkeypatch.setattr(feed, "FIRST_PAUSE", 3600.0)
        monkeypatch.setattr(feed, "LONGEST_PAUSE", 3600.0)
        monkeypatch.setattr(ears, "DEAF_AFTER", 0.1)
        school.prints("!exit 1")
        assert await school.said(contains="权限变少了", wait=PATIENCE)
        assert school.log.entries("dingtalk_group_unheard")
        robot, beats = guard.router.platforms["dingtalk"], list[bool]()
        assert isinstance(robot, DingTalk)
        robot._ears.alive(lambda: beats.append(True))()
        assert beats == [], "whoever watches the guard is told that it is deaf"
