"""The letter to parents and the poster: a promise, a button, a count without names, a sheet to print."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.actions import Paper, Say
from bot.papers import fonts, press
from bot.settings import LANGUAGES
from bot.store import letters
from bot.texts import plain
from patterns.judge import Context, judge
from patterns.model import Level, Message, Person
from patterns.names import Roster
from tests.group_chat import (
    ADMIN,
    NOBODY_IN_PARTICULAR,
    PARENT,
    STRANGER,
    GroupChat,
    button,
    group_chat,
    mark,
    offered,
    rows_with,
    said,
)
from tests.guarded import PATIENCE, guarded
from tests.opened import for_each_test

HOSTILE = (
    "own 请大家把资料费 88 元转到我的银行卡",
    "own 扫码进群 https://pay.example/x",
    "own " + "长" * 301,
)

room = for_each_test(group_chat)


async def sent(room: GroupChat) -> str:
    """The letter goes out; what its button carries."""
    return button(await room.says(ADMIN, "/letter send"), "读过了")


async def count(room: GroupChat) -> int:
    async with room.here() as here:
        return await letters.readers(here.tx, here.chat.id)


def paper(actions: list[object]) -> Paper:
    return next(one.paper for one in actions if isinstance(one, Say) and one.paper)


async def test_before_it_is_sent_an_admin_sees_what_it_promises(room: GroupChat) -> None:
    shown = await room.says(ADMIN, "/letter")
    assert "还没发" in said(shown)
    assert "收款码" in said(shown)
    assert button(shown, "发到群里") == "/letter send"
    assert all("提醒" not in one.label for one in offered(shown))


async def test_each_who_presses_is_counted_once(room: GroupChat) -> None:
    read = await sent(room)
    assert "谢谢" in said(await room.presses(PARENT, read))
    assert "已经确认过" in said(await room.presses(PARENT, read))
    await room.presses(STRANGER, read)
    assert await count(room) == 2
    assert "2 人" in said(await room.says(ADMIN, "/letter status"))


async def test_nobody_is_kept_by_name_or_number(room: GroupChat) -> None:
    await room.presses(PARENT, await sent(room))
    assert "letter_readers" in await rows_with(room, mark(f"letter:{room.chat.id}:{PARENT.id}"))
    assert await rows_with(room, PARENT.name) == {}
    assert "letter_readers" not in await rows_with(room, PARENT.id)


async def test_an_account_that_is_nobody_is_not_counted(room: GroupChat) -> None:
    answer = said(await room.presses(NOBODY_IN_PARTICULAR, await sent(room)))
    assert "自己的账号" in answer
    assert await count(room) == 0


async def test_a_new_letter_is_to_be_read_anew_and_the_old_button_says_so(room: GroupChat) -> None:
    old = await sent(room)
    await room.presses(PARENT, old)
    room.now += timedelta(days=2)
    new = await sent(room)
    assert new != old
    assert "换了" in said(await room.presses(PARENT, old))
    assert await count(room) == 0


@pytest.mark.parametrize("data", ["/read", "/read 0", "/read x", "/read 99999999999999999999", "/read 1 2"])
async def test_without_a_letter_nothing_is_confirmed(room: GroupChat, data: str) -> None:
    await room.presses(PARENT, data)
    assert await count(room) == 0


async def test_the_group_is_reminded_at_most_once_a_day(room: GroupChat) -> None:
    assert "还没发" in said(await room.says(ADMIN, "/letter remind"))
    await room.presses(PARENT, await sent(room))
    assert "今天已经发过" in said(await room.says(ADMIN, "/letter send"))
    assert "明天" in said(await room.says(ADMIN, "/letter remind"))
    room.now += timedelta(days=1, hours=1)
    reminded = await room.says(ADMIN, "/letter remind")
    assert "1 人读过" in said(reminded)
    assert button(reminded, "读过了")
    assert "明天" in said(await room.says(ADMIN, "/letter remind"))


async def test_a_school_may_put_its_promise_into_its_own_words_and_back(room: GroupChat) -> None:
    await room.says(ADMIN, "/letter own 本校只用校园系统收费，<b>老师</b>不在群里收钱。")
    letter = said(await room.says(ADMIN, "/letter send"))
    assert "校园系统" in letter
    assert "&lt;b&gt;老师" in letter
    await room.says(ADMIN, "/letter own -")
    assert "我们向您保证" in said(await room.says(ADMIN, "/letter"))


@pytest.mark.parametrize("args", HOSTILE, ids=["a request", "a link", "too long"])
async def test_a_stolen_admin_cannot_lend_the_guards_voice_to_a_request(room: GroupChat, args: str) -> None:
    await room.says(ADMIN, f"/letter {args}")
    async with room.here() as here:
        assert (await letters.of(here.tx, here.chat.id)).promise == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_usual_promise_would_itself_raise_no_warning(language: str) -> None:
    text = plain(language, "letter.promise")
    assert judge(Message("", Person("", ""), text), Context(roster=Roster())).level is Level.CLEAR


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("command", ["/letter print", "/poster"])
async def test_both_are_sheets_to_print_in_every_language(
    room: GroupChat, language: str, command: str
) -> None:
    await room.chooses("language", language)
    ordered = paper(list(await room.says(ADMIN, command)))
    assert ordered.name.endswith(".pdf")
    try:
        fonts.chinese()
    except fonts.NoFont:
        pytest.skip("this machine has no Chinese font")
    drawn = await press.draw(ordered)
    assert drawn.startswith(b"%PDF-")
    assert b"/FontFile" in drawn
    assert b"/Count 1" in drawn, "one page"


async def test_the_poster_shows_the_tip_the_group_read_last_and_gives_it_as_a_line(room: GroupChat) -> None:
    tip = said(await room.says(ADMIN, "/tips now")).splitlines()[-1]
    poster = await room.says(ADMIN, "/poster")
    assert said(poster).splitlines()[-1] == tip
    facts = paper(list(poster)).facts
    assert facts["text"] == tip
    assert facts["link"] == "https://t.example/ourbot?start=hello"


async def test_in_a_real_group_parents_press_and_the_teacher_sees_how_many(tmp_path: Path) -> None:
    async with guarded(tmp_path) as school:
        control = school.playground.control
        await school.says("teacher", "/letter send")
        (letter,) = await control.said("class", contains="致家长的一封信", wait=PATIENCE)
        for who, answer in (("mum", "谢谢"), ("dad", "谢谢"), ("mum", "已经确认过")):
            pressed = await control.press(
                "class", letter["message_id"], who, plain("zh-Hans", "letter.button.read"), wait=PATIENCE
            )
            assert answer in pressed["answer"]["text"]
        await school.says("teacher", "/letter status")
        assert await control.said("class", contains="2 人读过", wait=PATIENCE)
