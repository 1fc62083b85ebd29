"""What the bot does on Telegram, and what it is told when it cannot."""

from __future__ import annotations

from typing import Any

import pytest

from bot.actions import Ban, Button, Delete, Edit, Leave, Menu, MenuEntry, Mute, Recall, Say
from bot.places import ChatKind, Place
from bot.platforms import Denied, Later, Posted, Refused, Unsure
from bot.platforms.telegram import Telegram
from tests.telegram_class import World, telegram_class

QR = "wxp://f2f0example"

world = pytest.fixture(telegram_class)


async def test_a_warning_is_posted_with_its_buttons_and_edited(world: World) -> None:
    scam = await world.says("stranger", "请扫码")
    buttons = ((Button("我已经付了", "/paid 7"), Button("帮助", link="https://example.com/help")),)
    say = Say("w", 1, "<b>别付钱</b> &lt;3", buttons=buttons, reply_to=scam.message.id)
    sent = await world.telegram.perform(say, world.place())
    (said,) = await world.said()
    assert said["text"] == "别付钱 <3"
    assert said["reply_to"] == int(scam.message.id)
    assert [[button["text"] for button in row] for row in said["buttons"]] == [["我已经付了", "帮助"]]
    edit = Edit("e", "w", "✓ <i>已核实</i>")
    for _ in range(2):  # the same words again are no error
        await world.telegram.perform(edit, world.place(), Posted(sent.message_id))
    (said,) = await world.said()
    assert (said["text"], said["buttons"]) == ("✓ 已核实", [])


async def test_a_picture_is_posted_with_its_words_and_edited_as_one(world: World) -> None:
    seen = await world.says("stranger", photo={"qr": QR})
    by_id = Say("p", 1, "证据", picture=seen.pictures[0])
    sent = await world.telegram.perform(by_id, world.place("mum"))
    await world.telegram.perform(
        Edit("e", "p", "已处理"), world.place("mum"), Posted(sent.message_id, pictured=True)
    )
    (said,) = await world.said("mum")
    assert said["text"] == "已处理" and said["photo"]
    data = await world.telegram.fetch(seen.pictures[0], 10_000_000)
    await world.telegram.perform(Say("i", 1, "图", image=data), world.place("mum"))
    assert (await world.said("mum"))[1]["photo"]


async def test_a_picture_that_is_gone_does_not_keep_the_words_back(world: World) -> None:
    seen = await world.says("stranger", photo={"qr": QR})
    await world.playground.control.fault(
        method="sendPhoto", status=400, description="Bad Request: wrong file identifier/HTTP URL specified"
    )
    sent = await world.telegram.perform(Say("p", 1, "证据", picture=seen.pictures[0]), world.place("mum"))
    (said,) = await world.said("mum")
    assert said["text"] == "证据" and not said.get("photo")
    await world.telegram.perform(
        Edit("e", "p", "已处理"), world.place("mum"), Posted(sent.message_id, pictured=True)
    )
    assert (await world.said("mum"))[0]["text"] == "已处理"


async def test_markup_that_telegram_cannot_read_is_sent_as_plain_words(world: World) -> None:
    await world.telegram.perform(Say("w", 1, "<b>别付钱 &amp; 打电话"), world.place())
    assert (await world.said())[0]["text"] == "别付钱 & 打电话"


async def test_messages_are_deleted_taken_back_and_people_muted(world: World) -> None:
    scam = await world.says("stranger", "请扫码")
    place = world.place()
    for _ in range(2):  # somebody may have been quicker
        await world.telegram.perform(Delete("d", 1, scam.message.id), place)
    sent = await world.telegram.perform(Say("w", 1, "!"), place)
    await world.telegram.perform(Recall("r", "w"), place, Posted(sent.message_id))
    assert [said["deleted"] for said in await world.said()] == [True]
    await world.telegram.perform(Mute("m", 1, scam.message.sender.id), place)
    assert await can_speak(world) is False
    await world.telegram.perform(Mute("u", 1, scam.message.sender.id, on=False), place)
    assert await can_speak(world) is True


async def test_people_are_put_out_and_let_back_and_who_is_in_stays_in(world: World) -> None:
    scam = await world.says("stranger", "请扫码")
    person, place = scam.message.sender.id, world.place()
    await world.telegram.perform(Ban("b", 1, person), place)
    assert await status(world) == "kicked"
    await world.telegram.perform(Ban("u", 1, person, on=False), place)
    assert await status(world) == "left"
    await world.playground.control.member("class", "stranger")
    await world.telegram.perform(Ban("u2", 1, person, on=False), place)
    assert await status(world) == "member"
    with pytest.raises(Refused):
        await world.telegram.perform(Ban("x", 1, "no number"), place)


async def status(world: World) -> str:
    members = await world.playground.control.members("class")
    return next((str(one["status"]) for one in members if one["user"] == world.people["stranger"]), "left")


async def can_speak(world: World) -> bool:
    members = await world.playground.control.members("class")
    (member,) = [one for one in members if one["user"] == world.people["stranger"]]
    return member["status"] != "restricted" or bool(member["permissions"]["can_send_messages"])


async def test_menus_are_set_for_everyone_and_for_admins(world: World) -> None:
    for menu in (
        Menu("m", 1, (MenuEntry("help", "帮助"),)),
        Menu("a", 1, (MenuEntry("setup", "设置"),), admins=True),
    ):
        await world.telegram.perform(menu, world.place())
    scopes = [
        call["parameters"]["scope"]["type"] for call in await world.playground.control.calls("setMyCommands")
    ]
    assert scopes == ["chat", "chat_administrators"]


async def test_the_bot_can_leave(world: World) -> None:
    await world.telegram.perform(Leave("l", 1), world.place())
    with pytest.raises(Refused):
        await world.telegram.perform(Say("w", 1, "!"), world.place())


async def test_a_parent_who_never_pressed_start_is_out_of_reach(world: World) -> None:
    with pytest.raises(Refused) as refused:
        await world.telegram.perform(Say("p", 1, "!"), world.place("stranger"))
    assert refused.value.unreachable


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ({"status": 429, "retry_after": 7}, Later),
        ({"status": 401}, Denied),
        ({"status": 403}, Refused),
        ({"status": 400}, Refused),
        ({"status": 500}, Unsure),
        ({"status": 502}, Unsure),
        ({"drop": "before"}, Unsure),
        ({"drop": "after"}, Unsure),
    ],
)
async def test_every_trouble_of_a_send_has_a_name(
    world: World, fault: dict[str, Any], expected: type[Exception]
) -> None:
    await world.playground.control.fault(method="sendMessage", **fault)
    with pytest.raises(expected) as raised:
        await world.telegram.perform(Say("w", 1, "!"), world.place())
    assert world.playground.token not in str(raised.value)
    if isinstance(raised.value, Later) and expected is Later:
        assert (raised.value.seconds, raised.value.everywhere) == (7.0, False)


async def test_a_server_that_is_not_there_has_done_nothing() -> None:
    telegram = Telegram("123456789:AAFabcdefghijklmnopqrstuvwxyz012345", "http://127.0.0.1:9/bot")
    with pytest.raises(Later) as raised:
        await telegram.perform(Say("w", 1, "!"), Place("telegram", "-1", ChatKind.GROUP))
    assert raised.value.everywhere
    await telegram.stop()
