"""What the commands do: read, obeyed, answered."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.abilities import Right
from bot.actions import Button, Edit, Menu, Say
from bot.events import Membership
from bot.packing import pack
from bot.store import admins, chats, incidents
from bot.store.admins import Admin
from bot.store.moments import milliseconds
from bot.store.tables import outbox
from handlers.commands import commands, menus, parse
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


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[GroupChat]:
    async with group_chat(tmp_path) as open_room:
        yield open_room


def test_every_file_in_the_folder_is_a_command_of_its_name() -> None:
    folder = Path(__file__).parent.parent / "handlers" / "commands"
    files = {file.stem for file in folder.glob("*.py")} - {"__init__"}
    assert {name for name, command in commands().items() if command.name == name} == files


@pytest.mark.parametrize(
    ("text", "name", "args"),
    [
        ("/mode guard", "mode", "guard"),
        ("/MODE@OurBot  guard ", "mode", "guard"),
        ("／mode　guard", "mode", "guard"),
        ("  /ｍｏｄｅ＠ｏｕｒｂｏｔ\u3000guard", "mode", "guard"),
        ("/mode\nguard", "mode", "guard"),
    ],
)
def test_a_command_is_read_however_it_is_typed(text: str, name: str, args: str) -> None:
    given = parse(text, "ourbot")
    assert given is not None
    assert (given[0].name, given[1]) == (name, args)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/",
        "mode",
        "/mode@otherbot guard",
        "/unknown",
        "/mode,guard",
        "/@ourbot",
        "/" + "m" * 4096,
        "\u200b/mode",
    ],
)
def test_what_is_no_command_for_this_bot_is_left_alone(text: str) -> None:
    assert parse(text, "ourbot") is None


async def test_another_bots_command_and_ordinary_talk_stay_unanswered(room: GroupChat) -> None:
    assert await room.says(OWNER, "/mode@otherbot guard") == []
    assert await room.says(OWNER, "明天带水彩笔") == []
    assert (await room.group()).settings["mode"] == "warn"


async def test_the_mode_is_changed_by_word_by_label_and_by_button(room: GroupChat) -> None:
    for typed, mode in (("guard", "guard"), ("只告诉管理员", "observe"), ("提醒", "warn")):
        answer = await room.says(ADMIN, f"/mode {typed}")
        assert (await room.group()).settings["mode"] == mode
        assert isinstance(answer[0], Say)
    asked = await room.says(ADMIN, "/mode")
    await room.presses(ADMIN, button(asked, "提醒并拦下"))
    assert (await room.group()).settings["mode"] == "guard"


async def test_an_unknown_mode_is_answered_with_the_choices(room: GroupChat) -> None:
    answer = await room.says(ADMIN, "/mode nuke")
    assert (await room.group()).settings["mode"] == "warn"
    assert {one.command for one in offered(answer)} == {"/mode observe", "/mode warn", "/mode guard"}


async def test_guarding_without_the_right_to_delete_says_what_is_missing(room: GroupChat) -> None:
    async with room.db.transaction() as tx:
        await chats.set_access(tx, room.chat.id, Membership.MEMBER, frozenset({Right.POST}))
    assert "权限" in said(await room.says(ADMIN, "/mode guard"))


async def test_a_new_language_is_spoken_at_once_and_in_the_menus(room: GroupChat) -> None:
    actions = await room.says(ADMIN, "/language English")
    assert "English" in said(actions)
    menu = [one for one in actions if isinstance(one, Menu)]
    assert {one.admins for one in menu} == {True, False}
    assert any(entry.label == "Set up the guard in two minutes" for one in menu for entry in one.entries)
    back = await room.says(ADMIN, "/language 简体中文")
    again = await room.says(ADMIN, "/language en")
    keys = [one.key for batch in (actions, back, again) for one in batch]
    assert len(keys) == len(set(keys)), "a menu set again is a new menu"


async def test_a_zone_is_taken_by_city_and_by_its_own_name(room: GroupChat) -> None:
    for typed, zone in (
        ("台北", "Asia/Taipei"),
        ("新加坡", "Asia/Singapore"),
        ("KUALA lumpur", "Asia/Kuala_Lumpur"),
        ("london", "Europe/London"),
        ("asia/tokyo", "Asia/Tokyo"),
        ("Ｈong　Kong", "Asia/Hong_Kong"),
    ):
        await room.says(ADMIN, f"/timezone {typed}")
        assert (await room.group()).settings["timezone"] == zone


@pytest.mark.parametrize("typed", ["火星", "../../etc/passwd", "Asia/", "a" * 4000, "🙂", "\ud800"])
async def test_a_zone_that_does_not_exist_is_answered_with_buttons(room: GroupChat, typed: str) -> None:
    answer = await room.says(ADMIN, f"/timezone {typed}")
    assert (await room.group()).settings["timezone"] == "Asia/Shanghai"
    assert any(one.command == "/timezone Asia/Taipei" for one in offered(answer))


async def test_status_tells_rights_mode_people_and_who_cannot_be_reached(room: GroupChat) -> None:
    text = said(await room.says(ADMIN, "/status"))
    assert "✓ 看到所有消息" in text
    assert "在群里提醒" in text
    assert "先护着管理员" in text
    assert "收不到我的私下通知：陈主任、王丽老师" in text
    await room.private(ADMIN)
    assert "收不到我的私下通知：陈主任。" in said(await room.says(ADMIN, "/status"))


async def test_status_keeps_from_parents_whom_the_bot_cannot_reach(room: GroupChat) -> None:
    assert "收不到" not in said(await room.says(PARENT, "/status"))


async def test_help_shows_each_role_its_own_commands(room: GroupChat) -> None:
    admin, parent = said(await room.says(ADMIN, "/help")), said(await room.says(PARENT, "/help"))
    assert "/setup" in admin
    assert "/setup" not in parent
    assert "/subscribe" in parent
    private = said(await room.says(PARENT, "/help", chat=await room.private(PARENT)))
    assert "/check" in private
    assert "/setup" not in private


async def test_a_group_command_in_private_says_where_it_belongs(room: GroupChat) -> None:
    private = await room.private(ADMIN)
    assert "班级群" in said(await room.says(ADMIN, "/cases", chat=private))


async def test_checking_in_the_group_opens_the_private_chat_instead(room: GroupChat) -> None:
    answer = await room.says(PARENT, "/check")
    assert offered(answer)[0].link == "https://t.example/ourbot?start=hello"


async def test_menus_hold_only_what_the_role_may_do(room: GroupChat) -> None:
    for menu in menus(room.chat, "zh-Hans"):
        assert isinstance(menu, Menu)
        names = {entry.command for entry in menu.entries}
        assert ("setup" in names) is menu.admins
        assert "check" not in names
    (private,) = menus(await room.private(PARENT), "en")
    assert isinstance(private, Menu)
    assert [entry.command for entry in private.entries] == [
        "language",
        "check",
        "ask",
        "subscribe",
        "unsubscribe",
        "verify",
        "paid",
        "privacy",
        "help",
    ]


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


async def posted(room: GroupChat, said: Say, message_id: str) -> None:
    """The message has arrived under this number."""
    moment = milliseconds(room.now)
    row = outbox.insert().values(
        key=said.key,
        chat_id=room.chat.id,
        kind="say",
        payload=pack(said),
        priority=2,
        state="sent",
        message_id=message_id,
        created_at=moment,
        due_at=moment,
        expires_at=moment,
    )
    async with room.db.transaction() as tx:
        await tx.execute(row)


async def test_an_answer_to_a_button_rewrites_the_message_it_hung_on(room: GroupChat) -> None:
    asked = (await room.says(ADMIN, "/mode"))[0]
    assert isinstance(asked, Say)
    await posted(room, asked, "77")
    answer = await room.presses(ADMIN, "/mode guard", message_id="77")
    assert isinstance(answer[0], Edit)
    assert answer[0].target == asked.key


async def test_a_forged_press_cannot_make_the_bot_rewrite_its_warning(room: GroupChat) -> None:
    warning = Say("incident:1:public:1", room.chat.id, "小心", buttons=((Button("我已经付了", "/paid"),),))
    await posted(room, warning, "78")
    for data in ("/help", "/status", "/subscribe", "/start", "/unsubscribe"):
        answer = await room.presses(PARENT, data, message_id="78")
        assert not [one for one in answer if isinstance(one, Edit)]


async def test_a_parent_cannot_make_the_bot_fill_the_group(room: GroupChat) -> None:
    keys = {one.key for _ in range(20) for one in await room.says(PARENT, "/help") if isinstance(one, Say)}
    keys |= {
        one.key for _ in range(20) for one in await room.presses(PARENT, "/help") if isinstance(one, Say)
    }
    assert len(keys) == 1


async def test_numbers_counted_anew_after_a_move_silence_nobody(room: GroupChat) -> None:
    (before,) = await room.says(ADMIN, "/status", message_id="5")
    room.now += timedelta(days=1)
    (after,) = await room.says(ADMIN, "/status", message_id="5")
    assert before.key != after.key


async def test_a_private_chat_speaks_what_the_phone_speaks_until_another_is_chosen(room: GroupChat) -> None:
    private = await room.private(PARENT)
    assert "Hello" in said(await room.says(PARENT, "/start", chat=private, language="en"))
    assert "简体" in said(await room.says(PARENT, "/language zh-Hans", chat=private, language="en"))
    assert "您好" in said(await room.says(PARENT, "/start", chat=private, language="en"))


async def test_a_phone_in_none_of_our_languages_gets_the_default(room: GroupChat) -> None:
    assert "您好" in said(await room.says(PARENT, "/start", chat=await room.private(PARENT)))


async def test_a_members_phone_does_not_change_what_the_group_speaks(room: GroupChat) -> None:
    await room.says(PARENT, "/help", language="en")
    assert "language" not in (await room.group()).settings.chosen
