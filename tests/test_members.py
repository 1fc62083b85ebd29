"""Who comes in, and what the bot says when its own standing changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.abilities import Right
from bot.actions import Action, Menu, Say
from bot.events import BotChanged, MemberChanged, Membership, TimerDue
from bot.store import chats, pardons, timers
from bot.store.moments import moment
from bot.store.pardons import Pardon
from bot.store.tables import metadata, outbox
from bot.texts import say
from handlers import leaving
from handlers.badges import badge
from patterns.model import Person
from tests.classroom import CLONE, CODE, EVERYTHING, FEE, HEAD, PARENT, TEACHER, Classroom, classroom, mark
from tests.opened import for_each_test

room = for_each_test(classroom)


async def joins(room: Classroom, who: Person) -> list[Action]:
    event = MemberChanged(room.chat.place, who, Membership.OUT, Membership.MEMBER, who, room.now)
    return await room.answers(event)


async def becomes(
    room: Classroom, after: Membership, *rights: Right, before: Membership = Membership.ADMIN
) -> list[Action]:
    event = BotChanged(room.chat.place, before, after, frozenset(rights), HEAD, room.now)
    done = await room.answers(event)
    await room.may(*rights)
    return done


async def test_a_parent_who_joins_is_remembered_and_not_remarked_on(room: Classroom) -> None:
    assert not await joins(room, PARENT)
    later = room.now + timedelta(days=2)
    assert room.memory.standing(room.chat.id, PARENT.id, later).joined_days == 2


async def test_the_admins_hear_of_a_newcomer_who_wears_a_teachers_name(room: Classroom) -> None:
    told = await joins(room, CLONE)
    chats = {(await room.private(TEACHER)).id, (await room.private(HEAD)).id}
    assert {one.chat for one in told if isinstance(one, Say)} == chats
    assert all(
        isinstance(one, Say) and one.may_be_refused and badge(CLONE.id, mark) in one.text for one in told
    )
    assert not room.public()


async def test_an_account_an_admin_vouched_for_is_not_remarked_on_again(room: Classroom) -> None:
    async with room.db.transaction() as tx:
        known = Pardon(CLONE.id, mark(CLONE.name), "", 1)
        await pardons.grant(tx, room.chat.id, [known], by=HEAD.id, at=room.now)
    assert not await joins(room, CLONE)


async def test_before_any_setup_only_the_very_name_is_remarked_on(tmp_path: Path) -> None:
    async with classroom(tmp_path, teachers=False) as room:
        assert not await joins(room, Person("67", "王莉老师"))
        assert await joins(room, CLONE)


async def test_a_stream_of_such_newcomers_is_told_of_once(room: Classroom) -> None:
    for number in range(50):
        await joins(room, replace(CLONE, id=str(600 + number)))
    assert len(room.said) == 2


@pytest.mark.parametrize("name", ["王丽妈妈", "小雨妈妈", "张老师", ""])
async def test_other_names_may_come_in(room: Classroom, name: str) -> None:
    assert not await joins(room, Person("67", name))


async def test_the_teacher_may_come_back(room: Classroom) -> None:
    assert not await joins(room, TEACHER)


async def test_added_to_a_group_the_bot_says_what_it_can_and_cannot_do(room: Classroom) -> None:
    done = await becomes(room, Membership.MEMBER, Right.POST, Right.READ_ALL, before=Membership.OUT)
    hello = next(one for one in done if isinstance(one, Say))
    assert hello.buttons[0][0].command == "/setup"
    assert "看到所有消息" in hello.text and "还做不到" in hello.text
    assert any(isinstance(one, Menu) for one in done)
    async with room.db.read() as tx:
        assert await timers.planned(tx, f"tip:{room.chat.id}") is not None


async def test_missing_rights_are_asked_for_with_a_button_that_gives_just_these(room: Classroom) -> None:
    room.me = replace(room.me, admin_link="https://t.example/guard?startgroup=guard&admin=x")
    lacking = await becomes(room, Membership.MEMBER, Right.POST, before=Membership.OUT)
    hello = next(one for one in lacking if isinstance(one, Say))
    assert [one.link for row in hello.buttons for one in row if one.link] == [room.me.admin_link]
    assert len(say("zh-Hans", "member.hello", bot="班级卫士").splitlines()) == 4
    room.later(hours=1)
    (thanks,) = await becomes(room, Membership.ADMIN, *EVERYTHING)
    assert isinstance(thanks, Say)
    assert thanks.buttons == ()


async def test_a_blind_bot_says_that_it_cannot_guard(room: Classroom) -> None:
    done = await becomes(room, Membership.MEMBER, Right.POST, before=Membership.OUT)
    assert "没法守护" in next(one for one in done if isinstance(one, Say)).text


async def test_robbed_of_a_right_the_bot_says_so(room: Classroom) -> None:
    (said,) = await becomes(room, Membership.ADMIN, *(EVERYTHING - {Right.DELETE}))
    assert isinstance(said, Say) and "变少" in said.text and "删除诈骗消息" in said.text


async def test_given_more_rights_the_bot_says_so(room: Classroom) -> None:
    await room.may(Right.POST)
    (said,) = await becomes(room, Membership.ADMIN, *EVERYTHING)
    assert isinstance(said, Say) and "还做不到" not in said.text


async def test_rights_that_flicker_are_told_of_once(room: Classroom) -> None:
    for _ in range(5):
        await becomes(room, Membership.ADMIN, *(EVERYTHING - {Right.DELETE}))
        await becomes(room, Membership.ADMIN, *EVERYTHING)
    assert len(room.public()) == 2


async def test_a_change_that_changes_nothing_is_not_told_of(room: Classroom) -> None:
    assert not await becomes(room, Membership.ADMIN, *(EVERYTHING - {Right.INVITE}))


async def test_taken_out_of_a_group_the_admins_are_told_by_whom(room: Classroom) -> None:
    done = await becomes(room, Membership.OUT)
    assert len(done) == 2 and all(isinstance(one, Say) and HEAD.name in one.text for one in done)
    assert not room.public()


async def kept(room: Classroom) -> set[str]:
    """The tables that know anything of this group."""
    async with room.db.read() as tx:
        own = [table for table in metadata.sorted_tables if "chat_id" in table.c]
        return {
            table.name
            for table in own
            if (await tx.execute(select(table).where(table.c.chat_id == room.chat.id))).first()
        }


async def leaves(room: Classroom) -> None:
    await becomes(room, Membership.OUT)
    async with room.db.transaction() as tx:
        await chats.set_access(tx, room.chat.id, Membership.OUT, ())


async def timer_comes_due(room: Classroom) -> bool:
    async with room.db.read() as tx:
        due = await timers.planned(tx, f"left:{room.chat.id}")
    if due is None:
        return False
    assert moment(due) - room.now == leaving.KEPT
    await room.answers(TimerDue(1, leaving.KIND, room.chat.id, "", moment(due), moment(due)))
    return True


async def test_a_group_the_bot_was_taken_out_of_is_forgotten_after_a_month(room: Classroom) -> None:
    await room.chooses("mode", "guard")
    await leaves(room)
    assert {"settings", "protected", "admins"} <= await kept(room)
    assert await timer_comes_due(room)
    assert not await kept(room) & {"settings", "protected", "admins", "members", "incidents", "outbox"}


async def test_with_a_forgotten_group_goes_what_its_admins_were_told_in_private(room: Classroom) -> None:
    await room.says(CLONE, FEE, CODE)
    said = select(outbox.c.key).where(outbox.c.key.startswith("incident:"))
    async with room.db.read() as tx:
        assert any(":admin:" in key for key in await tx.scalars(said))
    await leaves(room)
    assert await timer_comes_due(room)
    async with room.db.read() as tx:
        assert not list(await tx.scalars(said))


async def test_a_bot_taken_back_in_time_still_knows_its_group(room: Classroom) -> None:
    await leaves(room)
    await becomes(room, Membership.ADMIN, *EVERYTHING, before=Membership.OUT)
    assert not await timer_comes_due(room)
    assert {"protected", "admins"} <= await kept(room)
