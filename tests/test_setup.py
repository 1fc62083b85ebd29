"""Two minutes from adding the bot to a guarded group, by buttons."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.actions import Action, Answer, Edit, Menu, Say
from bot.places import Chat
from bot.store import timers
from handlers.commands.setup import STEPS
from patterns.model import Duty, Message, Person
from tests.group_chat import ADMIN, OWNER, PARENT, STRANGER, GroupChat, button, group_chat, offered, said
from tests.guarded import PATIENCE, guarded, on_guard, unguarded
from tests.opened import for_each_test

room = for_each_test(group_chat)


async def at(room: GroupChat, step: str, chat: Chat | None = None) -> list[Action]:
    """Begin, and skip until this step."""
    page = await room.says(OWNER, "/setup", chat=chat)
    for _ in STEPS[: STEPS.index(step)]:
        page = await room.presses(OWNER, button(page, "下一步"), chat=chat)
    return page


async def test_setup_from_beginning_to_end_in_one_message(room: GroupChat) -> None:
    page = await room.says(OWNER, "/setup")
    begun = page[0]
    assert isinstance(begun, Say)
    for label in (
        "English",
        "next",
        "王丽老师",
        "Next",
        "Next",
        "Next",
        "Warn and stop it",
        "20:30",
        "Every admin",
    ):
        page = await room.presses(OWNER, button(page, label))
        edits = [one for one in page if isinstance(one, Edit)]
        assert [edit.target for edit in edits] == [begun.key]
        assert not [one for one in page if isinstance(one, Say)]
    group = await room.group()
    assert dict(group.settings.chosen) == {
        "language": "en",
        "mode": "guard",
        "tips": "on",
        "tip_time": "20:30",
        "alerts": "admins",
    }
    assert [(one.name, one.ids, one.collects) for one in group.roster] == [
        ("王丽老师", frozenset({"101"}), True)
    ]
    assert "on guard" in said(page)
    assert "Registered teachers: 王丽老师" in said(page)
    assert offered(page) == []


async def test_every_step_can_be_skipped(room: GroupChat) -> None:
    page = await room.says(OWNER, "/setup")
    for _ in STEPS:
        page = await room.presses(OWNER, button(page, "下一步"))
    assert "设置好了" in said(page)
    group = await room.group()
    assert dict(group.settings.chosen) == {}
    assert group.provisional


async def test_the_language_chosen_is_spoken_on_the_next_page_and_in_the_menus(room: GroupChat) -> None:
    page = await room.says(OWNER, "/setup")
    page = await room.presses(OWNER, button(page, "繁體中文"))
    assert "按哪裡的時間" in said(page)
    assert any(isinstance(one, Menu) for one in page)


async def test_a_tick_is_taken_back_by_a_second_press(room: GroupChat) -> None:
    page = await at(room, "teachers")
    page = await room.presses(OWNER, button(page, "☐ 王丽老师"))
    page = await room.presses(OWNER, button(page, "☐ 陈主任"))
    page = await room.presses(OWNER, button(page, "☑ 王丽老师"))
    assert [one.name for one in (await room.group()).roster] == ["陈主任"]


async def test_teachers_who_are_no_admins_are_named_beside_the_ticks(room: GroupChat) -> None:
    teacher = Message("9", Person("300", "陈志远老师"), "大家好")
    await room.says(OWNER, "/teacher add", cited=teacher)
    page = await at(room, "teachers")
    assert "还登记了：陈志远老师" in said(page)
    page = await room.presses(OWNER, button(page, "☐ 王丽老师"))
    assert "王丽老师" not in said([one for one in page if isinstance(one, Edit)])


async def test_another_admin_may_go_on_and_nobody_else(room: GroupChat) -> None:
    page = await room.says(OWNER, "/setup")
    english = button(page, "English")
    for person in (PARENT, STRANGER):
        refused = await room.presses(person, english)
        assert [type(one) for one in refused] == [Answer]
        assert (await room.group()).settings["language"] == "zh-Hans"
    await room.presses(ADMIN, english)
    assert (await room.group()).settings["language"] == "en"


async def test_a_half_finished_setup_goes_on_after_a_restart(tmp_path: Path) -> None:
    async with group_chat(tmp_path) as before:
        page = await at(before, "teachers")
    async with group_chat(tmp_path) as after:
        page = await after.presses(OWNER, button(page, "下一步"))
        assert "家委会" in said(page)


async def test_an_earlier_setup_is_over_when_a_new_one_begins(room: GroupChat) -> None:
    old = await room.says(OWNER, "/setup")
    new = await room.says(ADMIN, "/setup")
    stale = await room.presses(OWNER, button(old, "English"))
    assert [type(one) for one in stale] == [Answer]
    assert (await room.group()).settings["language"] == "zh-Hans"
    await room.presses(OWNER, button(new, "English"))
    assert (await room.group()).settings["language"] == "en"


async def test_a_finished_setup_takes_no_more_presses(room: GroupChat) -> None:
    page = await room.says(OWNER, "/setup")
    first = button(page, "English")
    for _ in STEPS:
        page = await room.presses(OWNER, button(page, "下一步"))
    assert "失效" in said(await room.presses(OWNER, first))


async def test_the_button_of_the_greeting_begins_it_too(room: GroupChat) -> None:
    page = await room.presses(OWNER, "/setup")
    assert isinstance(page[0], Say)
    assert button(page, "English")


async def test_tips_declined_are_planned_no_more(room: GroupChat) -> None:
    page = await room.says(OWNER, "/setup")
    async with room.db.read() as tx:
        assert await timers.planned(tx, f"tip:{room.chat.id}") is not None
    for _ in STEPS[: STEPS.index("tips")]:
        page = await room.presses(OWNER, button(page, "下一步"))
    page = await room.presses(OWNER, button(page, "不发"))
    page = await room.presses(OWNER, button(page, "下一步"))
    assert "已关" in said(page)
    async with room.db.read() as tx:
        assert await timers.planned(tx, f"tip:{room.chat.id}") is None


@pytest.mark.parametrize(
    "step", ["teachers 666", "teachers 42", "teachers", "mode nuke", "language xx", "tips 99:99", "mode"]
)
async def test_what_no_button_offers_changes_nothing(room: GroupChat, step: str) -> None:
    page = await room.says(OWNER, "/setup")
    name = button(page, "English").split()[1]
    answer = await room.presses(OWNER, f"/setup {name} {step}")
    assert any(isinstance(one, Answer) for one in answer)
    group = await room.group()
    assert group.provisional
    assert {key: value for key, value in group.settings.chosen.items() if key != "tips"} == {}


async def test_every_button_of_every_page_fits_into_64_bytes(room: GroupChat) -> None:
    page = await room.says(OWNER, "/setup")
    for _ in STEPS:
        for one in offered(page):
            assert len(one.command.encode()) <= 64
        page = await room.presses(OWNER, button(page, "下一步"))


async def test_the_committee_is_ticked_through_its_roles_and_off_again(room: GroupChat) -> None:
    page = await room.presses(OWNER, button(await at(room, "teachers"), "☐ 王丽老师"))
    page = await room.presses(OWNER, button(page, "下一步"))
    assert not [one for one in offered(page) if "王丽老师" in one.label], (
        "a teacher is no parent of the committee"
    )
    for tick, duty in (("☐ 陈主任", Duty.COMMITTEE), ("家委会", Duty.TREASURER)):
        page = await room.presses(OWNER, button(page, tick))
        assert [one.duty for one in (await room.group()).roster if one.name == "陈主任"] == [duty]
    page = await room.presses(OWNER, button(page, "管班费"))
    assert [one.name for one in (await room.group()).roster] == ["王丽老师"]


async def test_payees_are_shown_to_the_bot_in_private_only(room: GroupChat) -> None:
    page = await at(room, "payees")
    assert [one.link for one in offered(page) if one.link] == ["https://t.example/ourbot?start=payee"]
    private = await room.private(OWNER)
    page = await at(room, "payees", private)
    assert button(page, "登记") == f"/payee ~{room.chat.id} add"


async def test_who_is_told_of_incidents_is_the_last_question(room: GroupChat) -> None:
    page = await room.presses(OWNER, button(await at(room, "alerts"), "只通知群主"))
    assert "设置好了" in said(page)
    assert [admin.user for admin in (await room.group()).alerted] == [OWNER.id]


async def test_the_greeting_and_the_setup_are_played_and_survive_a_restart(tmp_path: Path) -> None:
    async with unguarded(tmp_path) as school:
        control = school.playground.control
        async with on_guard(school):
            await school.says("teacher", "/setup")
            await school.settled()
            (page,) = await school.said(contains="设置 1/")
            await control.press("class", page["message_id"], "teacher", pressed(page, "下一步"))
            await school.settled()
        async with on_guard(school):
            await school.settled()
            (page,) = await school.said(contains="设置 2/")
            await control.press("class", page["message_id"], "teacher", pressed(page, "下一步"))
            await school.settled()
            (page,) = await school.said(contains="设置 3/")
            await control.press("class", page["message_id"], "teacher", pressed(page, "陈主任"))
            await school.unharmed()
            (page,) = await school.said(contains="设置 3/")
            assert pressed(page, "☑ 陈主任")


async def test_two_admins_who_begin_at_once_are_left_with_one_page(tmp_path: Path) -> None:
    async with guarded(tmp_path) as school:
        control = school.playground.control
        (hello,) = await school.said()
        begin = pressed(hello, "开始设置")
        await control.press("class", hello["message_id"], "teacher", begin)
        await control.press("class", hello["message_id"], "deputy", begin)
        await school.settled()
        (page,) = await school.said(contains="设置 1/")
        await control.press("class", page["message_id"], "deputy", pressed(page, "English"))
        await school.settled()
        assert await school.said(contains="2/8") and not await school.said(contains="设置 1/")
        await school.unharmed()


async def test_who_loses_the_role_in_the_middle_changes_nothing_more_and_another_admin_goes_on(
    tmp_path: Path,
) -> None:
    async with guarded(tmp_path) as school:
        control = school.playground.control
        await school.says("deputy", "/setup")
        await school.settled()
        (page,) = await school.said(contains="设置 1/")
        await control.member("class", "deputy", "member")
        await school.settled()
        refused = await control.press(
            "class", page["message_id"], "deputy", pressed(page, "English"), wait=PATIENCE
        )
        assert "只有本群管理员" in refused["answer"]["text"]
        await school.settled()
        (page,) = await school.said(contains="设置 1/")
        await control.press("class", page["message_id"], "teacher", pressed(page, "下一步"))
        await school.settled()
        assert await school.said(contains="设置 2/")
        await school.unharmed()


async def test_a_guard_that_loses_its_rights_in_the_middle_says_so_and_the_setup_goes_on(
    tmp_path: Path,
) -> None:
    async with guarded(tmp_path) as school:
        control = school.playground.control
        await school.says("teacher", "/setup")
        await school.settled()
        (page,) = await school.said(contains="设置 1/")
        before = {one["message_id"] for one in await school.said()}
        await control.member("class", "bot", "member")
        await school.settled()
        (lost,) = [one for one in await school.said() if one["message_id"] not in before]
        assert "管理员" in lost["text"]
        await control.press("class", page["message_id"], "teacher", pressed(page, "下一步"))
        await school.settled()
        assert await school.said(contains="设置 2/")
        await school.unharmed()


def pressed(page: dict[str, Any], label: str) -> str:
    """The whole label of the button that holds these words."""
    return next(str(one["text"]) for row in page["buttons"] for one in row if label in one["text"])
