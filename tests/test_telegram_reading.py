"""What is said on Telegram, as events."""

from __future__ import annotations

import asyncio

import pytest

from bot.actions import Answer, Button, Say
from bot.events import ButtonPressed, MessageSeen
from bot.places import ChatKind, Place
from bot.platforms import Refused, Unreadable
from bot.platforms.telegram import Telegram
from patterns.model import Attachment, AttachmentKind, Station
from tests.telegram_class import NOW, World, telegram_class

QR = "wxp://f2f0example"

world = pytest.fixture(telegram_class)


async def test_a_message_tells_who_said_what_where(world: World) -> None:
    seen = await world.says("teacher", "明天春游")
    message = seen.message
    assert (message.text, message.sender.name, message.sender.username) == ("明天春游", "王丽 老师", "wangli")
    assert message.sender.id == str(world.people["teacher"])
    assert message.sender.station is Station.USER
    assert seen.place == Place("telegram", str(world.chats["class"]), ChatKind.GROUP, "三(2)班家长群")
    assert (message.attachments, seen.pictures, message.edit_of) == ((), (), None)
    assert seen.at.tzinfo is not None


async def test_an_edit_names_the_message_it_replaces(world: World) -> None:
    seen = await world.says("mum", "好的")
    await world.playground.control.edit("class", int(seen.message.id), "请扫码")
    edited = await world.seen()
    assert (edited.message.text, edited.message.edit_of) == ("请扫码", seen.message.id)


async def test_a_private_message_is_private(world: World) -> None:
    await world.playground.control.tell_bot("mum", "/start sub_1")
    seen = await world.seen()
    assert seen.place.kind is ChatKind.PRIVATE
    assert seen.message.text == "/start sub_1"


async def test_a_picture_can_be_fetched_and_keeps_its_caption(world: World) -> None:
    seen = await world.says("stranger", photo={"qr": QR}, caption="请扫码交费")
    assert seen.message.text == "请扫码交费"
    assert seen.message.attachments == (Attachment(AttachmentKind.IMAGE),)
    (picture,) = seen.pictures
    data = await world.telegram.fetch(picture, 10_000_000)
    assert data.startswith(b"\xff\xd8")
    with pytest.raises(Refused, match="too big"):
        await world.telegram.fetch(picture, 10)


async def test_an_album_is_recognised_as_one(world: World) -> None:
    for _ in range(2):
        await world.playground.control.say("class", "mum", photo={"text": "作业"}, media_group="a")
    first, second = await world.events()
    assert isinstance(first, MessageSeen) and isinstance(second, MessageSeen)
    assert first.album == second.album != ""


async def test_a_file_shows_its_name_and_is_fetched_when_small(world: World) -> None:
    seen = await world.says(
        "stranger", document={"name": "收费通知.exe", "text": "MZ", "mime_type": "image/png"}
    )
    assert seen.message.attachments == (Attachment(AttachmentKind.FILE, "收费通知.exe"),)
    assert [picture.is_file for picture in seen.pictures] == [True]


async def test_a_picture_sent_as_a_file_is_a_picture(world: World) -> None:
    seen = await world.says("stranger", document={"name": "code.png", "qr": QR})
    assert seen.message.attachments == (Attachment(AttachmentKind.IMAGE),)
    assert [picture.is_file for picture in seen.pictures] == [False]


async def test_contacts_voices_and_stickers_are_told_apart(world: World) -> None:
    contact = await world.says(
        "mum", contact={"phone_number": "+10000000000", "first_name": "李", "last_name": "会计"}
    )
    assert contact.message.attachments == (Attachment(AttachmentKind.CONTACT, "李 会计 +10000000000"),)
    voice = await world.says("mum", voice={"duration": 3})
    assert voice.message.attachments == (Attachment(AttachmentKind.VOICE),)
    sticker = await world.says("mum", sticker={"emoji": "👍"})
    assert sticker.message.attachments == (Attachment(AttachmentKind.OTHER),)


async def test_a_poll_is_read_like_text(world: World) -> None:
    seen = await world.says("mum", poll={"question": "班费交多少？", "options": ["50", "100"]})
    assert seen.message.text == "班费交多少？\n50\n100"


async def test_links_are_seen_even_behind_other_words(world: World) -> None:
    seen = await world.says(
        "stranger", html='😀 <a href="https://pay.example/x">学校官网</a> 或 https://b.example/y'
    )
    links = [one.value for one in seen.message.attachments if one.kind is AttachmentKind.LINK]
    assert links == ["https://pay.example/x", "https://b.example/y"]


async def test_a_forward_tells_its_author_where_telegram_does(world: World) -> None:
    known = await world.says("mum", "看这个", forward={"user": "teacher"})
    assert known.message.forwarded and known.origin is not None
    assert known.origin.id == str(world.people["teacher"])
    hidden = await world.says("mum", "看这个", forward={"hidden_user": "王老师"})
    assert hidden.origin is not None
    assert (hidden.origin.id, hidden.origin.name) == ("", "王老师")


