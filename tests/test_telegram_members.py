"""Who comes, goes and rises in a group on Telegram, and what the bot may do there."""

from __future__ import annotations

import pytest

from bot.abilities import Right
from bot.actions import Say
from bot.events import BotChanged, ChatMoved, MemberChanged, Membership
from bot.places import ChatKind, Place
from bot.platforms import Moved
from tests.telegram_class import World, telegram_class

world = pytest.fixture(telegram_class)


async def test_the_bot_learns_who_it_is(world: World) -> None:
    me = await world.telegram.me()
    assert (me.username, me.reads_all) == ("class_guard_bot", False)


async def test_joins_and_promotions_are_told(world: World) -> None:
    control = world.playground.control
    await control.user("新家长", key="new")
    await control.member("class", "new")
    joins = [event for event in await world.events() if isinstance(event, MemberChanged)]
    assert joins and all(join.person.name == "新家长" for join in joins)
    assert {(join.before, join.after) for join in joins} == {(Membership.OUT, Membership.MEMBER)}
    await control.member("class", "mum", "administrator", by="teacher")
    (promoted,) = await world.events()
    assert isinstance(promoted, MemberChanged)
    assert (promoted.before, promoted.after) == (Membership.MEMBER, Membership.ADMIN)
    assert promoted.by.id == str(world.people["teacher"])


async def test_the_bot_hears_at_once_what_it_may_do(world: World) -> None:
    control = world.playground.control
    await control.member("class", "bot", "member", by="teacher")
    (robbed,) = await world.events()
    assert isinstance(robbed, BotChanged)
    assert (robbed.before, robbed.after) == (Membership.ADMIN, Membership.MEMBER)
    assert robbed.rights == {Right.POST}
    await control.member(
        "class",
        "bot",
        "administrator",
        rights={"can_delete_messages": True, "can_restrict_members": False},
        by="teacher",
    )
    (raised,) = await world.events()
    assert isinstance(raised, BotChanged)
    assert {Right.READ_ALL, Right.SEE_MEMBERS, Right.POST, Right.DELETE} <= raised.rights
    assert Right.RESTRICT not in raised.rights
    assert await world.telegram.rights(world.place()) == raised.rights


async def test_a_move_to_a_supergroup_is_told_with_both_addresses(world: World) -> None:
    made = await world.playground.control.chat(
        "小群", key="small", type="group", members=["mum"], bot="administrator", quiet=True
    )
    moved = await world.playground.control.migrate("small")
    events = [event for event in await world.events() if isinstance(event, ChatMoved)]
    assert {(event.old.address, event.new.address) for event in events} == {
        (str(made["id"]), str(moved["new"]))
    }
    with pytest.raises(Moved) as raised:
        await world.telegram.perform(Say("k", 1, "hi"), Place("telegram", str(made["id"]), ChatKind.GROUP))
    assert raised.value.address == str(moved["new"])


async def test_the_admins_are_listed_without_bots(world: World) -> None:
    (owner,) = await world.telegram.admins(world.place())
    assert (owner.user, owner.name, owner.owner, owner.can_restrict) == (
        str(world.people["teacher"]),
        "王丽 老师",
        True,
        True,
    )


async def test_the_link_that_makes_it_an_admin_asks_for_deleting_and_muting_only(world: World) -> None:
    link = (await world.telegram.me()).admin_link
    assert link.startswith("https://t.me/")
    assert link.endswith("?startgroup=guard&admin=delete_messages+restrict_members")
