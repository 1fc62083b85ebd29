"""Parents who want to be told in private: from the group's button, from a list, and out again."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.actions import Action, Edit, Say
from bot.places import Chat
from bot.store import letters, subscriptions
from tests.classroom import CLONE, CODE, FEE, HEAD, TEACHER, Classroom, classroom
from tests.classroom import PARENT as MUM
from tests.group_chat import ADMIN, PARENT, STRANGER, GroupChat, button, group_chat, offered, said
from tests.guarded import CODE as WALLET
from tests.guarded import PATIENCE, SCAM, guarded
from tests.opened import for_each_test

room = for_each_test(group_chat)


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
    assert "I'll tell you here at once" in said(await room.says(PARENT, f"/start {start}", chat=private))
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


# --- what one wishes to be told of --------------------------------------------------------------


async def wishes(room: GroupChat) -> frozenset[str]:
    async with room.db.read() as tx:
        return (await subscriptions.of_group(tx, room.chat.id))[0].wishes


async def test_what_one_is_told_of_is_ticked_and_unticked(room: GroupChat) -> None:
    private = await room.private(PARENT)
    page = await room.says(PARENT, f"/start {await payload(room)}", chat=private)
    assert await wishes(room) == {"alarm"}
    assert offered(page)[0].label.startswith("✓")
    page = await room.presses(PARENT, button(page, "每周防骗提醒"), chat=private)
    assert await wishes(room) == {"alarm", "tip"}
    page = await room.presses(PARENT, button(page, "发现诈骗"), chat=private)
    page = await room.presses(PARENT, button(page, "每周防骗提醒"), chat=private)
    assert await wishes(room) == set()
    assert "什么也不发" in said(page)
    assert await told(room) == {PARENT.id}


async def test_nobody_changes_what_somebody_else_wishes_nor_wishes_what_there_is_not(room: GroupChat) -> None:
    await room.says(PARENT, f"/start {await payload(room)}", chat=await room.private(PARENT))
    await room.presses(STRANGER, f"/subscribe {room.chat.id} alarm", chat=await room.private(STRANGER))
    await room.presses(PARENT, f"/subscribe {room.chat.id} money", chat=await room.private(PARENT))
    assert await wishes(room) == {"alarm"}
    assert await told(room) == {PARENT.id}


async def test_the_tip_comes_in_private_too_for_whoever_wishes(room: GroupChat) -> None:
    private = await room.private(PARENT)
    await room.says(PARENT, f"/start {await payload(room)}", chat=private)
    await room.presses(PARENT, f"/subscribe {room.chat.id} tip", chat=private)
    await room.says(ADMIN, "/tips on")
    struck = [one for _, one in await room.strikes(room.now + timedelta(days=7))]
    (copy,) = (one for one in struck if isinstance(one, Say) and one.chat == private.id)
    assert "三(2)班家长群" in copy.text and "本周防骗一句" in copy.text


async def letters_read(room: GroupChat) -> int:
    async with room.db.read() as tx:
        return await letters.readers(tx, room.chat.id)


async def test_the_letter_is_read_under_ones_own_copy_and_counted_once(room: GroupChat) -> None:
    private = await room.private(PARENT)
    await room.says(PARENT, f"/start {await payload(room)}", chat=private)
    await room.presses(PARENT, f"/subscribe {room.chat.id} letter", chat=private)
    sent = await room.says(ADMIN, "/letter send")
    (copy,) = (one for one in sent if isinstance(one, Say) and one.chat == private.id)
    read = copy.buttons[0][0].command
    await room.presses(PARENT, read, chat=private)
    await room.presses(PARENT, read.rpartition(" ")[0])
    assert await letters_read(room) == 1
    await room.presses(STRANGER, read, chat=await room.private(STRANGER))
    assert await letters_read(room) == 1


lesson = for_each_test(classroom)


async def wishing(lesson: Classroom, *wished: str) -> Chat:
    private = await lesson.subscribes(MUM)
    async with lesson.db.transaction() as tx:
        await subscriptions.wish(tx, lesson.chat.id, MUM.id, wished)
    return private


def to(chat: Chat, actions: list[Action]) -> list[Say]:
    return [one for one in actions if isinstance(one, Say) and one.chat == chat.id]


async def test_a_caution_is_for_whoever_wishes_and_rings_again_when_it_becomes_an_alarm(
    lesson: Classroom,
) -> None:
    private = await wishing(lesson, "alarm", "caution")
    (first,) = to(private, await lesson.says(TEACHER, FEE, CODE))
    number = (await lesson.incident()).id
    (second,) = to(private, await lesson.presses(HEAD, f"/scam #{number} 0"))
    assert second.replaces == first.key and second.text != first.text


async def test_who_wishes_for_alarms_only_hears_of_no_caution(lesson: Classroom) -> None:
    private = await wishing(lesson, "alarm")
    assert to(private, await lesson.says(TEACHER, FEE, CODE)) == []
    assert len(to(private, await lesson.says(CLONE, FEE, CODE))) <= 1
    quiet = await wishing(lesson)
    lesson.later(days=2)
    assert to(quiet, await lesson.says(CLONE, FEE)) == []


async def test_a_wrong_alarm_is_always_put_right_and_rings_only_for_whoever_wishes(lesson: Classroom) -> None:
    private = await wishing(lesson, "alarm")
    (alert,) = to(private, await lesson.says(CLONE, FEE, CODE))
    done = await lesson.presses(HEAD, f"/safe #{(await lesson.incident()).id} 0")
    assert to(private, done) == []
    assert [one.target for one in done if isinstance(one, Edit) and one.target == alert.key]


async def test_what_came_of_it_rings_for_whoever_wishes(lesson: Classroom) -> None:
    private = await wishing(lesson, "alarm", "outcome")
    (alert,) = to(private, await lesson.says(CLONE, FEE, CODE))
    (outcome,) = to(private, await lesson.presses(HEAD, f"/safe #{(await lesson.incident()).id} 0"))
    assert outcome.replaces == alert.key and outcome.buttons == ()


async def test_it_is_played_from_the_groups_button_to_a_caution_in_private(tmp_path: Path) -> None:
    async with guarded(tmp_path) as school:
        control = school.playground.control
        page = await school.subscribes("mum")
        await control.press("mum", page["message_id"], "mum", button="拿不准、要先核实")
        await control.said("mum", contains="按一下打勾", wait=PATIENCE)
        await school.says("teacher", SCAM, photo={"qr": WALLET})
        await school.warned()
        assert await control.said("mum", contains="👉", wait=PATIENCE)
        await school.unharmed()
