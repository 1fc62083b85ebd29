"""Watching through the playground's control API: what the bot said and called, time, events, waiting."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime

import httpx
import pytest

from bot.playground import Playground
from bot.playground.client import Refused
from tests.playground_class import BareBot, Json, bare_bot, number_of, own_playground, web_client

KEYBOARD = {
    "inline_keyboard": [[{"text": "误报", "callback_data": "safe"}, {"text": "看", "url": "https://a.cn"}]]
}

playground = pytest.fixture(own_playground)
http = pytest.fixture(web_client)
bot = pytest.fixture(bare_bot)


async def test_what_the_bot_said_is_told_with_buttons_edits_and_deletions(
    playground: Playground, bot: BareBot
) -> None:
    control, chat = playground.control, await number_of(playground, "class")
    sent = await bot.call("sendMessage", chat_id=chat, text="请核实", reply_markup=KEYBOARD)
    number = sent["message_id"]
    (said,) = await control.said("class")
    assert said["buttons"] == [[{"text": "误报", "data": "safe"}, {"text": "看", "url": "https://a.cn"}]]
    revision = await control.revision()
    waiting = asyncio.create_task(control.said("class", since=revision, wait=10))
    await control.advance(60)
    await bot.call("editMessageText", chat_id=chat, message_id=number, text="已核实")
    (said,) = await waiting
    assert (said["text"], said["buttons"], [was["text"] for was in said["history"]]) == (
        "已核实",
        [],
        ["请核实"],
    )
    await bot.call("deleteMessage", chat_id=chat, message_id=number)
    (said,) = await control.said("class")
    assert (said["deleted"], said["deleted_by"]) == (True, sent["from"]["id"])


async def test_a_press_waits_for_the_answer_and_refuses_what_is_not_on_the_message(
    playground: Playground, bot: BareBot
) -> None:
    control, chat = playground.control, await number_of(playground, "class")
    sent = await bot.call("sendMessage", chat_id=chat, text="请核实", reply_markup=KEYBOARD)
    number = sent["message_id"]
    assert await control.press("class", number, "mum", "看") == {"url": "https://a.cn"}
    with pytest.raises(Refused, match="there is: 误报, 看"):
        await control.press("class", number, "mum", "诈骗")
    with pytest.raises(Refused, match="carries that data"):
        await control.press("class", number, "mum", data="mode:off")
    forged = await control.press("class", number, "mum", data="mode:off", forged=True)
    pressing = asyncio.create_task(control.press("class", number, "teacher", "误报", wait=10))
    found: list[Json] = []
    while len(found) < 2:
        found = await bot.call("getUpdates", timeout=1)
    assert [update["callback_query"]["data"] for update in found] == ["mode:off", "safe"]
    assert forged["callback_id"] == found[0]["callback_query"]["id"]
    await bot.call("answerCallbackQuery", callback_query_id=found[1]["callback_query"]["id"], text="好")
    assert (await pressing)["answer"]["text"] == "好"


async def test_calls_of_the_bot_are_listed_with_what_they_carried(
    playground: Playground, http: httpx.AsyncClient
) -> None:
    chat = await number_of(playground, "class")
    form = {"chat_id": str(chat), "caption": "[1]", "reply_markup": json.dumps({"inline_keyboard": []})}
    address = f"{playground.base_url}{playground.token}"
    await http.post(f"{address}/sendDocument", data=form, files={"document": ("a.pdf", b"%PDF-")})
    await http.post(f"{address}/sendMessage", json={"chat_id": 5, "text": "x"})
    document, message = await playground.control.calls(count=2, wait=5)
    assert document["parameters"]["document"] == {"file": "a.pdf", "size": 5}
    assert document["parameters"]["caption"] == "[1]"
    assert document["parameters"]["reply_markup"] == {"inline_keyboard": []}
    assert (message["status"], message["error"]) == (400, "Bad Request: chat not found")
    assert await playground.control.calls("sendMessage", after=document["n"]) == [message]
    assert (await playground.control.totals()) == {"sendDocument": 1, "sendMessage": 1}


async def test_idle_means_every_update_confirmed_and_no_call_for_a_while(
    playground: Playground, bot: BareBot
) -> None:
    control = playground.control
    sent = await control.say("class", "mum", "早")
    assert not await control.idle(quiet=0.01, within=0.05)
    await bot.call("getUpdates", offset=sent["update_id"] + 1)
    assert await control.idle(quiet=0.05, within=5)


async def test_the_clock_moves_and_messages_follow_it(playground: Playground) -> None:
    control = playground.control
    await control.run_clock(False)
    moved = asyncio.create_task(control.get("clock", after=(await control.clock())["revision"], wait=10))
    await asyncio.sleep(0.05)
    await control.set_clock("2026-11-30T18:30:00+08:00")
    assert (await moved)["iso"] == "2026-11-30T10:30:00+00:00"
    sent = await control.say("class", "mum", "早")
    assert sent["date"] == datetime(2026, 11, 30, 10, 30, tzinfo=UTC).timestamp()
    assert playground.clock.now() == datetime(2026, 11, 30, 10, 30, tzinfo=UTC)
    await control.advance(90)
    assert (await control.clock())["now"] - sent["date"] == 90


async def test_events_tell_everything_in_order_and_wait_for_more(
    playground: Playground, bot: BareBot
) -> None:
    control = playground.control
    after = (await control.state())["event"]
    waiting = asyncio.create_task(control.events(after, wait=10))
    sent = await control.say("class", "mum", "早")
    assert [event["kind"] for event in (await waiting)["events"]] == ["message"]
    await control.edit("class", sent["message_id"], "早上好")
    await control.take_back("class", sent["message_id"])
    await control.member("class", "mum", "left")
    await bot.call("getMe")
    playground.saw({"level": "alarm"})
    told = await control.events(after)
    kinds = [event["kind"] for event in told["events"]]
    assert kinds == ["message", "edited", "deleted", "message", "member", "call", "seen"]
    assert told["events"][1]["message"]["edits"] == [{"date": sent["date"], "text": "早"}]
    assert not told["missed"]
    assert (await control.seen())[0]["level"] == "alarm"


async def test_events_also_come_as_a_stream(playground: Playground, http: httpx.AsyncClient) -> None:
    headers = {"X-Playground-Token": playground.control_token, "Accept": "text/event-stream"}
    after = (await playground.control.state())["event"]
    async with http.stream(
        "GET", f"{playground.control_url}/events?after={after}", headers=headers
    ) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        await playground.control.say("class", "mum", "早\n安")
        async for line in stream.aiter_lines():
            if line.startswith("data: "):
                assert json.loads(line.removeprefix("data: "))["message"]["text"] == "早\n安"
                break


async def test_a_reset_is_announced_and_leaves_nothing_behind(playground: Playground, bot: BareBot) -> None:
    control = playground.control
    await control.say("class", "mum", "早")
    await control.fault(status=500, times=None)
    after = (await control.state())["event"]
    await control.reset()
    assert (await control.events(after))["events"][0]["kind"] == "reset"
    state = await control.state()
    assert (state["users"], state["chats"], state["faults"]) == ([], [], [])
    assert await bot.call("getUpdates") == []
