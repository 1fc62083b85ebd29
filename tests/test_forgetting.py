"""What is kept about somebody is told, and deleted at their wish."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.store import letters, members
from bot.store.members import Known
from bot.store.moments import milliseconds
from tests.group_chat import ADMIN, PARENT, GroupChat, button, group_chat, mark, rows_with, said
from tests.guarded import School, guarded
from tests.opened import for_each_test

room = for_each_test(group_chat)


async def known_all_over(room: GroupChat) -> None:
    private = await room.private(PARENT)
    await room.heard_before(PARENT)
    await room.says(PARENT, "/language en", chat=private)
    await room.presses(PARENT, f"/subscribe {room.chat.id}", chat=private)
    async with room.db.transaction() as tx:
        await letters.confirm(tx, room.chat.id, mark(f"letter:{room.chat.id}:{PARENT.id}"))
    room.memory.hear(room.chat.id, PARENT.id, PARENT.name, room.now, username="mum")


async def test_after_forgetting_the_database_holds_only_the_number_of_the_private_chat(
    room: GroupChat,
) -> None:
    await known_all_over(room)
    traces = (PARENT.id, mark(PARENT.id), mark(f"letter:{room.chat.id}:{PARENT.id}"))
    before = await rows_with(room, *traces)
    assert {"subscriptions", "members", "letter_readers"} <= set(before)
    private = await room.private(PARENT)
    page = await room.says(PARENT, "/forgetme", chat=private)
    await room.presses(PARENT, button(page, "forget me"), chat=private)
    async with room.db.transaction() as tx:
        await room.memory.flush(tx, everything=True)
    assert await rows_with(room, *traces) == {"chats": 1}
    assert room.memory.called(room.chat.id, "mum") is None
    async with room.here(private) as here:
        assert not (await here.tx.exec_driver_sql("select * from settings where chat_id = 2")).all()


async def test_it_is_asked_before_and_only_a_press_says_yes(room: GroupChat) -> None:
    await known_all_over(room)
    private = await room.private(PARENT)
    for typed in ("/forgetme", "/forgetme yes", "/forgetme " + "yes " * 500):
        await room.says(PARENT, typed, chat=private)
    assert "members" in await rows_with(room, mark(PARENT.id))


async def test_others_are_not_forgotten_with_them(room: GroupChat) -> None:
    await known_all_over(room)
    await room.heard_before(ADMIN)
    await room.presses(PARENT, "/forgetme yes", chat=await room.private(PARENT))
    assert await rows_with(room, mark(ADMIN.id)) == {"members": 1}


async def test_an_impostor_cannot_wipe_out_that_the_name_was_changed(room: GroupChat) -> None:
    now = milliseconds(room.now)
    async with room.db.transaction() as tx:
        changed = Known(room.chat.id, mark(PARENT.id), now, now, now, 1, mark("王丽老师"), now - 1000)
        await members.note(tx, [changed])
    private = await room.private(PARENT)
    await room.presses(PARENT, "/forgetme yes", chat=private)
    assert await rows_with(room, mark(PARENT.id)) == {"members": 1}
    room.now += timedelta(days=8)
    await room.presses(PARENT, "/forgetme yes", chat=private)
    assert await rows_with(room, mark(PARENT.id)) == {}


async def test_what_memory_holds_of_a_rename_stays_too(room: GroupChat) -> None:
    room.memory.hear(room.chat.id, PARENT.id, "小雨妈妈", room.now)
    room.memory.hear(room.chat.id, PARENT.id, "王丽老师", room.now)
    room.memory.forget(PARENT.id, room.now)
    assert room.memory.standing(room.chat.id, PARENT.id, room.now).renamed_from == "小雨妈妈"


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en"])
async def test_what_is_kept_fits_a_phone_and_names_the_days(room: GroupChat, language: str) -> None:
    await room.chooses("language", language)
    told = said(await room.says(PARENT, "/privacy"))
    assert all(days in told for days in ("15", "30", "180"))
    assert len(told.splitlines()) <= 9
    assert len(told) < 700


async def forgotten(school: School) -> str:
    await school.settled()
    return "\n".join(one["text"] for one in await school.said("mum"))


async def test_forgetting_is_played_from_start_to_end(tmp_path: Path) -> None:
    async with guarded(tmp_path) as school:
        await school.tells("mum", "/privacy")
        await school.settled()
        page = (await school.said("mum"))[-1]
        await school.playground.control.press("mum", page["message_id"], "mum", button="忘了我")
        await school.settled()
        page = (await school.said("mum"))[-1]
        await school.playground.control.press("mum", page["message_id"], "mum", button="是的，忘了我")
        assert "都删掉了" in await forgotten(school)
        await school.unharmed()
