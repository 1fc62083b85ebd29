"""What DingTalk's ways carry: words, pictures and files through the robot, an address it was given, a custom robot."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from bot.actions import Priority, Say
from bot.events import Event, MessageSeen
from bot.pacing import Pacing
from bot.places import ChatKind, Place
from bot.platforms import Unsure
from bot.platforms.dingtalk import api
from bot.platforms.dingtalk import platform as dingtalk
from bot.platforms.dingtalk.api import Api
from bot.platforms.dingtalk.cards import Cards
from bot.platforms.dingtalk.known import Known
from bot.platforms.dingtalk.people import People, conversation
from bot.platforms.dingtalk.posting import Posting, wordings
from bot.platforms.dingtalk.reading import LINE, Reader
from bot.store.tables import chats
from tests.dingtalk_class import Ding, ding_class, without_pacing
from tests.fakes import until
from tests.guarded import MORNING, PATIENCE
from tests.opened import for_each_test

MONDAY_EVENING = MORNING + timedelta(days=5, hours=9)

unpaced = pytest.fixture(without_pacing, autouse=True)
school = for_each_test(ding_class)


async def test_weekly_tips_reach_the_group_and_one_that_only_a_custom_robot_posts_in(school: Ding) -> None:
    async with school.on_guard(school.config(hook="yes")):
        await school.asks("dad", "/状态")
        await school.settled()
        control = school.playground.control
        await control.set_clock(MONDAY_EVENING.timestamp())
        for _ in range(2):
            (tip, _) = await control.said("class", contains="本周", count=2, wait=PATIENCE)
            assert "<" not in tip["text"] and len(tip["text"]) > 20
        await school.settled()
        told = await control.calls("/v1.0/robot/groupMessages/send", count=0)
        assert any("本周" in one["parameters"]["msgParam"] for one in told)
        assert {one["status"] for one in (*told, *await school.hooked())} == {200}
        assert await pictures(school) == 2, "each comes as a picture, too"


async def pictures(school: Ding) -> int:
    said = await school.playground.control.said("class", count=0)
    return sum(bool(one.get("photo")) for one in said)


async def test_a_custom_robot_posts_letter_and_poster_and_asks_for_no_reply_nobody_can_give(
    school: Ding,
) -> None:
    async with school.on_guard(school.config(hook="yes")):
        await school.settled()
        (hello,) = await school.said()
        assert "守不了这个群" in hello and "看不到大家的回复" in hello
        await school.tells("teacher", "/家长信 发送")
        assert await school.said(contains="致家长的一封信", wait=PATIENCE)
        await school.tells("teacher", "/海报 发送")
        assert await school.said(contains="家长防骗提醒", wait=PATIENCE)
        await school.settled()
        words = [one["parameters"]["text"]["content"] for one in await school.hooked("text")]
        assert len(words) == 3
        assert all("回复数字" not in one and "要@我" not in one for one in words)
        assert len(await school.hooked("markdown")) == await pictures(school) == 1
        await school.tells("teacher", "/家长信 打印")
        assert await school.said("teacher", contains="打印", wait=PATIENCE)
        await school.settled()
        files = [one for one in await school.playground.control.said("teacher") if one.get("document")]
        assert [one["document"]["file_name"] for one in files] == ["致家长的一封信.pdf"], (
            "from the application"
        )


async def test_what_a_custom_robot_may_not_say_this_minute_is_said_in_the_next(
    school: Ding, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "FEWER", 0.2)
    hook = school.gateway.doing.hooks["hook-token"]
    async with school.on_guard(school.config(hook="yes")):
        await school.settled()
        hook.posted.extend([time.monotonic()] * 20)
        await school.tells("teacher", "/家长信 发送")
        await until(lambda: school.log.entries("send_later"), PATIENCE)
        assert not await school.said(contains="致家长的一封信")
        hook.posted.clear()
        assert await school.said(contains="致家长的一封信", wait=PATIENCE)


def test_a_picture_counts_as_a_message_of_the_twenty_a_minute() -> None:
    pacing, tip = Pacing(0.0, dingtalk.TEMPO), Say("tip", 1, "本周提醒", Priority.TIP, image=b"png")
    waits = [pacing.take(1, ChatKind.GROUP, tip, float(second)) for second in range(20)]
    # Of the twenty a quarter is kept for warnings.
    assert [wait == 0.0 for wait in waits] == [True] * 7 + [False] * 13


class Overtaken(Api):
    """DingTalk takes what is posted in a group, an admin's stream tells of it, and only then comes the answer, if any."""

    def __init__(self, reader: Reader, *, lost: bool) -> None:
        super().__init__("dingclient", "only-for-tests")
        self.read: list[Event] = []
        self._reader = reader
        self._lost = lost

    async def call(self, path: str, asked: Mapping[str, Any], method: str = "POST") -> dict[str, Any]:
        line = {
            "type": "user_im_message_receive_group",
            "conversation_id": asked["openConversationId"],
            "message_id": "msg1",
            "sender": "班级卫士",
            "sender_open_dingtalk_id": "open1",
            "content": json.loads(asked["msgParam"])["content"],
        }
        self.read += self._reader.events(json.dumps({LINE: line}).encode(), MORNING)
        if self._lost:
            raise Unsure("no answer")
        return {"processQueryKey": "query0="}