async def test_who_wrote_a_forward_is_told_to_those_who_reply_to_it(world: World) -> None:
    forward = await world.says("mum", "看这个", forward={"user": "teacher"})
    reply = await world.says("mum", "是真的吗", reply_to=int(forward.message.id))
    assert reply.cited_origin is not None
    assert reply.cited_origin.id == str(world.people["teacher"])
    assert (await world.says("mum", "嗯", reply_to=int(reply.message.id))).cited_origin is None


async def test_a_mention_tells_the_account_only_of_who_has_no_username(world: World) -> None:
    user = {"id": world.people["mum"], "is_bot": False, "first_name": "小雨妈妈"}
    entity = {"type": "text_mention", "offset": 0, "length": 4, "user": user}
    named = await world.says("teacher", "小雨妈妈 请看", entities=[entity])
    assert [person.id for person in named.mentioned] == [str(world.people["mum"])]
    assert (await world.says("mum", "@wangli 好的")).mentioned == ()


async def test_a_reply_carries_the_message_and_keeps_the_quoted_words_apart(world: World) -> None:
    scam = await world.says("stranger", "请大家扫码交费")
    reply = await world.says("mum", "这是真的吗", reply_to=int(scam.message.id), quote="扫码交费")
    assert (reply.message.text, reply.message.quoted) == ("这是真的吗", "扫码交费")
    assert reply.message.reply_to == scam.message.id
    assert reply.cited is not None
    assert (reply.cited.text, reply.cited.sender.id) == ("请大家扫码交费", str(world.people["stranger"]))


async def test_words_quoted_from_another_chat_are_not_the_senders_own(world: World) -> None:
    quoted = {"origin": {"hidden_user": "骗子"}, "text": "马上转账"}
    seen = await world.says("mum", "小心这个", external_reply=quoted)
    assert (seen.message.text, seen.message.quoted) == ("小心这个", "马上转账")


async def test_calling_everyone_is_noticed(world: World) -> None:
    assert (await world.says("stranger", "@所有人 交费")).message.mentions_all
    assert not (await world.says("stranger", "@wangli 您好")).message.mentions_all


async def test_an_anonymous_admin_is_known_by_telegrams_own_id(world: World) -> None:
    seen = await world.says("teacher", "明天带水", as_chat="class")
    sender = seen.message.sender
    assert (sender.id, sender.station) == ("1087968824", Station.ANONYMOUS_ADMIN)


async def test_the_linked_channel_is_known_and_a_foreign_channel_is_not_trusted(world: World) -> None:
    control = world.playground.control
    await control.chat(
        "学校公告", key="news", type="channel", members=[{"user": "teacher", "status": "creator"}]
    )
    await control.chat(
        "王丽老师", key="foreign", type="channel", members=[{"user": "stranger", "status": "creator"}]
    )
    await control.change_chat("class", linked_chat="news")
    await control.say("news", "teacher", "下周家长会")
    linked = (await world.seen()).message.sender
    assert (linked.id, linked.station) == ("777000", Station.LINKED_CHANNEL)
    foreign = (await world.says("stranger", "请扫码", as_chat="foreign")).message.sender
    assert foreign.station is Station.CHANNEL
    assert foreign.name == "王丽老师"


async def test_a_topic_is_part_of_the_place(world: World) -> None:
    await world.playground.control.chat(
        "家校", key="forum", is_forum=True, members=["mum"], bot="administrator", quiet=True
    )
    seen = await world.says("mum", "好", chat="forum", thread=5)
    assert seen.place.thread == "5"


async def test_a_press_comes_back_with_what_the_button_carried(world: World) -> None:
    sent = await world.telegram.perform(
        Say("w", 1, "?", buttons=((Button("是", "/safe 7"),),)), world.place()
    )
    await world.playground.control.press("class", int(sent.message_id), "mum", button="是")
    (press,) = await world.events()
    assert isinstance(press, ButtonPressed)
    assert (press.data, press.message_id, press.sender.id) == (
        "/safe 7",
        sent.message_id,
        str(world.people["mum"]),
    )
    await world.telegram.perform(Answer("a", 1, press.press, "谢谢", alert=True), world.place())


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b"{", b"\xff\xfe", b'{"update_id": 1, "message": {"message_id": "x"}}',
     b'{"update_id": 1, "message": {"message_id": 1, "date": "never", "chat": {"id": 1, "type": "group"}}}'],
)  # fmt: skip
def test_an_unreadable_update_says_so_without_repeating_its_words(body: bytes) -> None:
    telegram = Telegram("123456789:AAFabcdefghijklmnopqrstuvwxyz012345")
    with pytest.raises(Unreadable) as raised:
        telegram.read(body, NOW)
    assert "never" not in str(raised.value)
    asyncio.run(telegram.stop())


def test_kinds_of_updates_we_do_not_know_are_nothing_to_us() -> None:
    telegram = Telegram("123456789:AAFabcdefghijklmnopqrstuvwxyz012345")
    assert telegram.read(b'{"update_id": 1, "from_the_future": {"x": 1}}', NOW) == []
    asyncio.run(telegram.stop())
