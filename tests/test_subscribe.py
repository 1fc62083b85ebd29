"""Parents who want to be told in private: from the group's button, from a list, and out again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.events import Chat, Say
from bot.store import subscriptions
from tests.group_chat import ADMIN, PARENT, STRANGER, GroupChat, button, group_chat, offered, said


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[GroupChat]:
    async with group_chat(tmp_path) as open_room:
        yield open_room


async def told(room: GroupChat, chat: Chat | None = None) -> set[str]:
    async with room.db.read() as tx:
        return {one.user for one in await subscriptions.of_group(tx, (chat or room.chat).id)}


async def payload(room: GroupChat) -> str:
    link = offered(await room.says(PARENT, "/subscribe"))[0].link
    return link.partition("start=")[2]


async def test_the_groups_button_leads_to_alerts_in_two_presses(room: GroupChat) -> None:
    start = await payload(room)
    assert len(start) <= 64
    private = await room.private(PARENT)
    answer = await room.says(PARENT, f"/start {start}", chat=private)
    assert "三(2)班家长群" in said(answer)
    assert await told(room) == {PARENT.id}
    again = await room.says(PARENT, f"/start {start}", chat=private)
    assert "已经" in said(again)
    await room.presses(PARENT, button(answer, "不再通知"), chat=private)
    assert await told(room) == set()


@pytest.mark.parametrize(
    "forged",
    ["sub_", "sub_1", "sub_1_", "sub_1_0000000000000000", "sub_x_y", "sub_99999999999999999999_a", "sub_²_a",
     "sub_1_\ud800"],
)  # fmt: skip
async def test_a_forged_link_opens_no_group(room: GroupChat, forged: str) -> None:
    private = await room.private(STRANGER)
    assert "用不了" in said(await room.says(STRANGER, f"/start {forged}", chat=private))
    assert await told(room) == set()


async def test_a_link_of_one_group_does_not_open_another(room: GroupChat) -> None:
    other = await room.another("四(1)班")
    signature = (await payload(room)).rpartition("_")[2]
    private = await room.private(STRANGER)
    await room.says(STRANGER, f"/start sub_{other.id}_{signature}", chat=private)
    assert await told(room, other) == set()


async def test_in_private_one_picks_among_ones_own_groups(room: GroupChat) -> None:
    await room.another("别人的群")
    await room.heard_before(PARENT)
    private = await room.private(PARENT)
    asked = await room.says(PARENT, "/subscribe", chat=private)
    assert [one.label for one in offered(asked)] == ["三(2)班家长群"]
    await room.presses(PARENT, offered(asked)[0].command, chat=private)
    assert await told(room) == {PARENT.id}


async def test_a_forged_press_subscribes_to_no_foreign_group(room: GroupChat) -> None:
    private = await room.private(STRANGER)
    for data in (f"/subscribe {room.chat.id}", "/subscribe 0", "/subscribe -1", "/subscribe \u0661"):
        assert "没找到" in said(await room.presses(STRANGER, data, chat=private))
    assert await told(room) == set()


async def test_who_is_in_no_known_group_is_told_where_to_go(room: GroupChat) -> None:
    private = await room.private(STRANGER)
    assert "班级群里发 /subscribe" in said(await room.says(STRANGER, "/subscribe", chat=private))


async def test_who_comes_from_an_english_group_is_spoken_to_in_english(room: GroupChat) -> None:
    await room.chooses("language", "en")
    start = await payload(room)
    private = await room.private(PARENT)
    assert "I tell you here at once" in said(await room.says(PARENT, f"/start {start}", chat=private))
    await room.says(PARENT, "/language 简体中文", chat=private)
    assert "已经" in said(await room.says(PARENT, f"/start {start}", chat=private))


async def test_alerts_are_ended_in_private_and_in_the_group(room: GroupChat) -> None:
    private = await room.private(PARENT)
    for chat in (private, room.chat):
        await room.says(PARENT, f"/start {await payload(room)}", chat=private)
        assert await told(room) == {PARENT.id}
        await room.says(PARENT, "/unsubscribe", chat=chat)
        assert await told(room) == set()
    assert "没有订通知" in said(await room.says(PARENT, "/unsubscribe", chat=private))


async def test_with_several_groups_one_is_asked_which_to_leave(room: GroupChat) -> None:
    await room.heard_before(ADMIN)
    other = await room.another("四(1)班", keepers=(ADMIN,))
    private = await room.private(ADMIN)
    for chat in (room.chat, other):
        await room.presses(ADMIN, f"/subscribe {chat.id}", chat=private)
    asked = await room.says(ADMIN, "/unsubscribe", chat=private)
    await room.presses(ADMIN, button(asked, "四(1)班"), chat=private)
    assert (await told(room), await told(room, other)) == ({ADMIN.id}, set())


async def test_start_greets_and_tells_an_admin_what_will_come(room: GroupChat) -> None:
    parent = await room.says(PARENT, "/start", chat=await room.private(PARENT))
    admin = await room.says(ADMIN, "/start", chat=await room.private(ADMIN))
    assert "您是管理员" not in said(parent)
    assert "您是管理员：三(2)班家长群" in said(admin)
    assert isinstance(parent[0], Say)
    assert button(parent, "English") == "/language en"
