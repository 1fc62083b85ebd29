"""Updates fetched from Telegram: kept word for word, cut apart, each in its lane."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.platforms import Denied, Later
from bot.platforms.telegram.polling import UpdatesRequest, batch_of, lane_of
from tests.telegram_class import World, telegram_class

world = pytest.fixture(telegram_class)


async def test_polling_with_a_refused_token_is_told_apart_from_a_broken_line(world: World) -> None:
    await world.playground.control.fault(method="getUpdates", status=401)
    with pytest.raises(Denied):
        await world.telegram.poll(None)
    await world.playground.control.fault(method="getUpdates", status=409)
    with pytest.raises(Later):
        await world.telegram.poll(None)


async def test_an_update_is_kept_word_for_word_and_confirmed_only_by_the_next_poll(world: World) -> None:
    await world.playground.control.say("class", "mum", "好的")
    first = await world.telegram.poll(None)
    again = await world.telegram.poll(None)
    assert first == again
    assert json.loads(first.raws[0].body)["message"]["text"] == "好的"
    await world.playground.control.say("class", "mum", "再见")
    after = await world.telegram.poll(first.cursor)
    assert [raw.lane for raw in after.raws] == [str(world.chats["class"])]
    assert b"\\u518d" in after.raws[0].body or "再见".encode() in after.raws[0].body


def test_an_answer_is_cut_into_updates_without_touching_them() -> None:
    one = '{"update_id":7, "message":{"chat":{"id":-5},"text":"a ] , { \\" 中"}}'
    for text in (f'{{"ok":true,"result":[{one}]}}', f'{{ "ok" : true , "result" : [ {one} , {one} ] }}'):
        parts = UpdatesRequest.parse_json_payload(text.encode())["result"]
        assert {part for _, part in parts} == {one}
    assert UpdatesRequest.parse_json_payload(b'{"ok":true,"result":[]}') == {"ok": True, "result": []}
    refused = UpdatesRequest.parse_json_payload(b'{"ok":false,"error_code":409,"description":"Conflict"}')
    assert refused["description"] == "Conflict"


def test_an_update_without_a_number_is_passed_over() -> None:
    batch = batch_of([({"message": {}}, "{}"), ("words", "words"), ({"update_id": 9}, "{}")], "3")
    assert [raw.update_id for raw in batch.raws] == ["9"]
    assert batch.cursor == "10"
    assert batch_of([], "3").cursor == "3"


@pytest.mark.parametrize(
    ("update", "lane"),
    [
        ({"message": {"chat": {"id": -5}}}, "-5"),
        ({"callback_query": {"message": {"chat": {"id": 6}}}}, "6"),
        ({"my_chat_member": {"chat": {"id": 7}}}, "7"),
        ({"callback_query": {"inline_message_id": "x"}}, ""),
        ({"message": None, "poll": {}}, ""),
    ],
)
def test_updates_of_a_chat_share_a_lane(update: dict[str, Any], lane: str) -> None:
    assert lane_of(update) == lane
