"""Two minutes from adding the bot to a guarded group, by buttons."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.events import Answer, Edit, Menu, Say
from bot.store import timers
from patterns.model import Message, Person
from tests.group_chat import ADMIN, OWNER, PARENT, STRANGER, GroupChat, button, group_chat, offered, said


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[GroupChat]:
    async with group_chat(tmp_path) as open_room:
        yield open_room


async def test_setup_from_beginning_to_end_in_one_message(room: GroupChat) -> None:
    page = await room.says(OWNER, "/setup")
    begun = page[0]
    assert isinstance(begun, Say)
    for label in ("English", "王丽老师", "Next", "Warn and stop it", "20:30"):
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
    }
    assert [(one.name, one.ids, one.collects) for one in group.roster] == [
        ("王丽老师", frozenset({"101"}), True)
    ]
    assert "on guard" in said(page)
    assert "Registered teachers: 王丽老师" in said(page)
    assert offered(page) == []


async def test_every_step_can_be_skipped(room: GroupChat) -> None:
    page = await room.says(OWNER, "/setup")
    for _ in range(4):
        page = await room.presses(OWNER, button(page, "下一步"))
    assert "设置好了" in said(page)
    group = await room.group()
    assert dict(group.settings.chosen) == {}
    assert group.provisional


async def test_the_language_chosen_is_spoken_on_the_next_page_and_in_the_menus(room: GroupChat) -> None:
    page = await room.says(OWNER, "/setup")
    page = await room.presses(OWNER, button(page, "繁體中文"))
    assert "哪幾位是老師" in said(page)
    assert any(isinstance(one, Menu) for one in page)


async def test_a_tick_is_taken_back_by_a_second_press(room: GroupChat) -> None:
    page = await room.presses(OWNER, button(await room.says(OWNER, "/setup"), "下一步"))
    page = await room.presses(OWNER, button(page, "☐ 王丽老师"))
    page = await room.presses(OWNER, button(page, "☐ 陈主任"))
    page = await room.presses(OWNER, button(page, "☑ 王丽老师"))
    assert [one.name for one in (await room.group()).roster] == ["陈主任"]


async def test_teachers_who_are_no_admins_are_named_beside_the_ticks(room: GroupChat) -> None:
    teacher = Message("9", Person("300", "陈志远老师"), "大家好")
    await room.says(OWNER, "/teacher add", cited=teacher)
    page = await room.presses(OWNER, button(await room.says(OWNER, "/setup"), "下一步"))
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
        page = await before.presses(OWNER, button(await before.says(OWNER, "/setup"), "下一步"))
    async with group_chat(tmp_path) as after:
        page = await after.presses(OWNER, button(page, "下一步"))
        assert "冒充老师时怎么做" in said(page)


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
    for _ in range(4):
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
    for _ in range(3):
        page = await room.presses(OWNER, button(page, "下一步"))
    page = await room.presses(OWNER, button(page, "不发"))
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
    for _ in range(4):
        for one in offered(page):
            assert len(one.command.encode()) <= 64
        page = await room.presses(OWNER, button(page, "下一步"))
