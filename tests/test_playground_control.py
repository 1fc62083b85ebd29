"""The playground's control API: who is let in, making a world, what people do in it."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import httpx
import pytest
import zxingcpp
from PIL import Image

from bot.playground import Playground
from bot.playground.client import Refused
from tests.playground_class import BareBot, bare_bot, own_playground, web_client

playground = pytest.fixture(own_playground)
http = pytest.fixture(web_client)
bot = pytest.fixture(bare_bot)


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


async def test_a_rename_shows_only_in_the_next_message(playground: Playground, bot: BareBot) -> None:
    control = playground.control
    before = await control.events((await control.state())["event"])
    await control.change_user("mum", first_name="王丽老师", picture={"copy_of": "teacher"})
    assert await bot.call("getUpdates") == []
    await control.say("class", "mum", "各位家长")
    (update,) = await bot.call("getUpdates")
    assert update["message"]["from"]["first_name"] == "王丽老师"
    assert await control.user_picture("mum") == await control.user_picture("teacher")
    assert [event["kind"] for event in (await control.events(before["next"]))["events"]] == [
        "user",
        "message",
    ]


async def test_a_thousand_messages_go_in_at_once_and_keep_their_order(
    playground: Playground, bot: BareBot
) -> None:
    messages = [{"chat": "class", "from": "mum", "text": f"第{number}条"} for number in range(1000)]
    sent = await playground.control.say_all(messages, quiet=True)
    numbers = [message["update_id"] for message in sent]
    assert numbers == sorted(numbers)
    updates = await bot.call("getUpdates", offset=-1)
    assert updates[0]["message"]["text"] == "第999条"
    assert (await playground.control.state())["chats"][0]["messages"] == []


async def test_albums_edits_of_pictures_and_replies_to_other_chats_reach_the_bot(
    playground: Playground, bot: BareBot
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
    one, two, edited, reply = await bot.call("getUpdates")
    assert one["message"]["media_group_id"] == two["message"]["media_group_id"] == "a"
    assert edited["edited_message"]["message_id"] == one["message"]["message_id"]
    assert edited["edited_message"]["caption"] == "改了"
    assert edited["edited_message"]["photo"] != one["message"]["photo"]
    assert reply["message"]["external_reply"]["origin"]["chat"]["title"] == "学校通知"
    assert reply["message"]["quote"]["text"] == "明天收费"


async def test_a_new_title_is_told_to_the_group(playground: Playground, bot: BareBot) -> None:
    await playground.control.change_chat("class", title="四(2)班家长群")
    (update,) = await bot.call("getUpdates")
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


async def test_drawn_codes_can_be_read_and_seen(
    playground: Playground, bot: BareBot, http: httpx.AsyncClient
) -> None:
    control = playground.control
    drawn = Image.open(BytesIO(await control.picture(qr="wxp://f2f0-example", caption="资料费 88 元")))
    assert [found.text for found in zxingcpp.read_barcodes(drawn)] == ["wxp://f2f0-example"]
    await control.say("class", "mum", photo={"qr": "wxp://f2f0-example", "caption": "资料费"})
    (update,) = await bot.call("getUpdates")
    largest = update["message"]["photo"][-1]
    stored = await bot.call("getFile", file_id=largest["file_id"])
    address = f"{playground.base_file_url}{playground.token}/{stored['file_path']}"
    downloaded = (await http.get(address)).content
    assert len(downloaded) == largest["file_size"]
    assert downloaded == await control.file(largest["file_id"])
    assert [found.text for found in zxingcpp.read_barcodes(Image.open(BytesIO(downloaded)))] == [
        "wxp://f2f0-example"
    ]


async def test_a_broken_picture_can_be_passed_off_as_a_photo(playground: Playground, bot: BareBot) -> None:
    await playground.control.say(
        "class", "mum", photo={"base64": "AAAA", "raw": True, "width": 30000, "height": 9}
    )
    (update,) = await bot.call("getUpdates")
    assert update["message"]["photo"][0]["width"] == 30000


async def test_a_hostile_upload_is_never_shown_as_a_page(
    playground: Playground, bot: BareBot, http: httpx.AsyncClient
) -> None:
    html = {"name": "a.html", "text": "<script>alert(1)</script>", "mime_type": "text/html"}
    await playground.control.say("class", "mum", document=html)
    (update,) = await bot.call("getUpdates")
    number = update["message"]["document"]["file_id"]
    headers = {"X-Playground-Token": playground.control_token}
    answer = await http.get(f"{playground.control_url}/files/{number}", headers=headers)
    assert answer.headers["content-type"] == "application/octet-stream"
