"""DingTalk: a robot that hears only what names it, and says so; private checks, tips, letters, an admin's own stream."""

from __future__ import annotations

import re

import httpx
import pytest

from bot.playground import Playground
from bot.playground.assembly import assembled
from bot.playground.scenarios import LANGUAGES, school_class
from bot.playground.sides import SIDES
from bot.playground.stage import CLASS
from bot.store.tables import incidents
from bot.texts import plain
from tests.dingtalk_class import DOWNLOAD, Ding, ding_class, without_pacing
from tests.guarded import CODE, MORNING, PATIENCE, SCAM, world
from tests.opened import for_each_test
from tests.ports import free_port

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


async def test_a_group_is_greeted_once_whatever_restarts(school: Ding) -> None:
    control = school.playground.control
    for times in (1, 2):
        # The same question of the same person is answered once a minute.
        await control.advance(120)
        async with school.on_guard():
            await school.asks("dad", "/状态")
            answers = await control.said("class", contains="我在这个群里", count=times, wait=PATIENCE)
            assert len(answers) == times
            await school.settled()
    assert len(await school.said(contains="大家好")) == 1


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