@pytest.mark.parametrize("lost", [False, True])
async def test_its_own_words_are_nobody_elses_even_where_its_ears_are_faster_than_dingtalks_answer(
    lost: bool,
) -> None:
    people, known = People(), Known()
    robot = Overtaken(Reader("dingtalk", "班级卫士", people, known), lost=lost)
    posting = Posting(robot, "dingclient", people, known, (), Cards(robot, ""))
    with suppress(Unsure):
        await posting.say(Say("k", 1, "⚠️ <b>先别付</b>"), Place("dingtalk", "group:cid1", ChatKind.GROUP))
    assert not [one for one in robot.read if isinstance(one, MessageSeen)]
    await robot.close()


def test_a_picture_without_words_is_not_its_own_because_it_once_posted_one() -> None:
    known = Known()
    reader = Reader("dingtalk", "班级卫士", People(), known)
    posted = Place("dingtalk", "group:cid1", ChatKind.GROUP)
    known.says(conversation(posted), wordings(Say("poster", 1, "", image=b"png")))
    line = {
        "type": "user_im_message_receive_group",
        "conversation_id": "cid1",
        "message_id": "msg1",
        "sender": "王丽老师",
        "sender_open_dingtalk_id": "open1",
        "content": "[图片]",
    }
    assert [type(one) for one in reader.events(json.dumps({LINE: line}).encode(), MORNING)] == [MessageSeen]


async def test_a_picture_dingtalk_does_not_take_costs_the_picture_and_not_the_words(school: Ding) -> None:
    async with school.on_guard(school.config(hook="yes")) as guard:
        await school.settled()
        (hook,) = (one for one in await school.rows(chats.c.address) if one.address.startswith("hook:"))
        robot = guard.router.platforms["dingtalk"]
        school.gateway.doing.refused["/v1.0/robot/groupMessages/send"] = [(400, "invalidParameter.photoURL")]
        for address in (hook.address, f"group:{school.group}"):
            place = Place("dingtalk", address, ChatKind.GROUP)
            await robot.perform(Say("k", 1, f"提醒{address[:4]}", image=b"no picture"), place)
        assert await school.said(contains="提醒hook") and await school.said(contains="提醒grou")
        assert school.log.entries("dingtalk_picture_refused")


async def test_a_wrong_signature_is_refused_and_the_log_says_what_to_do(school: Ding) -> None:
    school.gateway.doing.hooks["hook-token"].secret = "another"
    async with school.on_guard(school.config(hook="yes")):
        await school.playground.control.advance(8 * 86_400)
        await until(lambda: school.log.entries("dingtalk_signature_refused"), PATIENCE)
        assert "secret" in school.log.entries("dingtalk_signature_refused")[0]["remedy"]


async def test_a_parent_outside_the_organisation_is_answered_as_long_as_the_conversation_is_open(
    school: Ding,
) -> None:
    async with school.on_guard():
        await school.tells("mum", "/帮助")
        await school.settled()
        assert await school.said("mum")
        before = len(await school.said("mum"))
        school.gateway.doing.end_sessions()
        await school.asks("mum", "/状态")
        await school.settled()
        assert len(await school.said("mum")) == before


async def test_where_the_robot_may_not_post_it_answers_at_the_address_it_was_given(school: Ding) -> None:
    path = "/v1.0/robot/groupMessages/send"
    school.gateway.doing.refused[path] = [(403, "Forbidden.AccessDenied.AccessTokenPermissionDenied")]
    async with school.on_guard():
        await school.asks("dad", "/状态")
        await school.settled()
        assert len(await school.said()) == 2
        assert school.log.entries("dingtalk_permission_missing")


async def test_a_token_that_ended_early_is_renewed(school: Ding) -> None:
    async with school.on_guard():
        school.gateway._tokens.clear()
        await school.asks("dad", "/状态")
        await school.settled()
        assert len(await school.said()) == 2
