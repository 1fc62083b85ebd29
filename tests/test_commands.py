"""What the commands do: read, obeyed, answered."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.abilities import Right
from bot.actions import Button, Edit, Menu, Say
from bot.events import Membership
from bot.packing import pack
from bot.store import chats
from bot.store.moments import milliseconds
from bot.store.tables import outbox
from handlers.commands import commands, menus, parse
from tests.group_chat import ADMIN, OWNER, PARENT, GroupChat, button, group_chat, offered, said
from tests.opened import for_each_test

room = for_each_test(group_chat)


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
