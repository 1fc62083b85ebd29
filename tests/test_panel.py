"""All settings in one message, in the group or in private for a chosen group."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.actions import Answer, Say
from bot.settings import SETTINGS
from bot.store import admins
from bot.store.admins import Admin
from bot.texts import plain
from handlers.choosing import setting_named
from tests.group_chat import ADMIN, OWNER, PARENT, GroupChat, button, group_chat, offered, said
from tests.guarded import commands_on, guarded
from tests.opened import for_each_test

room = for_each_test(group_chat)


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en"])
async def test_every_setting_stands_on_the_panel_and_can_be_changed_there(
    room: GroupChat, language: str
) -> None:
    await room.chooses("language", language)
    shown = offered(await room.says(OWNER, "/panel"))
    for setting in SETTINGS:
        name = plain(language, f"setting.{setting.name}")
        (opens,) = (
            one.command for one in shown if one.label.startswith(f"{name}{'：' if language != 'en' else ':'}")
        )
        page = await room.presses(OWNER, opens)
        assert name in said(page)
        choices = [one.command for one in offered(page) if one.command != "/panel"]
        await room.presses(OWNER, choices[-1])
        assert (await room.group()).settings[setting.name] == choices[-1].split(maxsplit=2)[2]
        await room.chooses("language", language)
        assert button(page, "‹") == "/panel"


@pytest.mark.parametrize("typed", ["几点 19:00", "time 19:00", "tip_time 19：00", "幾點 19:00"])
async def test_a_setting_is_named_in_any_of_our_languages(room: GroupChat, typed: str) -> None:
    await room.says(OWNER, f"/panel {typed}")
    assert (await room.group()).settings["tip_time"] == "19:00"


def test_no_two_settings_are_called_the_same() -> None:
    for setting in SETTINGS:
        for language in ("zh-Hans", "zh-Hant", "en"):
            assert setting_named(plain(language, f"setting.{setting.name}")) == setting.name


async def test_what_is_not_understood_changes_nothing_and_shows_the_choices(room: GroupChat) -> None:
    for typed in ("几点 25:99", "模式 随便", "时区 亚特兰蒂斯", "几点 " + "9" * 3000):
        page = await room.says(OWNER, f"/panel {typed}")
        assert "没看懂" in said(page)
        assert offered(page)
    assert "没有这一项" in said(await room.says(OWNER, "/panel 没有"))
    assert dict((await room.group()).settings.chosen) == {}


async def test_fewer_people_told_of_incidents_is_told_to_every_admin(room: GroupChat) -> None:
    done = await room.says(ADMIN, "/panel 通知 群主")
    private = {(await room.private(one)).id for one in (OWNER, ADMIN)}
    warned = {one.chat for one in done if isinstance(one, Say) and "收到的人少了" in one.text}
    assert warned == private
    group = await room.group()
    assert [admin.user for admin in group.alerted] == [OWNER.id]


# --- in private, for a chosen group -------------------------------------------------------------


async def test_the_only_group_one_runs_needs_no_choosing(room: GroupChat) -> None:
    private = await room.private(ADMIN)
    page = await room.says(ADMIN, "/panel", chat=private)
    assert "三(2)班家长群" in said(page)
    assert all(one.chat == private.id for one in page if isinstance(one, Say)), "the group stays clean"
    page = await room.presses(ADMIN, button(page, "发现冒充时"), chat=private)
    await room.presses(ADMIN, button(page, "提醒并拦下"), chat=private)
    assert (await room.group()).settings["mode"] == "guard"


async def test_the_chosen_group_is_remembered_and_can_be_changed(room: GroupChat) -> None:
    other = await room.another("四(1)班", keepers=(OWNER,))
    private = await room.private(OWNER)
    asked = await room.says(OWNER, "/mode observe", chat=private)
    assert "哪个群" in said(asked)
    done = await room.presses(OWNER, button(asked, "四(1)班"), chat=private)
    assert "四(1)班" in said(done)
    assert (await room.group()).settings["mode"] == "warn"
    page = await room.says(OWNER, "/panel", chat=private)
    assert "四(1)班" in said(page)
    page = await room.presses(OWNER, button(page, "换一个群"), chat=private)
    page = await room.presses(OWNER, button(page, "三(2)班"), chat=private)
    assert "三(2)班" in said(page)
    await room.says(OWNER, "/mode observe", chat=private)
    async with room.here(other) as here:
        assert here.group is not None
        assert here.group.settings["mode"] == "observe"
    assert (await room.group()).settings["mode"] == "observe"


async def test_every_button_in_private_names_the_group_it_means(room: GroupChat) -> None:
    await room.another("四(1)班", keepers=(OWNER,))
    private = await room.private(OWNER)
    for command in ("panel", "setup", "mode", "timezone", "tips", "quiz", "letter", "teacher", "payee"):
        page = await room.presses(OWNER, f"/{command} ~{room.chat.id}", chat=private)
        assert offered(page), command
        for one in offered(page):
            assert f" ~{room.chat.id}" in one.command or one.command == "/panel ~", (command, one)
            assert len(one.command.encode()) <= 64


async def test_an_admin_who_lost_the_role_between_opening_and_pressing_is_refused(room: GroupChat) -> None:
    private = await room.private(ADMIN)
    page = await room.says(ADMIN, "/panel", chat=private)
    page = await room.presses(ADMIN, button(page, "发现冒充时"), chat=private)
    async with room.db.transaction() as tx:
        keepers = [Admin(OWNER.id, OWNER.name, True, True)]
        await admins.replace(tx, room.chat.id, keepers, room.now + timedelta(minutes=1))
    (refused,) = await room.presses(ADMIN, button(page, "只告诉管理员"), chat=private)
    assert isinstance(refused, Answer)
    assert refused.alert
    assert "只有本群管理员" in refused.text
    assert "我没看到您管理的群" in said(await room.says(ADMIN, "/panel", chat=private))
    assert (await room.group()).settings["mode"] == "warn"


async def test_a_parent_cannot_name_a_group_that_is_not_theirs(room: GroupChat) -> None:
    private = await room.private(PARENT)
    for args in (f"~{room.chat.id} mode observe", "~999999999999 mode observe", "~x", "~-1", "~１"):
        await room.says(PARENT, f"/panel {args}", chat=private)
        await room.presses(PARENT, f"/panel {args}", chat=private)
    assert dict((await room.group()).settings.chosen) == {}


async def test_a_setup_can_be_walked_through_in_private(room: GroupChat) -> None:
    private = await room.private(OWNER)
    page = await room.says(OWNER, "/setup", chat=private)
    for label in (
        "English",
        "下一步",
        "王丽老师",
        "下一步",
        "下一步",
        "下一步",
        "提醒并拦下",
        "20:30",
        "每位",
    ):
        assert "三(2)班家长群" in said(page)
        page = await room.presses(OWNER, button(page, label), chat=private)
    group = await room.group()
    assert group.settings["language"] == "en"
    assert "设置好了" in said(page), "the admin's own chat speaks the admin's own language"
    assert [one.name for one in group.roster] == ["王丽老师"]


async def test_what_is_meant_for_all_is_posted_in_the_group(room: GroupChat) -> None:
    private = await room.private(OWNER)
    done = await room.says(OWNER, "/tips now", chat=private)
    assert [one.chat for one in done if isinstance(one, Say)] == [room.chat.id, private.id]
    assert "已经发到群里" in said(done)


async def test_the_panel_is_played_in_private_and_the_group_hears_nothing_of_it(tmp_path: Path) -> None:
    async with guarded(tmp_path) as school:
        before = len(await school.said())
        await school.tells("teacher", "/panel")
        await school.settled()
        (page,) = await school.said("teacher", contains="守护设置")
        control = school.playground.control
        (mode,) = (one["data"] for row in page["buttons"] for one in row if "发现冒充时" in one["text"])
        await control.press("teacher", page["message_id"], "teacher", data=mode)
        await school.settled()
        (page,) = await school.said("teacher", contains="现在是")
        (observe,) = (one["data"] for row in page["buttons"] for one in row if "只告诉" in one["text"])
        await control.press("teacher", page["message_id"], "teacher", data=observe)
        await school.settled()
        (page,) = await school.said("teacher", contains="守护设置")
        assert any("只告诉管理员" in one["text"] for row in page["buttons"] for one in row)
        assert "/panel" in commands_on(page)
        assert len(await school.said()) == before
        await school.unharmed()
