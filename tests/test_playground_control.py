"""The playground's control API: people, messages, time, and watching what the bot does."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import httpx
import pytest
import zxingcpp
from PIL import Image

from bot.playground import Playground
from bot.playground.client import Refused

Json = dict[str, Any]

MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    async with Playground.serve(now=MONDAY) as playground:
        await playground.control.reset(
            users=[
                {"key": "teacher", "first_name": "王丽老师", "username": "wangli"},
                {"key": "mum", "first_name": "小雨妈妈"},
            ],
            chats=[
                {
                    "key": "class",
                    "title": "三(2)班家长群",
                    "members": [{"user": "teacher", "status": "creator"}, "mum"],
                    "bot": "administrator",
                    "quiet": True,
                }
            ],
        )
        yield playground


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=20, trust_env=False) as client:
        yield client


async def _bot(playground: Playground, http: httpx.AsyncClient, method: str, **parameters: Any) -> Any:
    answer = (await http.post(f"{playground.base_url}{playground.token}/{method}", json=parameters)).json()
    assert answer["ok"], answer
    return answer["result"]


async def _class(playground: Playground) -> int:
    return int((await playground.control.chats())[0]["id"])


async def test_only_callers_with_the_token_from_this_machine_are_let_in(
    playground: Playground, http: httpx.AsyncClient
) -> None:
    state, key = f"{playground.control_url}/state", {"X-Playground-Token": playground.control_token}
    assert (await http.get(state)).status_code == 401
    assert (await http.get(state, headers={"X-Playground-Token": "guess"})).status_code == 401
    assert (await http.get(state, params={"token": playground.control_token})).status_code == 200
    assert (await http.get(state, headers=key | {"Host": "evil.example"})).status_code == 403
    assert (await http.get(state, headers=key | {"Origin": "https://evil.example"})).status_code == 403
    assert (await http.get(state, headers=key | {"Origin": playground.url})).status_code == 200
    rebound = await http.get(
        f"{playground.base_url}{playground.token}/getMe", headers={"Host": "evil.example"}
    )
    assert rebound.status_code == 403


async def test_the_page_is_served_with_a_strict_policy(tmp_path: Any, http: httpx.AsyncClient) -> None:
    (tmp_path / "index.html").write_text("<!doctype html><title>课堂</title>", encoding="utf-8")
    async with Playground.serve(page=tmp_path) as playground:
        answer = await http.get(playground.url)
        assert "课堂" in answer.text
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert (await http.get(f"{playground.url}/../server.py")).status_code == 404


async def test_the_same_calls_give_the_same_numbers(playground: Playground) -> None:
    control, world = playground.control, {"users": [{"key": "a", "first_name": "甲"}]}
    first = await control.reset(restart_ids=True, **world)
    onward = await control.reset(**world)
    again = await control.reset(restart_ids=True, **world)
    assert first["users"] == again["users"]
    assert onward["users"]["a"] == first["users"]["a"] + 1


async def test_two_playgrounds_know_nothing_of_each_other(playground: Playground) -> None:
    async with Playground.serve() as other:
        assert other.port != playground.port
        assert await other.control.chats() == []
        assert len(await playground.control.chats()) == 1


async def test_a_rename_shows_only_in_the_next_message(
    playground: Playground, http: httpx.AsyncClient
) -> None:
    control = playground.control
    before = await control.events((await control.state())["event"])
    await control.change_user("mum", first_name="王丽老师", picture={"copy_of": "teacher"})
    assert await _bot(playground, http, "getUpdates") == []
    await control.say("class", "mum", "各位家长")
    (update,) = await _bot(playground, http, "getUpdates")
    assert update["message"]["from"]["first_name"] == "王丽老师"
    assert await control.user_picture("mum") == await control.user_picture("teacher")
    assert [event["kind"] for event in (await control.events(before["next"]))["events"]] == [
        "user",
        "message",
    ]


async def test_a_thousand_messages_go_in_at_once_and_keep_their_order(
    playground: Playground, http: httpx.AsyncClient
) -> None:
    messages = [{"chat": "class", "from": "mum", "text": f"第{number}条"} for number in range(1000)]
    sent = await playground.control.say_all(messages, quiet=True)
    numbers = [message["update_id"] for message in sent]
    assert numbers == sorted(numbers)
    updates = await _bot(playground, http, "getUpdates", offset=-1)
    assert updates[0]["message"]["text"] == "第999条"
    assert (await playground.control.state())["chats"][0]["messages"] == []


async def test_albums_edits_of_pictures_and_replies_to_other_chats_reach_the_bot(
    playground: Playground, http: httpx.AsyncClient
) -> None:
    control = playground.control
    await control.chat(
        "学校通知", key="news", type="channel", members=[{"user": "teacher", "status": "creator"}]
    )
    first = await control.say("class", "mum", photo={"text": "收费通知"}, media_group="a")
    await control.say("class", "mum", photo={"text": "第二页"}, media_group="a", caption="请看")
    await control.edit("class", first["message_id"], photo={"qr": "wxp://f2f0"}, caption="改了")
    origin = {"channel": "news", "message_id": 7}
    await control.say("class", "mum", "真的吗", external_reply={"origin": origin, "text": "明天收费"})
    one, two, edited, reply = await _bot(playground, http, "getUpdates")
    assert one["message"]["media_group_id"] == two["message"]["media_group_id"] == "a"
    assert edited["edited_message"]["message_id"] == one["message"]["message_id"]
    assert edited["edited_message"]["caption"] == "改了"
    assert edited["edited_message"]["photo"] != one["message"]["photo"]
    assert reply["message"]["external_reply"]["origin"]["chat"]["title"] == "学校通知"
    assert reply["message"]["quote"]["text"] == "明天收费"


async def test_a_new_title_is_told_to_the_group(playground: Playground, http: httpx.AsyncClient) -> None:
    await playground.control.change_chat("class", title="四(2)班家长群")
    (update,) = await _bot(playground, http, "getUpdates")
    assert update["message"]["new_chat_title"] == update["message"]["chat"]["title"] == "四(2)班家长群"


async def test_a_member_who_left_cannot_write(playground: Playground) -> None:
    control = playground.control
    await control.member("class", "mum", "left")
    with pytest.raises(Refused, match="not a member"):
        await control.say("class", "mum", "在吗")
    with pytest.raises(Refused, match="speaks for itself"):
        await control.say("class", "bot", "在")


@pytest.mark.parametrize(
    ("path", "body", "status", "words"),
    [
        ("messages", {"chat": "class", "from": "nobody", "text": "x"}, 404, "no user 'nobody'"),
        ("messages", {"chat": "nowhere", "from": "mum", "text": "x"}, 404, "no chat 'nowhere'"),
        ("messages", {"chat": "class", "from": "mum"}, 400, "needs text"),
        ("messages", {"chat": "class", "from": "mum", "texte": "x"}, 400, "unknown field 'texte'"),
        ("messages", {"chat": "class", "from": "mum", "text": "字" * 4097}, 400, "at most 4096"),
        ("messages", {"chat": "class", "from": "mum", "photo": {"base64": "AAAA"}}, 400, "no picture"),
        ("messages", {"chat": "class", "from": "mum", "html": "<b>x"}, 400, "markup is broken"),
        ("messages", "nonsense", 400, "a message or a list"),
        ("messages", ["nonsense"], 400, "object is expected"),
        ("edits", {"chat": "class", "message_id": 99, "text": "x"}, 404, "no such message"),
        ("press", {"chat": "class", "message_id": 99, "from": "mum", "button": "x"}, 404, "no such message"),
        ("members", {"chat": "class", "user": "mum", "status": "king"}, 400, "status must be"),
        ("members", {"chat": "class", "user": "mum", "status": "creator"}, 409, "owner already"),
        ("chats/class/migrate", {}, 409, "basic group"),
        ("users", {"first_name": "x", "key": "mum"}, 409, "taken"),
        ("clock", {"set": "yesterday"}, 400, "no moment"),
        ("clock", {"advance": 1e300}, 400, "makes no sense"),
    ],
)
async def test_mistakes_are_answered_with_a_sentence(
    playground: Playground, path: str, body: Any, status: int, words: str
) -> None:
    with pytest.raises(Refused, match=words) as raised:
        await playground.control.call("POST", path, body)
    assert raised.value.status == status


async def test_what_the_bot_said_is_told_with_buttons_edits_and_deletions(
    playground: Playground, http: httpx.AsyncClient
) -> None:
    control, chat = playground.control, await _class(playground)
    keyboard = {
        "inline_keyboard": [
            [{"text": "误报", "callback_data": "safe"}, {"text": "看", "url": "https://a.cn"}]
        ]
    }
    sent = await _bot(playground, http, "sendMessage", chat_id=chat, text="请核实", reply_markup=keyboard)
    number = sent["message_id"]
    (said,) = await control.said("class")
    assert said["buttons"] == [[{"text": "误报", "data": "safe"}, {"text": "看", "url": "https://a.cn"}]]
    revision = await control.revision()
    waiting = asyncio.create_task(control.said("class", since=revision, wait=10))
    await control.advance(60)
    await _bot(playground, http, "editMessageText", chat_id=chat, message_id=number, text="已核实")
    (said,) = await waiting
    assert (said["text"], said["buttons"], [was["text"] for was in said["history"]]) == (
        "已核实",
        [],
        ["请核实"],
    )
    await _bot(playground, http, "deleteMessage", chat_id=chat, message_id=number)
    (said,) = await control.said("class")
    assert (said["deleted"], said["deleted_by"]) == (True, sent["from"]["id"])


async def test_a_press_waits_for_the_answer_and_refuses_what_is_not_on_the_message(
    playground: Playground, http: httpx.AsyncClient
) -> None:
    control, chat = playground.control, await _class(playground)
    keyboard = {
        "inline_keyboard": [
            [{"text": "误报", "callback_data": "safe"}, {"text": "看", "url": "https://a.cn"}]
        ]
    }
    sent = await _bot(playground, http, "sendMessage", chat_id=chat, text="请核实", reply_markup=keyboard)
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
        found = await _bot(playground, http, "getUpdates", timeout=1)
    assert [update["callback_query"]["data"] for update in found] == ["mode:off", "safe"]
    assert forged["callback_id"] == found[0]["callback_query"]["id"]
    await _bot(
        playground, http, "answerCallbackQuery", callback_query_id=found[1]["callback_query"]["id"], text="好"
    )
    assert (await pressing)["answer"]["text"] == "好"


async def test_calls_of_the_bot_are_listed_with_what_they_carried(
    playground: Playground, http: httpx.AsyncClient
) -> None:
    chat = await _class(playground)
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
    playground: Playground, http: httpx.AsyncClient
) -> None:
    control = playground.control
    sent = await control.say("class", "mum", "早")
    assert not await control.idle(quiet=0.01, within=0.05)
    await _bot(playground, http, "getUpdates", offset=sent["update_id"] + 1)
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
    playground: Playground, http: httpx.AsyncClient
) -> None:
    control = playground.control
    after = (await control.state())["event"]
    waiting = asyncio.create_task(control.events(after, wait=10))
    sent = await control.say("class", "mum", "早")
    assert [event["kind"] for event in (await waiting)["events"]] == ["message"]
    await control.edit("class", sent["message_id"], "早上好")
    await control.take_back("class", sent["message_id"])
    await control.member("class", "mum", "left")
    await _bot(playground, http, "getMe")
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


async def test_drawn_codes_can_be_read_and_seen(playground: Playground, http: httpx.AsyncClient) -> None:
    control = playground.control
    drawn = Image.open(BytesIO(await control.picture(qr="wxp://f2f0-example", caption="资料费 88 元")))
    assert [found.text for found in zxingcpp.read_barcodes(drawn)] == ["wxp://f2f0-example"]
    await control.say("class", "mum", photo={"qr": "wxp://f2f0-example", "caption": "资料费"})
    (update,) = await _bot(playground, http, "getUpdates")
    largest = update["message"]["photo"][-1]
    stored = await _bot(playground, http, "getFile", file_id=largest["file_id"])
    address = f"{playground.base_file_url}{playground.token}/{stored['file_path']}"
    downloaded = (await http.get(address)).content
    assert len(downloaded) == largest["file_size"]
    assert downloaded == await control.file(largest["file_id"])
    assert [found.text for found in zxingcpp.read_barcodes(Image.open(BytesIO(downloaded)))] == [
        "wxp://f2f0-example"
    ]


async def test_a_broken_picture_can_be_passed_off_as_a_photo(
    playground: Playground, http: httpx.AsyncClient
) -> None:
    await playground.control.say(
        "class", "mum", photo={"base64": "AAAA", "raw": True, "width": 30000, "height": 9}
    )
    (update,) = await _bot(playground, http, "getUpdates")
    assert update["message"]["photo"][0]["width"] == 30000


async def test_a_hostile_upload_is_never_shown_as_a_page(
    playground: Playground, http: httpx.AsyncClient
) -> None:
    html = {"name": "a.html", "text": "<script>alert(1)</script>", "mime_type": "text/html"}
    await playground.control.say("class", "mum", document=html)
    (update,) = await _bot(playground, http, "getUpdates")
    number = update["message"]["document"]["file_id"]
    headers = {"X-Playground-Token": playground.control_token}
    answer = await http.get(f"{playground.control_url}/files/{number}", headers=headers)
    assert answer.headers["content-type"] == "application/octet-stream"


async def test_a_reset_is_announced_and_leaves_nothing_behind(
    playground: Playground, http: httpx.AsyncClient
) -> None:
    control = playground.control
    await control.say("class", "mum", "早")
    await control.fault(status=500, times=None)
    after = (await control.state())["event"]
    await control.reset()
    assert (await control.events(after))["events"][0]["kind"] == "reset"
    state = await control.state()
    assert (state["users"], state["chats"], state["faults"]) == ([], [], [])
    assert await _bot(playground, http, "getUpdates") == []
