"""A hijacked admin cannot switch the guard off quietly."""

from __future__ import annotations

from collections.abc import Sequence

from bot.actions import Action, Say
from handlers.commands.setup import STEPS
from patterns.model import Message, Person
from tests.group_chat import ADMIN, NOBODY_IN_PARTICULAR, OWNER, PARENT, GroupChat, button, group_chat, said
from tests.opened import for_each_test

TEACHER = Person("300", "陈志远老师")
ACCOMPLICE = Person("301", "周敏老师")

room = for_each_test(group_chat)


async def told(room: GroupChat, actions: Sequence[Action]) -> dict[str, str]:
    """What each admin hears in private."""
    private = {(await room.private(one)).id: one.name for one in (OWNER, ADMIN, PARENT)}
    return {private[one.chat]: one.text for one in actions if isinstance(one, Say) and one.chat in private}


async def test_a_milder_mode_is_told_to_every_admin_and_who_chose_it(room: GroupChat) -> None:
    heard = await told(room, await room.says(ADMIN, "/mode observe"))
    assert set(heard) == {OWNER.name, ADMIN.name}
    for text in heard.values():
        assert "只告诉管理员" in text
        assert ADMIN.name in text
        assert "打电话" in text


async def test_a_stricter_mode_or_the_same_again_is_told_to_nobody(room: GroupChat) -> None:
    assert await told(room, await room.says(ADMIN, "/mode guard")) == {}
    assert await told(room, await room.says(ADMIN, "/mode guard")) == {}
    assert len(await told(room, await room.says(ADMIN, "/mode warn"))) == 2
    assert await told(room, await room.says(ADMIN, "/mode warn")) == {}


async def test_setup_is_no_way_around_it(room: GroupChat) -> None:
    page = await room.says(ADMIN, "/setup")
    for _ in STEPS[: STEPS.index("mode")]:
        page = await room.presses(ADMIN, button(page, "下一步"))
    page = await room.presses(ADMIN, button(page, "只告诉管理员"))
    assert set(await told(room, page)) == {OWNER.name, ADMIN.name}


async def test_a_teacher_removed_is_told_to_every_admin(room: GroupChat) -> None:
    await room.says(OWNER, "/teacher add", cited=Message("9", TEACHER, "大家好"))
    page = await room.says(ADMIN, "/teacher remove 1")
    heard = await told(room, page)
    assert set(heard) == {OWNER.name, ADMIN.name}
    assert all("陈志远老师" in text and "去掉" in text for text in heard.values())


async def test_the_first_teacher_is_the_set_up_and_a_further_one_is_told(room: GroupChat) -> None:
    first = await room.says(OWNER, "/teacher add", cited=Message("9", TEACHER, "大家好"))
    assert await told(room, first) == {}
    second = await room.says(ADMIN, "/teacher add", cited=Message("10", ACCOMPLICE, "大家好"))
    heard = await told(room, second)
    assert set(heard) == {OWNER.name, ADMIN.name}
    assert all("周敏老师" in text for text in heard.values())


async def test_ticking_in_setup_is_told_like_typing(room: GroupChat) -> None:
    await room.says(OWNER, "/teacher add", cited=Message("9", TEACHER, "大家好"))
    page = await room.says(OWNER, "/setup")
    for _ in STEPS[: STEPS.index("teachers")]:
        page = await room.presses(OWNER, button(page, "下一步"))
    page = await room.presses(OWNER, button(page, "☐ 王丽老师"))
    assert len(await told(room, page)) == 2
    page = await room.presses(OWNER, button(page, "☑ 王丽老师"))
    assert all("去掉" in text for text in (await told(room, page)).values())


async def test_an_anonymous_admin_is_called_that(room: GroupChat) -> None:
    heard = await told(room, await room.says(NOBODY_IN_PARTICULAR, "/mode observe"))
    assert len(heard) == 2
    assert all("匿名管理员" in text for text in heard.values())


async def test_a_parent_who_may_not_change_it_alarms_nobody(room: GroupChat) -> None:
    page = await room.says(PARENT, "/mode observe")
    assert "只有本群管理员" in said(page)
    assert await told(room, page) == {}


async def test_a_hostile_name_stays_words(room: GroupChat) -> None:
    hostile = Person(ADMIN.id, "<b>王\u202e丽</b>" + "\u0301" * 4000, role=ADMIN.role)
    heard = await told(room, await room.says(hostile, "/mode observe"))
    for text in heard.values():
        assert "<b>王" not in text
        assert "\u202e" not in text
        assert len(text) < 300
