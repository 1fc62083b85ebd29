"""The official QQ bot platform: the same guard, over its gateway, with what each group's owner allows."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.actions import Paper, Say
from bot.platforms import Denied
from bot.playground.people import Member
from bot.playground.qq.naming import openid
from bot.store.tables import inbox, incidents
from tests.fakes import until
from tests.guarded import CODE, MORNING, PATIENCE, SCAM
from tests.opened import for_each_test
from tests.qq_class import Official, official_class

school = for_each_test(official_class)


async def test_a_cloned_teacher_is_caught_and_decided_on(school: Official) -> None:
    async with school.on_guard():
        await school.says("mum", "明天几点放学？")
        await school.scam()
        (warning,) = await school.said(contains="👉", wait=PATIENCE)
        assert "冒充王丽老师" in warning and "@我，并回复数字：1 我已经付了" in warning
        await school.settled()
        (card,) = await school.said("teacher", contains="疑似诈骗")
        assert "<b>" not in card and "qqbot:" not in card
        await school.tells("mum", "1")
        await school.tells("teacher", "1")
        await school.settled()
        (standing,) = await school.said(contains="👉")
        assert "已确认是诈骗" in standing
        assert [row.state for row in await school.rows(incidents.c.state)] == ["scam"]


async def test_guard_mode_takes_away_and_mutes(school: Official) -> None:
    async with school.on_guard():
        await school.says("teacher", "/模式 守护")
        await school.settled()
        number = await school.scam()
        await school.settled()
        chat = school.playground.world.chat("class")
        assert chat.posts[number].deleted
        assert chat.member(school.playground.world.user("clone").id).status == "restricted"


@pytest.mark.parametrize(
    ("command", "call", "done"),
    [("/ban #1", "batch_remove_members", "已被移出群"), ("/mute #1", "restrict_chat_setting", "已被禁言")],
)
async def test_what_qq_refuses_is_told_to_the_admins_and_stands_on_no_card_as_done(
    school: Official, command: str, call: str, done: str
) -> None:
    async with school.on_guard():
        await school.scam()
        await school.settled()
        school.gateway.doing.refused[call] = [(403, 11255)]
        await school.tells("teacher", command)
        await school.settled()
        assert len(await school.said("teacher", contains="请您自己")) == 1
        (card,) = await school.said("teacher", contains="疑似诈骗")
        assert "平台没让我" in card and done not in card
        await school.tells("teacher", command)
        await school.settled()
        (card,) = await school.said("teacher", contains="疑似诈骗")
        assert "平台没让我" not in card and done in card


async def test_a_group_that_only_lets_mentions_through_is_told_so_and_what_the_owner_has_to_do(
    school: Official,
) -> None:
    school.gateway.telling.hears_all = False
    async with school.on_guard() as guard:
        name = school.playground.world.bot.full_name
        await school.scam()
        await school.says("dad", f"@{name} /状态")
        await school.settled()
        status = "\n".join(await school.said(contains="我在这个群里"))
        assert "没法守护这个群" in status and "获取群内全部消息" in status
        assert not await school.said(contains="冒充王丽老师")
        await school.says("mum", f"@{name} {SCAM}")
        await school.settled()
        assert await school.said(contains="先别付")
        code = await school.says("clone", photo={"qr": CODE})
        await school.says("dad", f"@{name} 这是真的吗？", reply_to=code)
        assert await school.said(contains="要您付钱", wait=PATIENCE), "a quoted picture is looked into"
        await school.settled()
        await school.gateway.switch("class", hears_all=True)
        await school.settled()
        await school.scam()
        assert await school.said(contains="冒充王丽老师", wait=PATIENCE)
        assert guard.ready.is_set()


async def test_a_connection_that_breaks_is_taken_up_again_and_nothing_is_lost(school: Official) -> None:
    async with school.on_guard():
        await school.says("mum", "早上好")
        await school.settled()
        await school.gateway.hang_up()
        await school.scam()
        assert await school.said(contains="冒充王丽老师", wait=PATIENCE)
        await school.gateway.ask_to_reconnect()
        await school.says("dad", "收到")
        await until(lambda: school.gateway.resumed >= 2, PATIENCE)
        await school.settled()
        assert school.gateway.identified == 1
        assert len(await school.said(contains="👉")) == 1


async def test_a_restart_takes_up_the_session_where_it_was_stored(school: Official) -> None:
    async with school.on_guard():
        await school.says("mum", "早上好")
        await school.settled()
    await school.scam()
    async with school.on_guard():
        assert await school.said(contains="冒充王丽老师", wait=PATIENCE)
    assert (school.gateway.identified, school.gateway.resumed) == (1, 1)
    bodies = [bytes(row.body) for row in await school.rows(inbox.c.body)]
    assert all(b"_state" in body or b"content" in body for body in bodies)


async def test_a_session_that_is_over_is_begun_anew(school: Official) -> None:
    async with school.on_guard():
        school.gateway.forget_sessions()
        await school.gateway.hang_up()
    async with school.on_guard():
        await school.scam()
        assert await school.said(contains="冒充王丽老师", wait=PATIENCE)
    assert school.gateway.identified == 2


async def test_whatever_the_gateway_replays_after_a_break_is_answered_and_answered_once(
    school: Official,
) -> None:
    async with school.on_guard():
        await school.says("mum", "早上好")
        await school.settled()
        await school.gateway.hang_up()
        for number in range(20):
            await school.says("dad", f"收到{number}")
        await school.scam()
        assert await school.said(contains="冒充王丽老师", wait=PATIENCE)
        await school.settled()
        rows = [row.update_id for row in await school.rows(inbox.c.update_id) if "message:" in row.update_id]
        assert len(rows) == len(set(rows)) == 22
        assert len(await school.said(contains="👉")) == 1
        assert (school.gateway.identified, school.gateway.resumed) == (1, 1)


@pytest.mark.parametrize("code", [0, 4006, 4007, 4009])
async def test_a_session_that_is_over_while_running_is_begun_anew(school: Official, code: int) -> None:
    """QQ says so by a frame, or by the number it closes with."""
    async with school.on_guard():
        await school.says("mum", "早上好")
        await school.settled()
        if code:
            await school.gateway.hang_up(code)
        else:
            await school.gateway.invalidate()
        await until(lambda: school.gateway.identified == 2, PATIENCE)
        await school.scam()
        assert await school.said(contains="冒充王丽老师", wait=PATIENCE)
        assert school.gateway.resumed == 0


async def test_a_dead_line_is_noticed_by_its_missing_heartbeat_and_left(tmp_path: Path) -> None:
    async with official_class(tmp_path, beats=0.05) as school, school.on_guard():
        school.gateway.answers_beats = False
        await until(lambda: school.log.entries("qq_silent"), PATIENCE)
        school.gateway.answers_beats = True
        await school.scam()
        assert await school.said(contains="冒充王丽老师", wait=PATIENCE)


async def test_broken_frames_stop_nothing(school: Official) -> None:
    async with school.on_guard():
        for frame in (
            "{half",
            "[]",
            "7",
            '{"op": 0, "t": "GROUP_MESSAGE_CREATE", "s": "x", "d": {"group_openid": 5, "id": null}}',
            '{"op": 99}',
            '{"op": 0, "t": "SOMETHING_NEW", "s": 3, "d": []}',
            '{"op": 0, "t": "GROUP_MEMBER_ADD", "s": 4, "d": {"group_openid": "nowhere"}}',
        ):
            await school.gateway.send(frame)
        await school.scam()
        assert await school.said(contains="冒充王丽老师", wait=PATIENCE)
        await school.settled()
        assert not [one for one in school.log.entries() if "exception" in one]


async def test_a_wrong_secret_is_logged_with_what_to_do(school: Official) -> None:
    async with school.on_guard(secret="wrong-one", ready=False):
        await until(lambda: school.log.entries("platform_refuses"), PATIENCE)
        assert "q.qq.com" in school.log.entries("platform_refuses")[0]["remedy"]
    one = school.platform("wrong-one")
    with pytest.raises(Denied):
        await one.me()
    await one.stop()


async def test_a_secret_that_was_changed_while_running_is_told(school: Official) -> None:
    async with school.on_guard() as guard:
        school.gateway.expire("another")
        await school.gateway.hang_up()
        await until(lambda: school.log.entries("platform_refuses"), PATIENCE)
        assert guard.ready.is_set()


async def test_who_has_just_come_in_is_known_by_the_date_qq_tells(school: Official) -> None:
    clone = school.playground.world.user("clone")
    school.gateway.telling.joined[clone.id] = (MORNING - timedelta(hours=5)).timestamp()
    async with school.on_guard():
        await school.scam()
        (card,) = await school.said("teacher", contains="疑似诈骗", wait=PATIENCE)
        assert "进群" in card and "5小时" in card


async def test_whoever_stands_on_no_list_yet_is_asked_for_once(school: Official) -> None:
    late, world = "late", school.playground.world
    async with school.on_guard():
        await school.says("mum", "早上好")
        await school.settled()
        user = world.add_user("新家长", late)
        chat = world.chat("class")
        chat.members[user.id] = Member(user.id)
        school.gateway.telling.joined[user.id] = (MORNING - timedelta(days=2)).timestamp()
        for _ in range(3):
            await school.says(late, "大家好")
        await school.settled()
        asked = await school.playground.control.calls(f"GET {openid(user)}", count=0)
        assert [one["status"] for one in asked] == [200]


async def test_a_platform_that_tells_nothing_of_a_group_is_guessed_from_what_it_shows(
    school: Official,
) -> None:
    school.gateway.doing.refused["bot_state"] = [(404, 11)] * 9
    async with school.on_guard():
        await school.scam()
        assert await school.said(contains="👉", wait=PATIENCE)
        assert school.log.entries("qq_state_unknown")


async def test_a_picture_qq_does_not_take_costs_the_picture_and_not_the_words(school: Official) -> None:
    async with school.on_guard() as guard:
        await school.says("mum", "早上好")
        await school.settled()
        await guard.router.platforms["qq"].perform(Say("k", 1, "卡片", image=b"no picture"), school.place)
        assert await school.said(contains="卡片")
        assert school.log.entries("qq_picture_refused")


async def test_a_file_in_the_group_is_judged_by_its_name_and_by_what_it_is(school: Official) -> None:
    async with school.on_guard():
        await school.says("mum", "各位家长请看名单", document={"name": "值日名单.txt", "text": "小雨、小明"})
        await school.settled()
        assert not await school.said("teacher", contains="三(2)班")
        disguised = {"name": "缴费名单.pdf.exe", "text": "MZ" + "x" * 500}
        await school.says("mum", "各位家长请看名单", document=disguised)
        assert await school.said("teacher", contains="三(2)班", wait=PATIENCE)


async def test_a_picture_handed_in_as_a_file_is_looked_into(school: Official) -> None:
    words = "请看通知"
    async with school.on_guard():
        await school.says("clone", words)
        await school.settled()
        assert not await school.said(contains="👉")
        await school.says("clone", words, document={"name": "通知.png", "qr": CODE})
        assert await school.said(contains="👉", wait=PATIENCE)


async def test_the_letter_to_print_is_handed_over_as_a_file(school: Official) -> None:
    async with school.on_guard():
        await school.says("mum", "早上好")
        await school.settled()
        await school.tells("teacher", "/家长信 打印")
        await school.settled()
        assert await school.said("teacher", contains="打印出来")
        (upload,) = await school.playground.control.calls("POST files")
        assert upload["parameters"]["file_type"] == 4 and upload["parameters"]["file_name"].endswith(".pdf")
        sent = [one for one in await school.playground.control.said("teacher") if one.get("document")]
        assert [one["document"]["file_name"] for one in sent] == ["致家长的一封信.pdf"]


async def test_a_file_qq_does_not_take_is_said_in_words(school: Official) -> None:
    async with school.on_guard() as guard:
        school.gateway.doing.refused["files"] = [(400, 304083)]
        await school.says("mum", "早上好")
        await school.settled()
        paper = Paper("letter", "zh-Hans", {}, name="信.pdf", otherwise="这里发不了文件")
        said = Say("k", 1, "打印出来", image=b"%PDF-1.7", paper=paper)
        await guard.router.platforms["qq"].perform(said, school.place)
        assert await school.said(contains="打印出来") and await school.said(contains="这里发不了文件")
        assert school.log.entries("qq_file_refused")


async def test_the_card_shows_admins_the_picture_that_was_posted(school: Official) -> None:
    async with school.on_guard():
        await school.scam()
        await school.settled()
        cards = await school.playground.control.said("teacher", contains="疑似诈骗")
        assert [one["photo"] is not None for one in cards if not one["deleted"]] == [True]
