"""What is said of a fee that was announced: verified, left alone, or raised."""

from __future__ import annotations

import pytest

from bot.actions import Say
from bot.places import Chat
from handlers import messages
from patterns.judge import judge
from patterns.model import Attachment, AttachmentKind, Level, Message, Person, Verdict
from tests.class_with_fees import CODE, TEACHER, announced, class_with_fees
from tests.classroom import Classroom
from tests.group_chat import ADMIN, OWNER, PARENT, STRANGER, GroupChat, button, said
from tests.opened import for_each_test

OTHER_CODE = "wxp://f2f0SomebodyElseInvented9"
CLONE = Person("66", "王丽老师")

room = for_each_test(class_with_fees)


@pytest.fixture
async def private(room: GroupChat) -> Chat:
    return await room.private(ADMIN)


async def judged(room: GroupChat, who: Person, text: str, *codes: str) -> Verdict:
    there = await room.group()
    attached = tuple(Attachment(AttachmentKind.QR, code) for code in codes)
    return judge(Message("1", who, text, attachments=attached), there.context)


async def test_a_request_that_agrees_is_verified_and_one_with_another_sum_is_not(
    room: GroupChat, private: Chat
) -> None:
    await announced(room, private)
    asked = "各位家长，请扫码交秋游费{}元"
    genuine = await judged(room, TEACHER, asked.format("86.5"), CODE)
    assert (genuine.level, genuine.fee) == (Level.CLEAR, "1")
    assert (await judged(room, TEACHER, asked.format("186.5"), CODE)).fee == ""


@pytest.mark.parametrize(
    ("more", "came"),
    [
        ("，这个码停用了，请转账给我", ()),
        ("，缴费请加我微信 qiuyou2026", ()),
        ("，平台坏了，先加老师新号", ()),
        ("，也可以在 https://pay.qiuyou.example 上交", ()),
        ("，名单见图", (Attachment(AttachmentKind.IMAGE),)),
        ("，名单见文件", (Attachment(AttachmentKind.FILE, "名单.pdf"),)),
        ("，找他交", (Attachment(AttachmentKind.CONTACT, "王老师"),)),
        ("，怎么交看视频", (Attachment(AttachmentKind.OTHER),)),
    ],
)
async def test_a_request_that_leads_anywhere_else_is_not_verified(
    room: GroupChat, private: Chat, more: str, came: tuple[Attachment, ...]
) -> None:
    await announced(room, private)
    asked = f"各位家长，请扫码交秋游费86.5元{more}"
    code = Attachment(AttachmentKind.QR, CODE)
    there = Classroom(room.db, room.chat, room.memory, me=room.me, now=room.now)
    seen = messages.glance(
        there.message(PARENT, asked, code, *came), room.chat, await room.group(), room.memory, room.now
    )
    assert seen is None or seen.verdict.fee == ""


async def test_the_same_fee_through_another_code_alarms_whoever_asks(room: GroupChat, private: Chat) -> None:
    await announced(room, private)
    for who in (TEACHER, STRANGER, CLONE):
        false = await judged(room, who, "各位家长，请扫码交秋游费86.5元", OTHER_CODE)
        assert false.level is Level.ALARM, who
        assert "contradicts_fee" in false.tells


async def test_a_clone_gains_nothing_by_repeating_the_genuine_fee(room: GroupChat, private: Chat) -> None:
    await announced(room, private)
    false = await judged(room, CLONE, "各位家长，请扫码交秋游费86.5元", CODE)
    assert (false.level, false.fee) == (Level.ALARM, "")


@pytest.mark.parametrize(
    "text", ["秋游费交了吗", "秋游费86.5元我已经交了", "大家小心，有人用假码收秋游费", "明天秋游带水"]
)
async def test_talk_about_the_fee_is_talk(room: GroupChat, private: Chat, text: str) -> None:
    await announced(room, private)
    assert (await judged(room, PARENT, text)).level is Level.CLEAR


async def test_a_short_name_within_another_word_is_no_contradiction(room: GroupChat, private: Chat) -> None:
    await announced(room, private, "餐费")
    assert (
        await judged(room, PARENT, "昨天聚餐费用每人45元，请扫我的码转给我", OTHER_CODE)
    ).level < Level.ALARM
    false = await judged(room, PARENT, "请大家扫码交餐费86.5元", OTHER_CODE)
    assert false.level is Level.ALARM


async def test_of_a_payee_known_by_name_alone_another_code_may_be_the_same(
    room: GroupChat, private: Chat
) -> None:
    await room.says(ADMIN, "/fee new", chat=private)
    for answer in ("秋游费", "86.5", "阳光小学缴费平台", "12月20日"):
        await room.says(ADMIN, answer, chat=private)
    review = await room.says(ADMIN, "在校园平台里交", chat=private)
    assert "只登记了名称" in said(review)
    asked = await room.presses(ADMIN, button(review, "对，请管理员确认"), chat=private)
    await room.presses(OWNER, button(asked, "同意"), chat=await room.private(OWNER))
    assert (await judged(room, TEACHER, "各位家长，请扫码交秋游费86.5元", CODE)).level is Level.CAUTION
    named = await judged(room, TEACHER, "秋游费86.5元，请在阳光小学缴费平台缴费")
    assert (named.level, named.fee) == (Level.CLEAR, "1")


async def test_a_verified_request_is_marked_once_a_day_and_no_incident(
    room: GroupChat, private: Chat
) -> None:
    await announced(room, private)
    there = Classroom(room.db, room.chat, room.memory, me=room.me, now=room.now)
    code = Attachment(AttachmentKind.QR, CODE)
    group = await room.group()
    event = there.message(TEACHER, "各位家长，请扫码交秋游费86.5元", code)
    seen = messages.glance(event, room.chat, group, room.memory, room.now)
    assert seen is not None
    async with room.here() as here:
        (marked,) = await messages.deal(seen, here)
        again = await messages.deal(seen, here)
    assert isinstance(marked, Say)
    assert marked.text.startswith("✓") and "第1号" in marked.text
    assert [one.key for one in again] == [marked.key]
    assert await there.incidents() == 0
