"""What is done in a QQ group, what QQ does not let be done, and what else happens there."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from typing import Any

import pytest

from bot.actions import Ban, Delete, Mute
from bot.places import ChatKind, Place
from bot.platforms import Refused
from bot.store.tables import inbox
from tests.guarded import PATIENCE
from tests.onebot_class import QQ, qq_class, without_pacing
from tests.opened import for_each_test

Json = dict[str, Any]

unpaced = pytest.fixture(without_pacing, autouse=True)
school = for_each_test(qq_class)


def class_place(school: QQ) -> Place:
    return Place("onebot", f"group:{abs(school.playground.world.chat('class').id)}", ChatKind.GROUP)


async def test_who_asked_for_money_is_put_out_and_may_not_ask_to_come_back(school: QQ) -> None:
    async with school.on_guard():
        await school.scam()
        await school.settled()
        await school.tells("teacher", "/ban #1")
        await school.settled()
        clone = school.playground.world.user("clone")
        assert school.playground.world.chat("class").member(clone.id).status == "kicked"
        (asked,) = await school.playground.control.calls("set_group_kick")
        assert asked["parameters"]["reject_add_request"] is True


async def test_nobody_is_said_to_be_let_in_again_where_qq_alone_can_do_that(school: QQ) -> None:
    async with school.on_guard():
        await school.scam()
        await school.settled()
        await school.tells("teacher", "/ban #1")
        assert await school.said("teacher", contains="我放不回来", wait=PATIENCE)
        await school.settled()
        await school.tells("teacher", "/ban #1 off")
        assert await school.said("teacher", contains="账号还在群的黑名单里", wait=PATIENCE)
        await school.settled()
        await school.tells("teacher", "/safe #1")
        assert await school.said("teacher", contains="这个人还进不了群", wait=PATIENCE)
        await school.settled()
        assert not await school.said("teacher", contains="已允许回群")
        assert not school.log.entries("send_refused"), "nothing is tried that cannot be done"


@pytest.mark.parametrize(
    ("command", "call"),
    [("/ban #1", "set_group_kick"), ("/mute #1", "set_group_ban"), ("/delete #1", "delete_msg")],
)
async def test_what_qq_refuses_is_told_to_the_admins_and_stands_on_no_card_as_done(
    school: QQ, command: str, call: str
) -> None:
    async with school.on_guard():
        await school.scam()
        await school.settled()
        school.implementation.failures[call] = [{"retcode": 1200, "message": "没有权限"}]
        await school.tells("teacher", command)
        await school.settled()
        (asked,) = await school.said("teacher", contains="请您自己")
        assert "平台没让我" in asked
        (card,) = await school.said("teacher", contains="疑似诈骗")
        assert "平台没让我" in card and "已被" not in card and "已删除" not in card
        (warning,) = await school.said(contains="👉")
        assert "已删除" not in warning
        clone = school.playground.world.user("clone")
        assert school.playground.world.chat("class").member(clone.id).status == "member"
    assert not [one for one in school.log.entries() if "exception" in one]


async def test_what_qq_cannot_delete_because_it_is_gone_is_gone(school: QQ) -> None:
    async with school.on_guard():
        number = await school.scam()
        await school.settled()
        await school.playground.control.take_back("class", number)
        await school.settled()
        await school.tells("teacher", "/delete #1")
        await school.settled()
        gone = school.implementation.number(school.playground.world.chat("class").id, number)
        asked = await school.playground.control.calls("delete_msg")
        assert [one["status"] for one in asked if one["parameters"]["message_id"] == gone] == [400]
        (warning,) = await school.said(contains="👉")
        assert "已删除" in warning
        assert not await school.said("teacher", contains="平台没让我")


async def test_an_account_that_is_no_admin_is_refused_each_act_for_good(school: QQ) -> None:
    await school.playground.control.member("class", "bot", "member")
    number = school.implementation.number(school.playground.world.chat("class").id, await school.scam())
    clone, place = f"qq:{school.playground.world.user('clone').id}", class_place(school)
    async with school.on_guard() as guard:
        platform = guard.router.platforms["onebot"]
        for act in (Ban("b", 1, clone), Mute("m", 1, clone), Delete("d", 1, str(number))):
            with pytest.raises(Refused):
                await platform.perform(act, place)


async def test_an_admin_who_asked_cannot_be_put_out_and_the_guard_says_so(school: QQ) -> None:
    async with school.on_guard() as guard:
        deputy = f"qq:{school.playground.world.user('deputy').id}"
        with pytest.raises(Refused):
            await guard.router.platforms["onebot"].perform(Ban("b", 1, deputy), class_place(school))


def archive() -> str:
    """A list of fees, and a program in it."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as packed:
        packed.writestr("缴费名单.exe", b"MZ" + bytes(600))
    return base64.b64encode(held.getvalue()).decode()


