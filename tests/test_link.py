"""One person's accounts are joined by a word that an admin tells in person and the person says from the other account."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.abilities import Right
from bot.actions import Say
from bot.events import Membership
from bot.places import Chat, ChatKind, Place
from bot.settings import LANGUAGES
from bot.store import admins, chats, roster, timers
from bot.store.admins import Admin
from bot.store.moments import milliseconds
from bot.store.tables import protected
from bot.texts import say
from handlers import linking
from handlers.badges import badge
from patterns.model import Duty, Person, Protected, Station
from tests.classroom import TEACHER, classroom
from tests.group_chat import ADMIN, OWNER, STRANGER, GroupChat, button, group_chat, mark, said
from tests.guarded import PATIENCE, guarded
from tests.verified import Guarded

ON_QQ = Person("qq:555", "丽丽")


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[GroupChat]:
    async with group_chat(tmp_path) as room:
        async with room.db.transaction() as tx:
            known = Protected("王丽老师", frozenset({ADMIN.id}), ("丽丽老师",), Duty.TREASURER)
            await roster.add(tx, room.chat.id, known, OWNER.id, room.now)
        yield room


async def at(room: GroupChat, place: Place) -> Chat:
    async with room.db.transaction() as tx:
        return (await chats.register(tx, place, milliseconds(room.now)))[0]


async def on_qq(room: GroupChat, person: Person = ON_QQ) -> Chat:
    return await at(room, Place("onebot", person.id, ChatKind.PRIVATE))


async def word(room: GroupChat) -> str:
    """What an admin is given, by the buttons."""
    private = await room.private(OWNER)
    page = await room.says(OWNER, "/teacher list", chat=private)
    person = await room.presses(OWNER, button(page, "修改"), chat=private)
    told = said(await room.presses(OWNER, button(person, "连另一个账号"), chat=private))
    found = re.search(r"<code>([A-Z2-9]{4}-[A-Z2-9]{4})</code>", told)
    assert found
    return found[1]


async def accounts(room: GroupChat, chat: Chat | None = None) -> list[set[str]]:
    async with room.db.read() as tx:
        return [set(one.person.ids) for one in await roster.load(tx, (chat or room.chat).id)]


async def test_an_account_on_another_platform_becomes_the_persons_too(room: GroupChat) -> None:
    typed = (await word(room)).lower().replace("-", " ")
    told = await room.says(ON_QQ, f"/link {typed}", chat=await on_qq(room))
    assert await accounts(room) == [{ADMIN.id, ON_QQ.id}]
    assert "王丽老师" in said(told)
    admins_told = {one.chat for one in told if isinstance(one, Say) and badge(ON_QQ.id, mark) in one.text}
    assert admins_told == {(await room.private(one)).id for one in (OWNER, ADMIN)}


async def test_groups_they_lead_with_it_know_them_by_the_same_name(room: GroupChat) -> None:
    theirs = await at(room, Place("onebot", "group:9", ChatKind.GROUP, "三(2)班QQ群"))
    other = await at(room, Place("onebot", "group:8", ChatKind.GROUP, "别的群"))
    async with room.db.transaction() as tx:
        for chat, user in ((theirs, ON_QQ.id), (other, "qq:777")):
            await chats.set_access(tx, chat.id, Membership.ADMIN, frozenset(Right))
            await admins.replace(tx, chat.id, [Admin(user, "x", True)], room.now)
            await roster.add(tx, chat.id, Protected("陈主任", frozenset({"qq:1"})), user, room.now)
    told = await room.says(ON_QQ, f"/link {await word(room)}", chat=await on_qq(room))
    assert await accounts(room, theirs) == [{"qq:1"}, {ON_QQ.id}]
    assert await accounts(room, other) == [{"qq:1"}]
    async with room.db.read() as tx:
        _, entry = await roster.load(tx, theirs.id)
    assert (entry.person.name, entry.person.aliases, entry.person.duty) == (
        "王丽老师",
        ("丽丽老师",),
        Duty.TREASURER,
    )
    assert "三(2)班QQ群" in said(told)


async def test_in_the_group_no_word_is_given(room: GroupChat) -> None:
    page = await room.says(OWNER, "/teacher list")
    person = await room.presses(OWNER, button(page, "修改"))
    for told in (
        await room.presses(OWNER, button(person, "连另一个账号")),
        await room.says(OWNER, "/teacher link 1"),
    ):
        assert "只能私下给您" in said(told) and "<code>" not in said(told)


async def test_where_the_admin_has_a_second_factor_the_word_waits_for_the_code(tmp_path: Path) -> None:
    async with classroom(tmp_path) as class_:
        there = Guarded(class_)
        await there.sets_up()
        held = await there.tells(TEACHER, "/teacher link 1")
        assert "<code>" not in said(held)
        given = await there.tells(TEACHER, there.code())
        assert re.search(r"<code>[A-Z2-9]{4}-[A-Z2-9]{4}</code>", said(given))


async def test_a_word_works_once_and_not_for_long(room: GroupChat) -> None:
    given = await word(room)
    await room.says(ON_QQ, f"/link {given}", chat=await on_qq(room))
    thief = Person("qq:666", "路人")
    assert "不对" in said(await room.says(thief, f"/link {given}", chat=await on_qq(room, thief)))
    late = await word(room)
    async with room.db.read() as tx:
        bare = late.replace("-", "")
        due = await timers.planned(tx, f"link:{mark(f'link:{bare}')}")
    assert due == milliseconds(room.now + linking.LIVES) and timedelta(minutes=15) >= linking.LIVES
    assert await accounts(room) == [{ADMIN.id, ON_QQ.id}]


@pytest.mark.parametrize("typed", ["", "x", "AAAA-AAAA", "🙂" * 999, "ABCD2345" * 50, "../../etc", "<b>"])
async def test_a_wrong_word_links_nobody(room: GroupChat, typed: str) -> None:
    await word(room)
    assert said(await room.says(STRANGER, f"/link {typed}", chat=await room.private(STRANGER)))
    assert await accounts(room) == [{ADMIN.id}]


async def test_a_word_for_somebody_taken_off_meanwhile_is_void(room: GroupChat) -> None:
    given = await word(room)
    async with room.db.transaction() as tx:
        (entry,) = await roster.load(tx, room.chat.id)
        await roster.remove(tx, room.chat.id, entry.id)
    assert "不对" in said(await room.says(ON_QQ, f"/link {given}", chat=await on_qq(room)))


async def test_a_group_or_channel_is_no_persons_account(room: GroupChat) -> None:
    channel = Person("9", "王丽老师", station=Station.CHANNEL)
    assert "没有个人账号" in said(
        await room.says(channel, f"/link {await word(room)}", chat=await on_qq(room))
    )


async def test_whoever_is_registered_already_stays_as_they_are(room: GroupChat) -> None:
    given = await word(room)
    assert "登记过" in said(await room.says(ADMIN, f"/link {given}", chat=await room.private(ADMIN)))
    assert await accounts(room) == [{ADMIN.id}]


async def test_in_a_real_class_the_teachers_second_account_is_hers(tmp_path: Path) -> None:
    async with guarded(tmp_path) as school:
        control = school.playground.control
        hello = await school.says("teacher", "大家好")
        await school.says("deputy", "/teacher add 王丽老师", reply_to=hello)
        await school.settled()
        await school.tells("deputy", "/teacher link 1")
        (given,) = await control.said("deputy", contains="/link", wait=PATIENCE)
        found = re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}", given["text"])
        assert found
        await school.tells("clone", f"/link {found[0]}")
        assert await control.said("clone", contains="也是", wait=PATIENCE)
        for who in ("teacher", "deputy"):
            assert await control.said(who, contains="多登记了一个账号", wait=PATIENCE)
        await school.says("clone", "各位家长，请大家明天带彩笔")
        assert await school.warnings() == []
        (row,) = await school.rows(protected.c.users)
        assert len(row.users) == 2
        await school.unharmed()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_said_is_short(language: str) -> None:
    told = say(language, "link.word", name="王丽老师", word="ABCD-2345")
    assert told.count("ABCD-2345") == 2 and len(told) < 300


@pytest.mark.parametrize("number", ["ding:staff:0123", "ding:id:$:LWCP_v1:$ab/c+d==", "qq:555", "777"])
async def test_a_number_of_any_platform_is_registered_once_its_doers_code_was_right(
    room: GroupChat, number: str
) -> None:
    await room.says(OWNER, f"/teacher put {number} teacher 陈主任")
    assert {number} in await accounts(room)


async def test_what_is_no_number_is_not_registered(room: GroupChat) -> None:
    await room.says(OWNER, "/teacher put <b>7</b> teacher 陈主任")
    assert len(await accounts(room)) == 1
