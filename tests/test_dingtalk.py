"""DingTalk: a robot that hears only what names it, and says so; private checks, tips, letters, an admin's own stream."""

from __future__ import annotations

import re
import time
from datetime import timedelta

import httpx
import pytest

from bot.actions import Priority, Say
from bot.pacing import Pacing
from bot.places import ChatKind, Place
from bot.platforms.dingtalk import api
from bot.platforms.dingtalk import platform as dingtalk
from bot.playground import Playground
from bot.playground.assembly import assembled
from bot.playground.scenarios import LANGUAGES, school_class
from bot.playground.sides import SIDES
from bot.playground.stage import CLASS
from bot.store.tables import chats, incidents
from bot.texts import plain
from tests.dingtalk_class import DOWNLOAD, Ding, ding_class, without_pacing
from tests.fakes import until
from tests.guarded import CODE, MORNING, PATIENCE, SCAM, world
from tests.opened import for_each_test
from tests.ports import free_port

MONDAY_EVENING = MORNING + timedelta(days=5, hours=9)

unpaced = pytest.fixture(without_pacing, autouse=True)
school = for_each_test(ding_class)


async def test_a_question_pasted_in_private_is_answered(school: Ding) -> None:
    async with school.on_guard():
        await school.tells("mum", SCAM)
        await school.tells("dad", f"/check {SCAM}")
        await school.settled()
        for who in ("mum", "dad"):
            (answer,) = await school.said(who)
            assert "先" in answer and "<b>" not in answer, answer


async def test_a_forwarded_scam_and_its_picture_are_judged_in_private(school: Ding) -> None:
    async with school.on_guard():
        await school.tells("mum", SCAM, forward={"hidden_user": "王老师"})
        await school.tells("dad", photo={"qr": CODE})
        await school.settled()
        assert any("先" in text for text in await school.said("mum"))
        assert await school.said("dad")


async def test_a_picture_is_fetched_by_its_code_and_looked_into(school: Ding) -> None:
    async with school.on_guard():
        await school.tells("dad", photo={"qr": CODE})
        await school.settled()
        (answer,) = await school.said("dad")
        assert "要您付钱" in answer
        (fetched,) = await school.playground.control.calls(DOWNLOAD, count=0)
        assert fetched["parameters"]["downloadCode"]


async def test_a_link_pasted_in_private_is_judged(school: Ding) -> None:
    async with school.on_guard():
        await school.tells("dad", "明天春游，带一瓶水")
        await school.settled()
        await school.tells("dad", "请家长点链接登记银行卡号和短信验证码：https://school-pay.example/login")
        await school.settled()
        harmless, harmful = await school.said("dad")
        assert harmless.splitlines()[0] != harmful.splitlines()[0]
        assert "school-pay.example" not in harmful, "the bot repeats no scammer's link"


@pytest.mark.parametrize("by_card", [True, False])
async def test_what_a_parent_reports_by_quoting_it_is_decided_by_an_admin_in_private(
    school: Ding, by_card: bool
) -> None:
    """Nobody lends the robot their ears: it knows of the message because somebody showed it."""
    async with school.on_guard(school.config(card_template="card.schema" if by_card else "")):
        await school.asks("teacher", "/状态")
        await school.settled()
        number = await school.says("clone", SCAM)
        await school.asks("mum", "/反映", reply_to=number)
        (card,) = await school.playground.control.said("teacher", contains="资料费", wait=PATIENCE)
        await school.settled()
        if by_card:
            await school.playground.control.press("teacher", card["message_id"], "teacher", "是诈骗")
        else:
            await school.tells("teacher", "1")
        assert await school.said("teacher", contains="已确认：是诈骗", wait=PATIENCE)
        await school.settled()
        assert [row.state for row in await school.rows(incidents.c.state)] == ["scam"]
        assert await school.said(contains="诈骗"), "the group hears of it"


async def test_a_file_named_as_a_fee_list_is_judged_by_name_and_content(school: Ding) -> None:
    async with school.on_guard():
        await school.tells("dad", document={"name": "收费名单.exe", "text": "MZ" + "x" * 500})
        await school.settled()
        assert any("exe" in text or "文件" in text or "程序" in text for text in await school.said("dad"))


async def test_who_names_the_robot_in_the_group_is_answered_there(school: Ding) -> None:
    async with school.on_guard():
        await school.says("clone", SCAM)
        await school.settled()
        assert not await school.said()
        await school.asks("mum", f"这个是真的吗？{SCAM}")
        await school.settled()
        (_, answer) = await school.said()
        assert "先" in answer


async def test_status_says_plainly_that_the_group_is_not_guarded(school: Ding) -> None:
    async with school.on_guard():
        await school.asks("dad", "/状态")
        await school.settled()
        (hello, status) = await school.said()
        assert "大家好" in hello and "我在这里只听得到@我的消息" in hello and "守不了这个群" in hello
        assert "我会马上在群里提醒" not in hello and "/设置" in hello
        assert "守不了这个群" in status and "@我" in status
        assert "删除诈骗消息" in status and "平台不让我" in status
        assert "设为管理员" not in status


@pytest.mark.parametrize("feed", [False, True])
async def test_a_warning_is_promised_only_where_the_group_is_heard(school: Ding, feed: bool) -> None:
    async with school.on_guard(school.config(feed=feed)):
        if feed:
            await school.overheard()
        number = await school.says("deputy", "明天春游")
        await school.asks("teacher", "/老师 添加 陈主任", reply_to=number)
        (added,) = await school.said(contains="登记好了", wait=PATIENCE)
        assert ("我会马上提醒" in added) is feed
        assert ("请把消息发给我看" in added) is not feed


