"""/teacher: who is registered by what, and who is not."""

from __future__ import annotations

from bot.store import admins, incidents
from bot.store.admins import Admin
from patterns.model import Message, Person, Station
from tests.group_chat import (
    ADMIN,
    LINKED_CHANNEL,
    NOBODY_IN_PARTICULAR,
    OWNER,
    PARENT,
    GroupChat,
    button,
    group_chat,
    offered,
    said,
)
from tests.opened import for_each_test

room = for_each_test(group_chat)


async def test_a_teacher_is_registered_by_a_reply(room: GroupChat) -> None:
    teacher = Person("300", "王丽")
    answer = await room.says(ADMIN, "/teacher add 王丽老师", cited=Message("9", teacher, "大家好"))
    group = await room.group()
    assert not group.provisional
    assert [(one.name, one.ids, one.aliases) for one in group.roster] == [
        ("王丽老师", frozenset({"300"}), ("王丽",))
    ]
    await room.presses(ADMIN, button(answer, "去掉"))
    assert (await room.group()).provisional


async def test_registering_the_same_account_twice_leaves_one_entry(room: GroupChat) -> None:
    for name in ("王丽", "王丽老师"):
        await room.says(ADMIN, "/teacher add", cited=Message("9", Person("300", name), "大家好"))
    assert [one.name for one in (await room.group()).roster] == ["王丽老师"]


async def test_a_forward_is_registered_by_its_writer_and_never_by_who_passed_it_on(room: GroupChat) -> None:
    forward = Message("9", ADMIN, "明天家长会", forwarded=True)
    hidden = await room.says(ADMIN, "/teacher add", cited=forward)
    assert "隐藏" in said(hidden)
    assert (await room.group()).provisional
    await room.says(ADMIN, "/teacher add", cited=forward, cited_origin=Person("300", "李老师"))
    assert [one.ids for one in (await room.group()).roster] == [frozenset({"300"})]


async def test_a_mention_that_names_an_account_is_enough(room: GroupChat) -> None:
    await room.says(ADMIN, "/teacher add 李老师", mentioned=(Person("300", "李老师"),))
    assert [(one.name, one.ids) for one in (await room.group()).roster] == [("李老师", frozenset({"300"}))]


async def test_a_bare_name_or_username_is_not_enough_and_the_way_is_told(room: GroupChat) -> None:
    for typed in ("", " 王丽老师", " @wangli"):
        assert "回复" in said(await room.says(ADMIN, f"/teacher add{typed}"))
    assert (await room.group()).provisional


async def test_a_username_is_enough_once_its_owner_was_heard(room: GroupChat) -> None:
    room.memory.hear(room.chat.id, "300", "李老师", room.now, username="LiTeaches")
    await room.says(ADMIN, "/teacher add @liteaches")
    assert [(one.name, one.ids) for one in (await room.group()).roster] == [("李老师", frozenset({"300"}))]


async def test_neither_bots_nor_channels_become_teachers(room: GroupChat) -> None:
    for who in (
        Person(room.me.id, "班级卫士", station=Station.BOT),
        LINKED_CHANNEL,
        NOBODY_IN_PARTICULAR,
        Person("55", "机器人", station=Station.BOT),
    ):
        answer = said(await room.says(ADMIN, "/teacher add", cited=Message("9", who, "大家好")))
        assert ("机器人" in answer) is (who.station is Station.BOT)
    assert (await room.group()).provisional


async def test_an_account_under_suspicion_is_decided_upon_before_it_is_registered(room: GroupChat) -> None:
    suspect = Person("300", "王丽老师")
    async with room.db.transaction() as tx:
        await incidents.open_(tx, room.chat.id, "user:300", suspect.id, suspect.name, "9", room.now)
    assert "还没处理" in said(await room.says(ADMIN, "/teacher add", cited=Message("9", suspect, "扫码")))
    private = await room.private(ADMIN)
    answer = await room.says(ADMIN, "明天家长会", chat=private, origin=suspect)
    assert "还没处理" in said(await room.presses(ADMIN, button(answer, "登记"), chat=private))
    assert (await room.group()).provisional


async def test_who_is_no_admin_any_more_registers_nobody(room: GroupChat) -> None:
    private = await room.private(ADMIN)
    await room.heard_before(ADMIN)
    answer = await room.says(ADMIN, "明天家长会", chat=private, origin=Person("300", "李老师"))
    async with room.db.transaction() as tx:
        await admins.replace(tx, room.chat.id, [Admin(OWNER.id, OWNER.name, True, True)], room.now)
    assert "管理员" in said(await room.presses(ADMIN, button(answer, "登记"), chat=private))
    assert (await room.group()).provisional


async def test_the_list_is_numbered_and_removed_from_by_number_name_and_reply(room: GroupChat) -> None:
    people = [Person("301", "赵老师"), Person("302", "钱老师"), Person("303", "孙老师")]
    for one in people:
        await room.says(ADMIN, "/teacher add", cited=Message("9", one, "大家好"))
    assert "2. 钱老师" in said(await room.says(ADMIN, "/teacher list"))
    await room.says(ADMIN, "/teacher remove 2")
    await room.says(ADMIN, "/teacher 去掉 赵老师")
    assert [one.name for one in (await room.group()).roster] == ["孙老师"]
    assert "哪一位" in said(await room.says(ADMIN, "/teacher remove 7"))
    await room.says(ADMIN, "/teacher remove", cited=Message("9", people[2], "大家好"))
    assert (await room.group()).provisional


async def test_a_hostile_name_is_shown_escaped_and_short(room: GroupChat) -> None:
    name = "<b>王\u202e丽</b>\u200b" + "\u0301" * 4000 + "t.me/evil @everyone"
    text = said(await room.says(ADMIN, "/teacher add", cited=Message("9", Person("300", name), "大家好")))
    assert "&lt;b&gt;王丽" in text
    assert "t.me" not in text
    assert "@" not in text
    assert len(text) < 300


async def test_a_forward_in_private_offers_to_register_its_writer(room: GroupChat) -> None:
    private = await room.private(ADMIN)
    teacher = Person("300", "李老师")
    answer = await room.says(ADMIN, "明天家长会，请准时", chat=private, origin=teacher)
    await room.presses(ADMIN, button(answer, "登记李老师"), chat=private)
    assert [one.name for one in (await room.group()).roster] == ["李老师"]


async def test_who_runs_no_group_is_offered_no_registering(room: GroupChat) -> None:
    private = await room.private(PARENT)
    await room.heard_before(PARENT)
    answer = await room.says(PARENT, "明天家长会", chat=private, origin=Person("300", "李老师"))
    assert offered(answer) == []
    await room.presses(PARENT, f"/enlist {room.chat.id} 300", chat=private)
    assert (await room.group()).provisional
