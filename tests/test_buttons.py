"""A pressed button: always answered, never trusted."""

from __future__ import annotations

import pytest

from bot.actions import Answer
from tests.group_chat import ADMIN, PARENT, GroupChat, group_chat, said
from tests.opened import for_each_test

room = for_each_test(group_chat)


@pytest.mark.parametrize(
    "data",
    [
        "",
        "x",
        "mode guard",
        "/",
        "/nonsense",
        "/mode@otherbot guard",
        "/setup zzzz mode guard",
        "/setup  ",
        "/teacher remove #999999999999999999999999",
        "/teacher remove #-1",
        "/timezone ../../etc/passwd",
        "/mode " + "g" * 5000,
        "/mode guard' OR 1=1 --",
        "/tips time ::",
        "/unsubscribe 1",
        "/subscribe x",
        "/check",
        "/start sub_1_x",
        "\x00\x01",
        "/\ud800",
        "/setup \ud800",
        "🙂" * 16,
        "/enlist 1 1",
        "/language \u202e",
    ],
)
async def test_forged_data_gets_an_answer_and_changes_nothing(room: GroupChat, data: str) -> None:
    private = await room.private(ADMIN)
    for chat in (room.chat, private):
        actions = await room.presses(ADMIN, data, chat=chat)
        assert len([one for one in actions if isinstance(one, Answer)]) == 1
    group = await room.group()
    assert dict(group.settings.chosen) == {}
    assert group.provisional
    assert group.subscribers == 0


async def test_more_than_a_button_can_carry_is_not_read(room: GroupChat) -> None:
    fits, too_long = "/mode guard" + " " * 53, "/mode guard" + " " * 54
    assert "失效" in said(await room.presses(ADMIN, too_long))
    assert (await room.group()).settings["mode"] == "warn"
    await room.presses(ADMIN, fits)
    assert (await room.group()).settings["mode"] == "guard"


async def test_a_press_is_answered_once_even_when_there_is_nothing_to_say(room: GroupChat) -> None:
    actions = await room.presses(ADMIN, "/mode guard")
    assert len([one for one in actions if isinstance(one, Answer)]) == 1


async def test_a_press_by_somebody_who_may_not_is_refused_over_the_chat(room: GroupChat) -> None:
    (answer,) = await room.presses(PARENT, "/mode observe")
    assert isinstance(answer, Answer)
    assert answer.alert
    assert "管理员" in answer.text


async def test_answers_over_the_chat_are_short_and_without_markup(room: GroupChat) -> None:
    for data in ("/nonsense", "/setup x y z", "/unsubscribe"):
        for one in await room.presses(ADMIN, data):
            if isinstance(one, Answer):
                assert len(one.text) <= 200
                assert "<" not in one.text


async def test_two_presses_are_two_answers(room: GroupChat) -> None:
    first, second = await room.presses(ADMIN, "/mode"), await room.presses(ADMIN, "/mode")
    assert not {one.key for one in first} & {one.key for one in second}
    assert said(first) == said(second)
