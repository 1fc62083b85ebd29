"""A school of several classes: one roster, its payees and its addresses hold in all of them."""

from __future__ import annotations

import pytest

from bot.events import Membership
from bot.places import ChatKind, Place
from bot.store import admins, chats, portraits, roster, schools
from bot.store.admins import Admin
from bot.store.moments import milliseconds
from bot.store.portraits import Account
from bot.store.schools import Member
from patterns.model import Duty, Level, Person, Protected
from tests.group_chat import OWNER
from tests.opened import for_each_test
from tests.two_classes import ACCOUNT, ASKS, CODE, Two, two_classes

TEACHER = Person("300", "王丽老师")

two = for_each_test(two_classes)


async def test_a_schools_roster_payees_and_addresses_hold_in_every_class(two: Two) -> None:
    await two.lists(Member("王丽老师", Duty.TEACHER, ("丽丽老师",), accounts=("telegram:300", "qq:555")))
    for chat in (two.room.chat, two.other):
        clone = await two.judged(chat, Person("66", "丽丽老师"), ASKS, CODE)
        assert clone.level is Level.ALARM
        genuine = await two.judged(chat, TEACHER, f"各位家长，校服费120元请转到银行账号：{ACCOUNT}")
        assert genuine.level is Level.CLEAR
        async with two.room.here(chat) as here:
            assert here.group is not None
            assert here.group.context.domains == {"pay.school.example"}
            assert not here.group.provisional


async def test_an_account_means_something_on_its_own_platform_only(two: Two) -> None:
    member = Member("王丽老师", Duty.TEACHER, accounts=("telegram:300", "qq:555", "dingtalk:staff:07"))
    assert member.person.ids == {"300", "qq:555", "qqbot:555", "ding:staff:07"}
    await two.lists(member)
    assert (await two.judged(two.other, Person("555", "王丽老师"), ASKS, CODE)).level is Level.ALARM


async def test_the_pictures_of_a_schools_people_are_looked_at_and_asked_about_in_every_class(
    two: Two,
) -> None:
    await two.lists(Member("王丽老师", Duty.TEACHER, accounts=("telegram:300", "onebot:qq:555")))
    teacher, elsewhere = Account("telegram", "300"), Account("onebot", "qq:555")
    async with two.room.db.transaction() as tx:
        for chat in (two.room.chat, two.other):
            assert await portraits.due(tx, chat.id, two.room.now) == [teacher]
        assert await portraits.longest_due(tx, two.room.now, 9) == [teacher]
        assert await portraits.guarding(tx, teacher) == [two.room.chat.id, two.other.id]
        assert await portraits.guarding(tx, elsewhere) == []
        await portraits.note(tx, teacher, "a", "f" * 16, two.room.now)
        assert await portraits.forget(tx) == 0
        await schools.leave(tx, two.other.id)
        assert await portraits.guarding(tx, teacher) == [two.room.chat.id]
        await schools.replace(tx, two.school.id, (), (), ())
        assert await portraits.forget(tx) == 1


@pytest.mark.parametrize(
    ("platform", "number"),
    [
        ("telegram", "300"),
        ("onebot", "qq:555"),
        ("onebot-second", "qq:555"),
        ("qq", "qqbot:A1B2"),
        ("dingtalk", "ding:staff:07"),
    ],
)
async def test_a_schools_people_are_looked_at_on_every_platform_under_the_number_they_are_judged_by(
    two: Two, platform: str, number: str
) -> None:
    listed = ("telegram:300", "qq:555", "qq:qqbot:A1B2", "dingtalk:staff:07")
    teacher = Member("王丽老师", Duty.TEACHER, accounts=listed)
    assert number in teacher.person.ids
    await two.lists(teacher)
    async with two.room.db.transaction() as tx:
        there = Place(platform, "group:1", ChatKind.GROUP, "三(2)班家长群")
        chat, _ = await chats.register(tx, there, milliseconds(two.room.now))
        await chats.set_access(tx, chat.id, Membership.MEMBER, frozenset())
        await admins.replace(tx, chat.id, [Admin("somebody", "路人", True)], two.room.now)
        await schools.join(tx, two.school.id, chat.id)
        account = Account(platform, number)
        looked_at = await portraits.longest_due(tx, two.room.now, 99)
        assert account in await portraits.due(tx, chat.id, two.room.now)
        assert account in looked_at
        assert Account(platform, "somebody") not in looked_at
        assert await portraits.longest_due(tx, two.room.now, 1) == looked_at[:1]
        assert chat.id in await portraits.guarding(tx, account)
        await portraits.note(tx, account, "a", "f" * 16, two.room.now)
        assert account not in await portraits.longest_due(tx, two.room.now, 99)
        assert await portraits.forget(tx) == 0


async def test_what_a_class_says_of_somebody_itself_goes_first(two: Two) -> None:
    await two.lists(Member("王丽老师", Duty.TEACHER, accounts=("telegram:300",)))
    async with two.room.db.transaction() as tx:
        own = Protected("王主任", frozenset({"300"}), duty=Duty.OFFICE)
        await roster.add(tx, two.room.chat.id, own, OWNER.id, two.room.now)
    assert [one.name for one in (await two.room.group()).roster] == ["王主任"]


async def test_a_class_that_left_its_school_has_nothing_of_it(two: Two) -> None:
    await two.lists(Member("王丽老师", Duty.TEACHER, accounts=("telegram:300",)))
    async with two.room.db.transaction() as tx:
        assert await schools.leave(tx, two.room.chat.id)
    group = await two.room.group()
    assert group.provisional and group.payees == () and group.context.domains == frozenset()
