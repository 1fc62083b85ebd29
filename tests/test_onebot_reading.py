"""OneBot's events as ours: arrays and CQ codes, cards and nicknames, what is missing and what is unknown."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.abilities import Right
from bot.events import BotChanged, MemberChanged, Membership, MessageRecalled, MessageSeen
from bot.platforms import Unreadable
from bot.platforms.onebot.gathering import complete, concerns, needs_asking, raw_of
from bot.platforms.onebot.known import Known
from bot.platforms.onebot.performing import plain
from bot.platforms.onebot.reading import events_of
from patterns.model import AttachmentKind, Role, Station

NOW = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
GROUP, ME = 600_001, "10001"

Json = dict[str, Any]


@pytest.fixture
def known() -> Known:
    known = Known(me=ME)
    known.titles[GROUP] = "三(2)班家长群"
    told = {
        "user_id": 20,
        "nickname": "丽丽",
        "card": "王丽老师",
        "role": "admin",
        "join_time": 1_700_000_000,
    }
    known.fill(GROUP, [told, {"user_id": 10001, "nickname": "班级卫士", "role": "member"}])
    return known


@pytest.mark.parametrize(
    "message",
    [[{"type": "reply", "data": {}}], [{"type": "reply", "data": {"id": "x"}}], "[CQ:reply,qq=20,text=1]"],
)
async def test_a_quotation_of_nothing_that_can_be_named_is_only_left_out(known: Known, message: Any) -> None:
    event = said(message)
    asked: list[str] = []

    async def call(action: str, _asked: Mapping[str, Any]) -> Json:
        asked.append(action)
        return {}

    await complete(event, call, known)
    assert asked == []
    assert [type(one) for one in events_of(raw_of(event).body, NOW, known, "onebot")] == [MessageSeen]


def said(message: Any, **more: Any) -> Json:
    return {
        "post_type": "message",
        "message_type": "group",
        "time": 1_764_043_200,
        "self_id": int(ME),
        "group_id": GROUP,
        "user_id": 20,
        "message_id": -77,
        "sender": {"user_id": 20, "nickname": "丽丽", "card": "王丽老师", "role": "admin"},
        "message": message,
    } | more


def notice(kind: str, **more: Any) -> Json:
    return {"post_type": "notice", "notice_type": kind, "time": 1_764_043_200, "group_id": GROUP} | more


def read(told: Json, known: Known) -> Any:
    (event,) = events_of(json.dumps(told).encode(), NOW, known, "onebot")
    return event


def seen(told: Json, known: Known) -> MessageSeen:
    event = read(told, known)
    assert isinstance(event, MessageSeen)
    return event


def text(words: str) -> Json:
    return {"type": "text", "data": {"text": words}}


def test_a_message_says_who_where_and_when(known: Known) -> None:
    event = seen(said([text("明天带雨伞")]), known)
    assert (event.place.address, event.place.title) == (f"group:{GROUP}", "三(2)班家长群")
    assert event.at == datetime.fromtimestamp(1_764_043_200, UTC)
    assert event.joined == datetime.fromtimestamp(1_700_000_000, UTC)
    message = event.message
    assert (message.id, message.text) == ("-77", "明天带雨伞")
    sender = message.sender
    assert (sender.id, sender.name, sender.nickname, sender.role) == ("qq:20", "王丽老师", "丽丽", Role.ADMIN)


def test_codes_in_a_string_are_the_same_as_an_array(known: Known) -> None:
    codes = "[CQ:reply,id=-5]请看&#91;通知&#93; &amp; 交费[CQ:image,file=a.image,url=https://c.qq.com/a&#44;b][CQ:at,qq=all]"
    array = [
        {"type": "reply", "data": {"id": "-5"}},
        text("请看[通知] & 交费"),
        {"type": "image", "data": {"file": "a.image", "url": "https://c.qq.com/a,b"}},
        {"type": "at", "data": {"qq": "all"}},
    ]
    one, other = seen(said(codes), known), seen(said(array), known)
    assert one.message == other.message and one.pictures == other.pictures
    assert one.message.mentions_all and one.message.reply_to == "-5"
    assert one.pictures[0].file_id == "https://c.qq.com/a,b"


def test_a_missing_role_and_card_are_taken_from_the_member_list(known: Known) -> None:
    event = seen(said([text("早")], sender={"user_id": 20, "nickname": "丽丽"}), known)
    assert (event.message.sender.role, event.message.sender.name) == (Role.ADMIN, "王丽老师")
    assert seen(said([text("早")], sender=None, user_id=99), known).message.sender.name == ""


def test_a_new_card_is_seen_at_the_next_message(known: Known) -> None:
    seen(said([text("早")], user_id=30, sender={"nickname": "路人", "card": ""}), known)
    event = seen(said([text("交费")], user_id=30, sender={"nickname": "路人", "card": "王丽老师"}), known)
    assert (event.message.sender.name, event.message.sender.nickname) == ("王丽老师", "路人")


def test_somebody_behind_a_mask_has_no_account(known: Known) -> None:
    hidden = {"id": 9, "name": "大力鬼王", "flag": "f"}
    sender = seen(said([text("交费")], sub_type="anonymous", anonymous=hidden), known).message.sender
    assert (sender.id, sender.name) == ("qq:anonymous:9", "大力鬼王")
    assert sender.station is not Station.USER


def test_a_mention_of_the_bot_before_a_command_is_left_out(known: Known) -> None:
    told = said([{"type": "at", "data": {"qq": ME}}, text(" /状态")])
    assert seen(told, known).message.text == "/状态"


def test_a_mention_of_a_member_is_that_member(known: Known) -> None:
    event = seen(said([text("/老师 添加 "), {"type": "at", "data": {"qq": "20"}}]), known)
    assert [(one.id, one.name) for one in event.mentioned] == [("qq:20", "王丽老师")]
    assert "@王丽老师" in event.message.text


def card(app: str, prompt: str, **meta: Any) -> Json:
    told = {"app": app, "prompt": prompt, "meta": {"detail": meta}}
    return {"type": "json", "data": {"data": json.dumps(told, ensure_ascii=False)}}


def test_a_group_collection_and_a_red_packet_are_told_apart(known: Known) -> None:
    collect = seen(said([card("com.tencent.qqpay", "[群收款]资料费 ￥86.50")]), known).message
    assert [(one.kind, one.value) for one in collect.attachments] == [(AttachmentKind.GROUP_COLLECT, "86.50")]
    packet = seen(said([card("com.tencent.qqpay", "[QQ红包]恭喜发财")]), known).message
    assert packet.attachments[0].kind is AttachmentKind.RED_PACKET
    plain_packet = seen(said([{"type": "redbag", "data": {"title": "班费"}}]), known).message
    assert plain_packet.attachments[0].kind is AttachmentKind.RED_PACKET


def test_a_shared_page_is_a_link_with_its_words(known: Known) -> None:
    shared = card(
        "com.tencent.structmsg", "[分享]缴费通知", jumpUrl="https://pay.example/x", title="学校缴费"
    )
    message = seen(said([shared]), known).message
    assert [one.value for one in message.attachments] == ["https://pay.example/x"]
    assert "学校缴费" in message.text


def test_a_forwarded_conversation_is_read_line_by_line_with_its_writer(known: Known) -> None:
    told = said([{"type": "forward", "data": {"id": "F1"}}])
    node = {"sender": {"user_id": 66, "nickname": "王老师"}, "content": [text("请扫码交资料费")]}
    event = seen(told | {"_forwards": {"F1": [node]}}, known)
    assert event.message.forwarded and "请扫码交资料费" in event.message.text
    assert event.origin is not None and (event.origin.id, event.origin.name) == ("qq:66", "王老师")


def test_forwards_within_forwards_end_somewhere(known: Known) -> None:
    node = {"sender": {"user_id": 1}, "content": [{"type": "forward", "data": {"id": "F1"}}]}
    event = seen(said([{"type": "forward", "data": {"id": "F1"}}]) | {"_forwards": {"F1": [node] * 3}}, known)
    assert event.message.text == ""


def test_a_file_and_an_upload_are_judged_by_their_names(known: Known) -> None:
    sent = seen(
        said([{"type": "file", "data": {"file": "缴费名单.apk", "file_id": "/f", "file_size": "9"}}]), known
    )
    assert sent.message.attachments[0].value == "缴费名单.apk" and sent.pictures[0].is_file
    uploaded = seen(
        notice("group_upload", user_id=20, file={"id": "/f", "name": "缴费名单.apk", "size": 9}), known
    )
    assert uploaded.message.attachments[0].value == "缴费名单.apk"


def test_unknown_segments_are_passed_over(known: Known) -> None:
    event = seen(said([{"type": "hologram", "data": 3}, text("在吗"), {"no": "type"}, None]), known)
    assert event.message.text == "在吗"


def test_members_come_go_and_rise(known: Known) -> None:
    came = read(notice("group_increase", user_id=30, operator_id=20, _member={"nickname": "王丽老师"}), known)
    assert isinstance(came, MemberChanged) and came.person.name == "王丽老师"
    assert (came.before, came.after, came.by.name) == (Membership.OUT, Membership.MEMBER, "王丽老师")
    rose = read(notice("group_admin", sub_type="set", user_id=30), known)
    assert (rose.before, rose.after) == (Membership.MEMBER, Membership.ADMIN)
    gone = read(notice("group_decrease", sub_type="kick", user_id=30, operator_id=20), known)
    assert gone.after is Membership.OUT and known.member(GROUP, 30) == {}


def test_the_account_itself_comes_rises_is_muted_and_goes(known: Known) -> None:
    me = int(ME)
    came = read(notice("group_increase", user_id=me, operator_id=20), known)
    assert isinstance(came, BotChanged) and Right.DELETE not in came.rights and Right.READ_ALL in came.rights
    muted = read(notice("group_ban", sub_type="ban", user_id=me, operator_id=20, duration=60), known)
    assert Right.POST not in muted.rights
    everybody = read(notice("group_ban", sub_type="ban", user_id=0, operator_id=20), known)
    assert Right.POST not in everybody.rights
    rose = read(notice("group_admin", sub_type="set", user_id=me), known)
    assert {Right.DELETE, Right.RESTRICT} <= rose.rights
    assert (
        events_of(json.dumps(notice("group_ban", user_id=0, sub_type="ban")).encode(), NOW, known, "onebot")
        == []
    )
    gone = read(notice("group_decrease", sub_type="kick_me", user_id=me, operator_id=20), known)
    assert gone.after is Membership.OUT


def test_a_recall_tells_whose_and_by_whom(known: Known) -> None:
    event = read(notice("group_recall", user_id=30, operator_id=20, message_id=-9), known)
    assert event == MessageRecalled(event.place, "-9", "qq:30", "qq:20", event.at)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"post_type":"message","user_id":"x"}', b"\xff"])
def test_what_cannot_be_read_is_set_aside_without_its_words(body: bytes, known: Known) -> None:
    with pytest.raises(Unreadable) as raised:
        events_of(body, NOW, known, "onebot")
    assert " in " in str(raised.value)


def test_a_message_fetched_again_has_the_number_it_came_with() -> None:
    live, again = said([text("在")]), said([text("在")], font=3, _cited={"x": 1})
    assert raw_of(live).update_id == raw_of(again).update_id
    assert (
        raw_of(notice("group_recall", message_id=1)).update_id
        != raw_of(notice("group_recall", message_id=2)).update_id
    )


@pytest.mark.parametrize(
    "more",
    [
        {"raw": {"elements": ["好" * 900]}},
        {"picture": "a" * 200_000},
        {"nested": json.loads("[" * 500 + "]" * 500)},
    ],
    ids=["told twice", "long", "deep"],
)
def test_what_is_told_twice_too_long_or_too_deep_is_not_kept_whole(more: dict[str, Any]) -> None:
    plain = said([text("好的")])
    kept = json.loads(raw_of(plain | more).body)
    assert {name: kept[name] for name in plain} == plain
    assert "raw" not in kept
    assert len(raw_of(plain | more).body) < 60_000


def test_only_what_others_do_in_guarded_groups_is_kept() -> None:
    assert concerns(said([]), frozenset(), ME) and concerns(said([]), frozenset({GROUP}), ME)
    assert not concerns(said([]), frozenset({1}), ME)
    assert not concerns(said([], user_id=int(ME)), frozenset(), ME)
    assert not concerns({"post_type": "meta_event"}, frozenset(), ME)
    assert not concerns(said([], post_type="message_sent"), frozenset(), ME)


def test_only_replies_forwards_and_newcomers_have_to_be_asked_about() -> None:
    assert needs_asking(said([{"type": "reply", "data": {"id": "1"}}])) and needs_asking(
        said("[CQ:reply,id=1]好")
    )
    assert needs_asking(notice("group_increase", user_id=1))
    assert not needs_asking(said([text("好")])) and not needs_asking(said("好"))


def test_marks_and_our_own_ids_are_not_shown() -> None:
    assert plain("<b>疑似诈骗</b>（编号 <code>qq:66</code>）&lt;x&gt;") == "疑似诈骗（编号 66）<x>"