async def test_only_those_the_operator_named_steer_the_robot(school: Ding) -> None:
    async with school.on_guard():
        await school.asks("dad", "/模式 守护")
        await school.settled()
        assert any("管理员" in text for text in await school.said())
        await school.asks("teacher", "/模式 守护")
        await school.settled()
        assert any("只能提醒" in text for text in await school.said())


async def test_a_choice_is_made_by_naming_the_robot_with_a_number(school: Ding) -> None:
    async with school.on_guard():
        await school.asks("teacher", "/语言")
        await school.settled()
        (_, asked) = await school.said()
        assert "请@我，并回复数字" in asked or "@我，并回复数字" in asked
        number = asked.partition(" English")[0][-1]
        await school.asks("teacher", number)
        await school.settled()
        await school.asks("teacher", "/status")
        await school.settled()
        assert any("cannot guard this group" in text for text in await school.said())


async def test_an_admin_steers_the_group_in_private(school: Ding) -> None:
    async with school.on_guard():
        await school.asks("teacher", "/状态")
        await school.settled()
        await school.tells("teacher", "/状态")
        await school.settled()
        assert any("守不了这个群" in text for text in await school.said("teacher"))


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


async def test_an_expired_secret_is_logged_shown_and_told_on_another_platform(
    school: Ding, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.health.watch.EVERY", 0.05)
    async with Playground.serve(now=MORNING) as telegram, httpx.AsyncClient() as monitor:
        await telegram.control.reset(**world("class"))
        operator, port = str(telegram.world.user("teacher").id), free_port()
        account = {"token": telegram.token, "base_url": telegram.base_url, "operator": operator}
        config = school.config(beside={"telegram": account, "web": {"port": port}})
        async with school.on_guard(config):
            health = f"http://127.0.0.1:{port}/healthz"
            assert (await monitor.get(health)).status_code == httpx.codes.OK
            school.gateway.expire("another")
            await school.gateway.hang_up()
            assert await telegram.control.said("teacher", contains="钉钉 不认机器人的密钥", wait=PATIENCE)
            assert "secret" in school.log.entries("platform_refuses")[0]["remedy"]
            page = await monitor.get(health)
            assert page.status_code == httpx.codes.SERVICE_UNAVAILABLE and "refused" in page.text


async def test_what_was_said_while_the_stream_was_down_is_answered_afterwards(school: Ding) -> None:
    async with school.on_guard():
        await school.gateway.hang_up()
        await school.tells("dad", SCAM)
        assert await school.said("dad", wait=PATIENCE)
        await school.gateway.ask_to_reconnect()
        await school.tells("dad", "/帮助")
        assert len(await school.said("dad", wait=PATIENCE)) >= 1
        await school.settled()
        assert len(await school.said("dad")) == 2


async def test_the_playground_has_a_dingtalk_to_try() -> None:
    assert "dingtalk" in SIDES
    async with assembled(platforms=["dingtalk"]) as stage:
        control = stage.playground.controls["dingtalk"]
        await stage.director.open_class("zh-Hans", "dingtalk")
        (mum, *_) = [one for one in await control.users() if "妈妈" in one["first_name"]]
        await control.tell_bot(mum["id"], SCAM)
        (answer,) = await control.said(mum["id"], contains="先别付", wait=PATIENCE)
        assert "<b>" not in answer["text"]
        assert not (await control.get("scenarios"))["hears"], "nobody has lent it their ears"


async def test_a_class_of_the_playground_is_set_up_there_by_naming_the_robot() -> None:
    async with assembled(platforms=["dingtalk"]) as stage:
        control, side = stage.playground.controls["dingtalk"], stage.playground.sides["dingtalk"]
        for language in LANGUAGES:
            await stage.director.open_class(language, "dingtalk")
            cast = school_class(language)
            for key in ("wang", "chen"):
                added = plain(language, "unheard.teacher.added", name=cast.people[key].name)
                assert await control.said(CLASS, contains=re.sub("<.*?>", "", added))
            said = await control.said(CLASS, contains=plain(language, "instead.named"), count=0)
            assert any(cast.people["zihan"].name in one["text"] for one in said), "one the operator has named"
            assert await control.said(CLASS, contains="大家好"), "a class it has just met is greeted"
            subscribed = plain(language, "unheard.subscribe.done", group=cast.group)
            assert await control.said(side.world.user("yinuo").id, contains=subscribed)


async def test_broken_frames_stop_nothing(school: Ding) -> None:
    async with school.on_guard():
        for frame in (
            "{half",
            "[]",
            "7",
            '{"type": "CALLBACK", "headers": {"topic": "/v1.0/im/bot/messages/get", "messageId": "1"}, "data": "{"}',
            '{"type": "CALLBACK", "headers": {"topic": "/else", "messageId": "2"}, "data": "{}"}',
            '{"type": "NEW", "headers": {}, "data": null}',
            '{"type": "CALLBACK", "headers": {"topic": "/v1.0/im/bot/messages/get", "messageId": "3"},'
            ' "data": "{\\"conversationType\\": \\"2\\", \\"msgtype\\": \\"hologram\\", \\"text\\": 7}"}',
        ):
            await school.gateway.send(frame)
        await school.tells("dad", "/帮助")
        await school.settled()
        assert await school.said("dad")
        assert not [one for one in school.log.entries() if "exception" in one]
