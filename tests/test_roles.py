"""What somebody is to the class: chosen in any language, changed, and shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.settings import LANGUAGES
from bot.store import roster
from patterns.judge import judge
from patterns.model import Attachment, AttachmentKind, Duty, Level, Message, Person
from tests.group_chat import ADMIN, GroupChat, button, group_chat, offered, said
from tests.opened import for_each_test

CODE = "wxp://f2f0SchoolOfficeInvented01"
TEACHER = Person("300", "王丽老师")

room = for_each_test(group_chat)


@pytest.mark.parametrize(
    ("typed", "duty", "name"),
    [
        ("", Duty.TEACHER, "张姐"),
        ("家委 张敏", Duty.COMMITTEE, "张敏"),
        ("treasurer", Duty.TREASURER, "张姐"),
        ("學校 收費處", Duty.OFFICE, "收費處"),
    ],
)
async def test_somebody_is_registered_with_a_role_in_any_language(
    room: GroupChat, typed: str, duty: Duty, name: str
) -> None:
    await room.says(ADMIN, f"/teacher add {typed}", cited=Message("9", Person("400", "张姐"), "好"))
    (entry,) = (await room.group()).roster
    assert (entry.duty, entry.name) == (duty, name)


async def test_a_role_is_changed_by_a_button_and_a_name_and_a_class_by_a_word(room: GroupChat) -> None:
    page = await room.says(ADMIN, "/teacher add", cited=Message("9", TEACHER, "好"))
    page = await room.presses(ADMIN, button(page, "管班费"))
    assert "✓ 管班费" in [one.label for one in offered(page)]
    await room.says(ADMIN, "/teacher alias 王丽老师 丽丽老师")
    page = await room.says(ADMIN, "/teacher class 王丽老师 五(3)班")
    assert "丽丽老师" in said(page) and "五(3)班" in said(page)
    (entry,) = (await room.group()).roster
    assert (entry.duty, entry.school_class) == (Duty.TREASURER, "五(3)班")
    assert "丽丽老师" in entry.aliases
    await room.says(ADMIN, "/teacher alias 王丽老师 丽丽老师")
    assert "丽丽老师" not in (await room.group()).roster[0].aliases


@pytest.mark.parametrize(
    "typed", ["role #99 teacher", "role 王丽老师 king", "alias 王丽老师", "alias", "role", "#99", "class"]
)
async def test_a_change_that_names_nobody_or_nothing_is_explained(room: GroupChat, typed: str) -> None:
    await room.says(ADMIN, "/teacher add", cited=Message("9", TEACHER, "好"))
    assert said(await room.says(ADMIN, f"/teacher {typed}"))
    (entry,) = (await room.group()).roster
    assert replace(entry, school_class="") == replace(entry, duty=Duty.TEACHER, aliases=())


async def test_an_alias_is_protected_like_the_name(room: GroupChat) -> None:
    await room.says(ADMIN, "/teacher add", cited=Message("9", TEACHER, "好"))
    await room.says(ADMIN, "/teacher alias 王丽老师 海豚老师")
    there = await room.group()
    clone = Message(
        "1",
        Person("66", "海豚老师"),
        "各位家长请扫码交费88元",
        attachments=(Attachment(AttachmentKind.QR, CODE),),
    )
    assert judge(clone, there.context).level is Level.ALARM


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_list_shows_roles_in_the_groups_language(room: GroupChat, language: str) -> None:
    await room.chooses("language", language)
    await room.says(ADMIN, "/teacher add committee 张敏", cited=Message("9", Person("400", "张姐"), "好"))
    async with room.here() as here:
        assert (await roster.load(here.tx, room.chat.id))[0].person.duty is Duty.COMMITTEE
    word = {"zh-Hans": "家委会", "zh-Hant": "家長會", "en": "class committee"}[language]
    assert word in said(await room.says(ADMIN, "/teacher list"))
