"""QQ through OneBot v11: the same guard, over WebSocket, without buttons, edits or polls."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.actions import Say
from bot.places import ChatKind, Place
from bot.platforms import Recounts
from bot.playground import Playground
from bot.playground.onebot.side import OneBotSide
from bot.store.tables import incidents
from bot.texts import plain
from tests.guarded import CODE, MORNING, SCAM, world
from tests.onebot_class import QQ, qq_class, without_pacing
from tests.opened import for_each_test

unpaced = pytest.fixture(without_pacing, autouse=True)
school = for_each_test(qq_class)


async def test_a_cloned_teacher_is_caught_on_qq(school: QQ) -> None:
    async with school.on_guard():
        await school.says("mum", "明天几点放学？")
        await school.scam()
        warning = await school.warned()
        await school.settled()
        assert "冒充王丽老师" in warning["text"]
        assert "引用这条消息，回复数字：1 我已经付了" in warning["text"]
        assert len(await school.said(contains="👉")) == 1
        (card,) = await school.said("teacher", contains="疑似诈骗")
        assert "回复数字：1 是诈骗　2 没问题" in card and "<b>" not in card and "qq:" not in card


async def test_an_admin_decides_with_a_number_and_the_warning_is_said_anew(school: QQ) -> None:
    async with school.on_guard():
        await school.scam()
        await school.settled()
        await school.tells("teacher", "1")
        await school.settled()
        (standing,) = await school.said(contains="👉")
        assert "已确认是诈骗" in standing
        (state,) = await school.rows(incidents.c.state)
        assert state.state == "scam"


ENGLISH_SCAM = "Dear parents, please scan the code and pay the 380 yuan materials fee before noon today, then post a screenshot here."
JOURNEYS = {
    "en": ("/language en", "/teacher add Wang Li", ENGLISH_SCAM, "/report"),
    "zh-Hant": (
        "/語言 zh-Hant",
        "/老師 新增 王丽老师",
        "各位家長，請今天中午前掃碼繳資料費380元，繳完請在群組傳截圖。",
        "/反映",
    ),
}


@pytest.mark.parametrize("language", JOURNEYS)
async def test_a_class_of_another_language_is_guarded_in_its_own_words_and_numbers(
    school: QQ, language: str
) -> None:
    tongue, register, scam, report = JOURNEYS[language]
    async with school.on_guard():
        await school.tells("dad", tongue)
        await school.says("teacher", tongue)
        hello = await school.says("teacher", "Hello" if language == "en" else "大家好")
        await school.says("teacher", register, reply_to=hello)
        await school.settled()
        await school.says("clone", scam, photo={"qr": CODE})
        warning = await school.warned()
        await school.settled()
        assert plain(language, "warning.paid_button") in warning["text"]
        (card,) = await school.said("teacher", contains=f"1 {plain(language, 'incident.button.scam')}")
        assert plain(language, "instead.private", choices="1") in card, "in one language throughout"
        await school.says("dad", report, reply_to=hello)
        await school.settled()
        await school.tells("teacher", plain(language, "incident.button.scam"))
        await school.settled()
        assert plain(language, "report.taken") in await school.said("dad")
        assert {row.state for row in await school.rows(incidents.c.state)} == {"scam", "open"}


async def test_a_number_from_anybody_else_decides_nothing(school: QQ) -> None:
    async with school.on_guard():
        await school.scam()
        await school.settled()
        await school.tells("mum", "1")
        await school.says("mum", "1")
        await school.settled()
        (state,) = await school.rows(incidents.c.state)
        assert state.state == "open"


async def test_a_parent_who_paid_replies_with_a_number(school: QQ) -> None:
    async with school.on_guard():
        await school.scam()
        await school.settled()
        await school.answers("dad", "1", contains="👉")
        await school.settled()
        assert any("110" in text for text in await school.said("dad") + await school.said())


async def test_commands_have_chinese_names_and_answer_them(school: QQ) -> None:
    async with school.on_guard():
        hello = await school.says("teacher", "大家好，我是王丽")
        await school.says("teacher", "/老师 添加", reply_to=hello)
        await school.settled()
        await school.says("teacher", "/状态")
        await school.settled()
        status = (await school.said(contains="我在这个群里"))[-1]
        assert "登记的老师：王丽老师" in status


async def test_a_command_that_replies_to_an_old_message_finds_its_writer(school: QQ) -> None:
    hello = await school.says("teacher", "大家好，我是王丽")
    async with school.on_guard():
        await school.says("deputy", "/老师 添加", reply_to=hello)
        await school.settled()
        assert await school.said(contains="王丽老师")


async def test_a_scam_inside_a_picture_with_few_words_is_read(school: QQ) -> None:
    async with school.on_guard():
        await school.says("clone", photo={"qr": CODE}, caption="请大家今天交一下资料费")
        assert "👉" in (await school.warned())["text"]


async def test_what_was_said_while_the_connection_was_away_is_judged_afterwards(school: QQ) -> None:
    async with school.on_guard():
        await school.says("mum", "早上好")
        await school.settled()
    await school.scam()
    async with school.on_guard():
        assert "冒充王丽老师" in (await school.warned())["text"]
        await school.settled()
        assert len(await school.said(contains="👉")) == 1


async def test_a_recalled_scam_is_kept_as_evidence(school: QQ) -> None:
    async with school.on_guard():
        number = await school.scam()
        await school.settled()
        await school.playground.control.take_back("class", number)
        await school.settled()
        card = (await school.said("teacher", contains="疑似诈骗"))[-1]
        assert "撤回了消息" in card
        assert len(await school.said(contains="👉")) == 1


async def test_guard_mode_takes_away_and_mutes(school: QQ) -> None:
    async with school.on_guard():
        await school.says("teacher", "/模式 守护")
        await school.settled()
        number = await school.scam()
        await school.settled()
        chat = school.playground.world.chat("class")
        assert chat.posts[number].deleted
        clone = school.playground.world.user("clone")
        assert chat.member(clone.id).status == "restricted"


async def test_without_admin_rights_it_still_warns_and_says_what_it_cannot_do(school: QQ) -> None:
    await school.playground.control.member("class", "bot", "member")
    async with school.on_guard():
        await school.says("teacher", "/模式 守护")
        await school.settled()
        await school.scam()
        await school.settled()
        assert len(await school.said(contains="👉")) == 1
        assert await school.said(contains="还缺") or await school.said(contains="缺")


async def test_somebody_who_comes_in_under_the_teachers_name_is_told_to_the_admins(school: QQ) -> None:
    async with school.on_guard():
        hello = await school.says("teacher", "大家好，我是王丽")
        await school.says("teacher", "/老师 添加", reply_to=hello)
        await school.settled()
        await school.playground.control.change_user("outsider", first_name="王丽老师")
        await school.playground.control.member("class", "outsider")
        await school.settled()
        assert await school.said("teacher", contains="名字很像王丽老师")


async def test_a_warning_of_an_hour_ago_scam_is_still_one_message(school: QQ) -> None:
    async with school.on_guard():
        await school.says("mum", "早上好")
        await school.settled()
        await school.scam()
        await school.warned()
        await school.implementation.hang_up()
        await school.settled()
        await school.says("mum", "谢谢")
        await school.settled()
        assert len(await school.said(contains="👉")) == 1


async def test_a_forwarded_scam_sent_in_private_is_checked(school: QQ) -> None:
    async with school.on_guard():
        await school.playground.control.tell_bot("mum", SCAM, forward={"hidden_user": "王老师"})
        await school.settled()
        told = "\n".join(await school.said("mum"))
        assert "不要" in told or "先别" in told


async def test_a_parent_asks_in_the_group_and_is_told_in_private_afterwards(school: QQ) -> None:
    async with school.on_guard():
        await school.says("mum", "/订阅")
        await school.settled()
        await school.tells("mum", "/订阅")
        await school.settled()
        await school.tells("mum", "1")
        await school.settled()
        assert await school.said("mum", contains="好了")
        await school.scam()
        await school.settled()
        assert await school.said("mum", contains="👉")


async def test_admins_hear_in_private_of_a_warning_the_group_did_not_get(school: QQ) -> None:
    async with school.on_guard():
        muted = {"retcode": 1200, "message": 'EventChecker Failed: {"result": 120, "errMsg": "禁言"}'}
        school.implementation.failures["send_group_msg"] = [muted]
        await school.scam()
        await school.settled()
        assert await school.said("teacher", contains="没发出去")


async def test_admins_hear_in_private_of_a_warning_nobody_can_see(
    school: QQ, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.platforms.onebot.hiding.LOOKED_FOR", (0.01, 0.01))
    monkeypatch.setattr("bot.doubts.AFTER", 1.0)
    async with school.on_guard():
        school.implementation.held_back = True
        await school.scam()
        assert await school.said("teacher", contains="没人看得到", wait=60.0)


async def test_a_warning_that_could_not_be_recorded_in_time_has_its_numbers_too(
    school: QQ, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.answering.PATIENCE", 0.0)
    async with school.on_guard():
        await school.scam()
        warning = await school.warned()
        await school.settled()
        assert "引用这条消息，回复数字：1 我已经付了" in warning["text"]
        assert len(await school.said(contains="👉")) == 1
        assert not await school.said("teacher", contains="按钮")


async def test_what_was_said_already_is_found_in_the_groups_history(school: QQ) -> None:
    async with school.on_guard() as guard:
        (platform,) = guard.router.platforms.values()
        assert isinstance(platform, Recounts)
        chat = school.playground.world.chat("class")
        place = Place("onebot", f"group:{abs(chat.id)}", ChatKind.GROUP)
        warning = Say("k", 1, "请<b>不要</b>付款", reply_to=str(school.implementation.number(chat.id, 1)))
        await school.says("mum", "早")
        since = school.playground.clock.now()
        assert await platform.standing(warning, place, since, {}) is None
        sent = await platform.perform(warning, place)
        assert await platform.standing(warning, place, since, {}) == sent
        assert await platform.standing(warning, place, since, {sent.message_id: since}) is None
        assert await platform.standing(replace(warning, text="别的"), place, since, {}) is None
        assert await platform.standing(warning, place, since + timedelta(hours=1), {}) is None


async def test_a_tester_has_the_account_in_hand_over_http() -> None:
    async with Playground.serve(sides=[OneBotSide], now=MORNING) as playground:
        control = playground.controls["onebot"]
        told = await control.get("account")
        assert told["connections"] == 0 and told["url"].startswith("ws://")
        assert (await control.patch("account", {"held_back": True}))["held_back"]
        assert (await control.post("frames", {"text": "{half"})) == {"sent": 0}
        assert (await control.post("hangups", {})) == {"closed": 0}
        await control.reset(**world("class"))
        sent = await control.say("class", "mum", "早")
        number = (await control.get(f"numbers/class/{sent['message_id']}"))["message_id"]
        assert -(2**31) <= number < 2**31
        assert (await control.get("notices/class")) == {"notices": []}
        assert not (await playground.control.users())[1:], "each platform has a world of its own"
