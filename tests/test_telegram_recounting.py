"""What the bot has said on Telegram already is found by its number, and said no second time."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from bot.actions import Button, Say
from tests.telegram_class import NOW, World, telegram_class

world = pytest.fixture(telegram_class)


async def test_what_was_said_already_is_found_among_the_messages_that_follow(world: World) -> None:
    asked = await world.says("stranger", "请扫码交费")
    button = ((Button("我已经付了", "/paid"),),)
    warning = Say("k", 1, "请<b>不要</b>付款", reply_to=asked.message.id, buttons=button)
    talk = {(await world.says("mum", "已交")).message.id: NOW for _ in range(40)}
    assert await world.telegram.standing(warning, world.place(), NOW, talk) is None
    other = await world.telegram.perform(Say("o", 1, "别的"), world.place())
    sent = await world.telegram.perform(warning, world.place())
    known = talk | {other.message_id: NOW}
    assert await world.telegram.standing(warning, world.place(), NOW, known) == sent
    said = await world.said()
    assert [one["text"] for one in said] == ["别的", "请不要付款"]
    assert [one["history"] for one in said] == [[], []]


async def test_it_is_found_however_much_was_said_between_the_question_and_the_first_try(world: World) -> None:
    asked = await world.says("stranger", "请扫码交费")
    warning = Say("k", 1, "请不要付款", reply_to=asked.message.id)
    talk = [(await world.says("mum", "已交")).message.id for _ in range(40)]
    sent = await world.telegram.perform(warning, world.place())
    earlier = {talk[-1]: NOW - timedelta(seconds=1)}
    assert await world.telegram.standing(warning, world.place(), NOW, earlier) == sent
    assert await world.telegram.standing(warning, world.place(), NOW, {}) is None


async def test_a_private_message_is_found_among_what_all_private_chats_were_told_since(world: World) -> None:
    dad, mum = world.place("dad"), world.place("mum")
    earlier = await world.telegram.perform(Say("e", 1, "早上好"), dad)
    alert = Say("k", 1, "班里有人<b>要钱</b>")
    sent = [await world.telegram.perform(alert, place) for place in (dad, mum)]
    before, since = {earlier.message_id: NOW - timedelta(minutes=1)}, NOW
    assert await world.telegram.standing(alert, mum, since, before) == sent[1]
    assert await world.telegram.standing(alert, dad, since, before) == sent[0]
    assert await world.telegram.standing(alert, dad, since, before | {sent[0].message_id: NOW}) is None
    assert await world.telegram.standing(alert, dad, since, {}) is None
    said = [one for who in ("dad", "mum") for one in await world.said(who)]
    assert [one["history"] for one in said] == [[], [], []]


async def test_whoever_joins_is_numbered_like_talk(world: World) -> None:
    joined = {"message_id": 12, "new_chat_members": [{"id": 5, "first_name": "新家长"}]}
    assert world.telegram.number(json.dumps({"update_id": 1, "message": joined}).encode()) == "12"
    assert (
        world.telegram.number(json.dumps({"update_id": 1, "edited_message": {"message_id": 3}}).encode())
        == "3"
    )
    assert world.telegram.number(b'{"update_id": 1, "poll": {"id": "7"}}') == ""
    assert world.telegram.number(b"[") == world.telegram.number(b"[]") == ""


async def test_what_answers_nothing_in_a_group_or_has_a_picture_is_not_looked_for(world: World) -> None:
    unasked = Say("k", 1, "好")
    drawn = Say("p", 1, "好", reply_to="1", image=b"x")
    await world.telegram.perform(unasked, world.place())
    assert await world.telegram.standing(unasked, world.place(), NOW, {}) is None
    assert await world.telegram.standing(drawn, world.place(), NOW, {}) is None
    told = await world.playground.control.get("calls", count=0)
    assert not [call for call in told["calls"] if call["method"].startswith("edit")]
