"""Telegram, against the playground's server: what happens there as events, what we do there as calls."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.abilities import Right
from bot.actions import Answer, Ban, Button, Delete, Edit, Leave, Menu, MenuEntry, Mute, Recall, Say
from bot.events import BotChanged, ButtonPressed, ChatMoved, Event, MemberChanged, Membership, MessageSeen
from bot.places import ChatKind, Place
from bot.platforms import Denied, Later, Moved, Posted, Refused, Unreadable, Unsure
from bot.platforms.telegram import Telegram
from bot.platforms.telegram.plain import plain
from bot.platforms.telegram.polling import UpdatesRequest, batch_of, lane_of
from bot.platforms.telegram.reading import events_of
from bot.playground import Playground
from patterns.model import Attachment, AttachmentKind, Station

NOW = datetime(2026, 9, 1, tzinfo=UTC)
QR = "wxp://f2f0example"


@dataclass
class World:
    """A class group, a bot in it, and the people."""

    playground: Playground
    telegram: Telegram
    people: dict[str, int] = field(default_factory=dict)
    chats: dict[str, int] = field(default_factory=dict)
    cursor: str | None = None

    async def events(self) -> list[Event]:
        """What the bot is told next."""
        batch = await self.telegram.poll(self.cursor)
        self.cursor = batch.cursor
        return [event for raw in batch.raws for event in self.telegram.read(raw.body, NOW)]

    async def seen(self) -> MessageSeen:
        (event,) = await self.events()
        assert isinstance(event, MessageSeen)
        return event

    async def says(
        self, who: str, text: str | None = None, chat: str = "class", **content: Any
    ) -> MessageSeen:
        await self.playground.control.say(chat, who, text, **content)
        return await self.seen()

    def place(self, key: str = "class") -> Place:
        if key in self.people:
            return Place("telegram", str(self.people[key]), ChatKind.PRIVATE)
        return Place("telegram", str(self.chats[key]), ChatKind.GROUP)

    async def said(self, chat: str = "class") -> list[dict[str, Any]]:
        return await self.playground.control.said(chat, count=0)


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with Playground.serve() as playground:
        telegram = Telegram(playground.token, playground.base_url, playground.base_file_url)
        await telegram.start()
        made = await playground.control.reset(
            users=[
                {"key": "teacher", "first_name": "王丽", "last_name": "老师", "username": "wangli"},
                {"key": "mum", "first_name": "小雨妈妈", "started": True},
                {"key": "dad", "first_name": "小宇爸爸", "started": True},
                {"key": "stranger", "first_name": "王丽老师"},
            ],
            chats=[
                {
                    "key": "class",
                    "title": "三(2)班家长群",
                    "members": [{"user": "teacher", "status": "creator"}, "mum", "stranger"],
                    "bot": "administrator",
                    "quiet": True,
                }
            ],
        )
        await telegram.me()
        yield World(playground, telegram, made["users"], made["chats"])
        await telegram.stop()


async def test_the_bot_learns_who_it_is(world: World) -> None:
    me = await world.telegram.me()
    assert (me.username, me.reads_all) == ("class_guard_bot", False)


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


async def test_what_answers_nothing_in_a_group_or_has_a_picture_is_not_looked_for(world: World) -> None:
    unasked = Say("k", 1, "好")
    drawn = Say("p", 1, "好", reply_to="1", image=b"x")
    await world.telegram.perform(unasked, world.place())
    assert await world.telegram.standing(unasked, world.place(), NOW, {}) is None
    assert await world.telegram.standing(drawn, world.place(), NOW, {}) is None
    told = await world.playground.control.get("calls", count=0)
    assert not [call for call in told["calls"] if call["method"].startswith("edit")]


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


async def test_joins_and_promotions_are_told(world: World) -> None:
    control = world.playground.control
    await control.user("新家长", key="new")
    await control.member("class", "new")
    joins = [event for event in await world.events() if isinstance(event, MemberChanged)]
    assert joins and all(join.person.name == "新家长" for join in joins)
    assert {(join.before, join.after) for join in joins} == {(Membership.OUT, Membership.MEMBER)}
    await control.member("class", "mum", "administrator", by="teacher")
    (promoted,) = await world.events()
    assert isinstance(promoted, MemberChanged)
    assert (promoted.before, promoted.after) == (Membership.MEMBER, Membership.ADMIN)
    assert promoted.by.id == str(world.people["teacher"])


async def test_the_bot_hears_at_once_what_it_may_do(world: World) -> None:
    control = world.playground.control
    await control.member("class", "bot", "member", by="teacher")
    (robbed,) = await world.events()
    assert isinstance(robbed, BotChanged)
    assert (robbed.before, robbed.after) == (Membership.ADMIN, Membership.MEMBER)
    assert robbed.rights == {Right.POST}
    await control.member(
        "class",
        "bot",
        "administrator",
        rights={"can_delete_messages": True, "can_restrict_members": False},
        by="teacher",
    )
    (raised,) = await world.events()
    assert isinstance(raised, BotChanged)
    assert {Right.READ_ALL, Right.SEE_MEMBERS, Right.POST, Right.DELETE} <= raised.rights
    assert Right.RESTRICT not in raised.rights
    assert await world.telegram.rights(world.place()) == raised.rights


async def test_a_move_to_a_supergroup_is_told_with_both_addresses(world: World) -> None:
    made = await world.playground.control.chat(
        "小群", key="small", type="group", members=["mum"], bot="administrator", quiet=True
    )
    moved = await world.playground.control.migrate("small")
    events = [event for event in await world.events() if isinstance(event, ChatMoved)]
    assert {(event.old.address, event.new.address) for event in events} == {
        (str(made["id"]), str(moved["new"]))
    }
    with pytest.raises(Moved) as raised:
        await world.telegram.perform(Say("k", 1, "hi"), Place("telegram", str(made["id"]), ChatKind.GROUP))
    assert raised.value.address == str(moved["new"])


async def test_the_admins_are_listed_without_bots(world: World) -> None:
    (owner,) = await world.telegram.admins(world.place())
    assert (owner.user, owner.name, owner.owner, owner.can_restrict) == (
        str(world.people["teacher"]),
        "王丽 老师",
        True,
        True,
    )


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


PLAIN: dict[str, Any] = {
    "message_id": 7,
    "date": 1_795_451_914,
    "chat": {"id": -1002000000000, "type": "supergroup", "title": "三(2)班家长群", "is_forum": False},
    "from": {"id": 50, "is_bot": False, "first_name": "小雨", "last_name": "妈妈", "username": "xy"},
    "text": "@所有人 明天几点放学？",
}


def by_the_library(message: dict[str, Any]) -> list[Event]:
    """The long way: a key the short way does not know, and that means nothing."""
    return events_of(json.dumps({"update_id": 1, "message": message, "x": 1}).encode(), NOW, reads_all=False)


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("en", "en"),
        ("en-GB", "en"),
        ("zh", "zh-Hans"),
        ("zh-hans", "zh-Hans"),
        ("zh-hant", "zh-Hant"),
        ("zh-TW", "zh-Hant"),
        ("zh_HK", "zh-Hant"),
        ("zh-hant-tw", "zh-Hant"),
        ("fr", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_a_private_message_tells_what_the_phone_speaks(code: str | None, language: str) -> None:
    person = {"id": 50, "is_bot": False, "first_name": "小雨"} | (
        {} if code is None else {"language_code": code}
    )
    chat = {"id": 50, "type": "private", "first_name": "小雨"}
    (seen,) = by_the_library(PLAIN | {"from": person, "chat": chat})
    assert isinstance(seen, MessageSeen)
    assert seen.language == language


def test_what_a_members_phone_speaks_is_nobodys_business_in_a_group() -> None:
    person = {"id": 50, "is_bot": False, "first_name": "小雨", "language_code": "en"}
    (seen,) = by_the_library(PLAIN | {"from": person})
    assert isinstance(seen, MessageSeen)
    assert seen.language == ""


def the_short_way(message: dict[str, Any]) -> list[Event]:
    return events_of(json.dumps({"update_id": 1, "message": message}).encode(), NOW, reads_all=False)


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"text": "好"},
        {"from": {"id": 50, "is_bot": False, "first_name": "王丽老师"}},
        {"from": {"id": 1087968824, "is_bot": True, "first_name": "Group"}},
        {"from": {"id": 777000, "is_bot": False, "first_name": "Telegram"}},
        {"from": {"id": 9, "is_bot": True, "first_name": "别的机器人"}},
        {"chat": {"id": 50, "type": "private", "first_name": "小雨"}},
        {"sender_chat": {"id": -5, "type": "channel", "title": "王丽老师"}},
        {"sender_tag": "班主任"},
        {"text": ""},
    ],
)
def test_a_plain_message_read_the_short_way_is_the_same_as_the_long_way(change: dict[str, Any]) -> None:
    message = PLAIN | change
    assert the_short_way(message) == by_the_library(message)


def test_only_a_person_s_plain_text_goes_the_short_way() -> None:
    assert plain({"update_id": 1, "message": PLAIN}) is not None
    for key, value in {
        "from": {"id": 777000, "is_bot": False, "first_name": "Telegram"},
        "sender_tag": "班主任",
        "text": 5,
        "date": "never",
        "chat": None,
    }.items():
        assert plain({"update_id": 1, "message": PLAIN | {key: value}}) is None


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


async def test_the_link_that_makes_it_an_admin_asks_for_deleting_and_muting_only(world: World) -> None:
    link = (await world.telegram.me()).admin_link
    assert link.startswith("https://t.me/")
    assert link.endswith("?startgroup=guard&admin=delete_messages+restrict_members")