@pytest.mark.parametrize("uploads", [False, True], ids=["a message", "an upload"])
@pytest.mark.parametrize("packed", [False, True], ids=["a program", "an archive with one in it"])
async def test_a_trojan_that_calls_itself_a_fee_list_is_warned_of(
    school: QQ, uploads: bool, packed: bool
) -> None:
    school.implementation.telling.uploads = uploads
    program = {"name": "缴费名单.exe", "text": "MZ" + "x" * 500}
    document = {"name": "缴费名单.zip", "base64": archive()} if packed else program
    async with school.on_guard():
        await school.says("stranger", document=document)
        warning = await school.warned()
        await school.settled()
        assert "文件" in warning["text"], warning["text"]


async def told(school: QQ, **event: Any) -> None:
    """An event by hand."""
    shared = {
        "time": int(school.playground.clock.now().timestamp()),
        "self_id": school.playground.world.bot.id,
    }
    await school.implementation.send(json.dumps(shared | event, ensure_ascii=False))
    await school.settled()


async def test_a_new_card_is_compared_with_the_teachers_name(school: QQ) -> None:
    group, stranger = (
        abs(school.playground.world.chat("class").id),
        school.playground.world.user("stranger").id,
    )
    async with school.on_guard():
        hello = await school.says("teacher", "大家好，我是王丽")
        await school.says("teacher", "/老师 添加", reply_to=hello)
        await school.says("stranger", "大家好")
        await school.settled()
        card = {"notice_type": "group_card", "card_old": "", "card_new": "王丽老师"}
        await told(school, post_type="notice", group_id=group, user_id=stranger, **card)
        assert await school.said("teacher", contains="名字", wait=PATIENCE)
        assert not await school.said(contains="👉"), "a name alone is no scam"


async def test_bans_of_others_and_events_of_no_meaning_here_are_passed_over(school: QQ) -> None:
    group, mum = abs(school.playground.world.chat("class").id), school.playground.world.user("mum").id
    async with school.on_guard():
        await school.says("mum", "早")
        await school.settled()
        before = len(await school.said()), len(await school.said("teacher"))
        here = {"post_type": "notice", "group_id": group, "user_id": mum}
        await told(school, **here, notice_type="group_ban", sub_type="ban", duration=60, operator_id=1)
        await told(school, **here, notice_type="notify", sub_type="poke", target_id=1)
        await told(school, **here, notice_type="essence", sub_type="add", message_id=1)
        await told(school, post_type="notice", notice_type="friend_add", user_id=mum)
        assert (len(await school.said()), len(await school.said("teacher"))) == before
    assert {row.state for row in await school.rows(inbox.c.state)} == {"done"}


@pytest.mark.parametrize("befriends", [True, False])
async def test_a_friend_request_is_accepted_so_that_parents_can_write_unless_told_otherwise(
    school: QQ, befriends: bool
) -> None:
    async with school.on_guard(school.config(befriends=befriends)):
        await told(
            school, post_type="request", request_type="friend", user_id=1, flag="f", comment="我是小雨妈妈"
        )
        asked = await school.playground.control.calls("set_friend_add_request")
        assert [one["parameters"] for one in asked] == ([{"flag": "f", "approve": True}] if befriends else [])


async def test_the_account_goes_only_into_groups_it_is_told_to_guard(school: QQ) -> None:
    ours = abs(school.playground.world.chat("class").id)
    invited = {"post_type": "request", "request_type": "group", "sub_type": "invite", "user_id": 1}
    async with school.on_guard(school.config(groups=[ours])):
        await told(school, **invited, group_id=ours + 5, flag="theirs")
        await told(school, **invited, group_id=ours, flag="ours")
        (asked,) = await school.playground.control.calls("set_group_add_request")
        assert asked["parameters"] == {"flag": "ours", "sub_type": "invite", "approve": True}
