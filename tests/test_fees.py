"""The register of genuine fees: written down in private, agreed to by a second admin, and what is judged by it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.actions import Action, Say
from bot.events import MessageSeen, Picture, PicturesRead
from bot.places import Chat
from bot.settings import LANGUAGES
from bot.store import admins, settings
from bot.store.admins import Admin
from handlers import messages
from handlers.figures import day_of, sum_of
from patterns.judge import judge
from patterns.model import Attachment, AttachmentKind, Level, Message, Person, Verdict
from tests.classroom import Classroom
from tests.group_chat import (
    ADMIN,
    NOBODY_IN_PARTICULAR,
    OWNER,
    PARENT,
    STRANGER,
    GroupChat,
    button,
    group_chat,
    offered,
    said,
)
from tests.guarded import PATIENCE, guarded

CODE = "wxp://f2f0SchoolOfficeInvented01"
OTHER_CODE = "wxp://f2f0SomebodyElseInvented9"
TEACHER = Person("300", "王丽老师")
CLONE = Person("66", "王丽老师")


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[GroupChat]:
    async with group_chat(tmp_path) as open_room:
        await open_room.says(OWNER, "/teacher add", cited=Message("9", TEACHER, "大家好"))
        yield open_room


@pytest.fixture
async def private(room: GroupChat) -> Chat:
    return await room.private(ADMIN)


async def shows(room: GroupChat, chat: Chat, *payloads: str) -> Sequence[Action]:
    """The admin sends a picture in private; what the bot answers once it was read."""
    bare = Attachment(AttachmentKind.IMAGE)
    message = Message(str(next(room.numbers)), ADMIN, attachments=(bare,))
    event = MessageSeen(chat.place, message, room.now, pictures=(Picture("file", "unique"),))
    await room.sees(event, chat)
    found = tuple(Attachment(AttachmentKind.QR, payload) for payload in payloads) or (bare,)
    async with room.here(chat) as here:
        return await messages.pictured(PicturesRead(event, found), here)


async def written_down(room: GroupChat, private: Chat, what: str = "秋游费") -> Sequence[Action]:
    """Question by question, to the button that asks the other admins."""
    await room.says(ADMIN, "/fee new", chat=private)
    await room.says(ADMIN, what, chat=private)
    await room.says(ADMIN, "86.5元", chat=private)
    asked = await shows(room, private, CODE)
    asked = await room.presses(ADMIN, button(asked, "7天内"), chat=private)
    review = await room.presses(ADMIN, button(asked, "校园缴费平台"), chat=private)
    return await room.presses(ADMIN, button(review, "对，请管理员确认"), chat=private)


async def announced(room: GroupChat, private: Chat, what: str = "秋游费") -> Sequence[Action]:
    asked = await written_down(room, private, what)
    return await room.presses(OWNER, button(asked, "同意"), chat=await room.private(OWNER))


async def judged(room: GroupChat, who: Person, text: str, *codes: str) -> Verdict:
    there = await room.group()
    attached = tuple(Attachment(AttachmentKind.QR, code) for code in codes)
    return judge(Message("1", who, text, attachments=attached), there.context)


# --- written down and agreed to -------------------------------------------------------------


async def test_a_fee_is_announced_only_when_a_second_admin_agrees(room: GroupChat, private: Chat) -> None:
    asked = await written_down(room, private)
    assert not [one for one in asked if isinstance(one, Say) and one.chat == room.chat.id]
    assert (await room.group()).context.fees == ()
    agreed = await room.presses(OWNER, button(asked, "同意"), chat=await room.private(OWNER))
    (notice,) = [one for one in agreed if isinstance(one, Say) and one.chat == room.chat.id]
    assert "第1号" in notice.text and "秋游费" in notice.text and "86.5" in notice.text
    assert "2026-12-02" in notice.text and "校园缴费平台" in notice.text
    assert CODE[6:] not in notice.text
    (fee,) = (await room.group()).context.fees
    assert (fee.number, fee.what, fee.amount) == (1, "秋游费", "86.5")


async def test_the_one_who_wrote_it_down_is_not_the_second_voice(room: GroupChat, private: Chat) -> None:
    await written_down(room, private)
    assert "另一位管理员" in said(await room.says(ADMIN, "/fee confirm 1"))
    assert "另一位管理员" in said(await room.says(NOBODY_IN_PARTICULAR, "/fee confirm 1"))
    await room.says(PARENT, "/fee confirm 1")
    assert (await room.group()).context.fees == ()


@pytest.mark.usefixtures("on_either_database")
async def test_two_admins_who_agree_at_once_announce_it_once(room: GroupChat, private: Chat) -> None:
    asked = await written_down(room, private)
    await room.presses(OWNER, button(asked, "同意"), chat=await room.private(OWNER))
    again = await room.presses(OWNER, button(asked, "同意"), chat=await room.private(OWNER))
    assert "已经有人处理过" in said(again)
    assert not [one for one in again if isinstance(one, Say) and one.chat == room.chat.id]


async def test_who_lost_the_role_in_between_agrees_to_nothing(room: GroupChat, private: Chat) -> None:
    asked = await written_down(room, private)
    async with room.db.transaction() as tx:
        await admins.replace(tx, room.chat.id, [Admin(ADMIN.id, ADMIN.name, True, True)], room.now)
    await room.presses(OWNER, button(asked, "同意"), chat=await room.private(OWNER))
    assert (await room.group()).context.fees == ()


@pytest.mark.parametrize(
    "typed", ["-1", "1e99", "0", "nan", "八十六", "100001", "86.555", "86.5 或 90", "９９９９９９９"]
)
async def test_a_sum_no_fee_can_have_is_asked_for_again(room: GroupChat, private: Chat, typed: str) -> None:
    await room.says(ADMIN, "/fee new", chat=private)
    await room.says(ADMIN, "秋游费", chat=private)
    assert "这个金额不行" in said(await room.says(ADMIN, typed, chat=private))
    assert "付给谁" in said(await room.says(ADMIN, "８６.５", chat=private))


@pytest.mark.parametrize("typed", ["2020-01-01", "13月40日", "昨天", "2999-01-01", "12", "2月30日"])
async def test_a_day_that_is_past_or_does_not_exist_is_asked_for_again(
    room: GroupChat, private: Chat, typed: str
) -> None:
    await room.says(ADMIN, "/fee new", chat=private)
    for answer in ("秋游费", "86.5", "阳光小学缴费平台"):
        await room.says(ADMIN, answer, chat=private)
    assert "这个日期不行" in said(await room.says(ADMIN, typed, chat=private))
    assert "怎么交" in said(await room.says(ADMIN, "12月20日", chat=private))


@pytest.mark.parametrize("endless", ["长" * 10_000, "a" + "\u0301" * 3_999])
async def test_words_without_end_are_asked_for_again_at_every_question_and_never_cut_off(
    room: GroupChat, private: Chat, endless: str
) -> None:
    await room.says(ADMIN, "/fee new", chat=private)
    for number, answer in enumerate(("秋游费", "86.5", "阳光小学缴费平台", "12月20日", "在平台里交"), 1):
        assert f"（{number}/5）" in said(await room.says(ADMIN, endless, chat=private))
        last = said(await room.says(ADMIN, answer, chat=private))
    assert "秋游费" in last and "在平台里交" in last and "…" not in last


async def test_a_dialogue_that_was_interrupted_says_so(room: GroupChat, private: Chat) -> None:
    await room.says(ADMIN, "/fee new", chat=private)
    await room.says(ADMIN, "秋游费", chat=private)
    await room.says(ADMIN, "/payee add", chat=private)
    assert "打断" in said(await room.presses(ADMIN, "/fee set done", chat=private))
    assert "打断" in said(await room.presses(ADMIN, "/fee set until 7", chat=private))


async def test_stopping_notes_nothing_and_an_old_button_does_nothing(room: GroupChat, private: Chat) -> None:
    asked = await room.says(ADMIN, "/fee new", chat=private)
    assert "什么也没记下" in said(await room.presses(ADMIN, button(asked, "不登记了"), chat=private))
    await room.says(ADMIN, "/fee new", chat=private)
    assert "失效" in said(await room.presses(ADMIN, "/fee set channel app", chat=private))
    assert "失效" in said(await room.presses(ADMIN, "/fee set done", chat=private))


@pytest.mark.parametrize("typed", ["算了", " 取消。", "Never mind", "不登記了！"])
async def test_never_mind_is_no_name_of_a_fee(room: GroupChat, private: Chat, typed: str) -> None:
    await room.says(ADMIN, "/fee new", chat=private)
    assert "什么也没改" in said(await room.says(ADMIN, typed, chat=private))
    assert "什么也没改" not in said(await room.says(ADMIN, typed, chat=private))


async def test_a_dialogue_goes_on_after_a_restart(room: GroupChat, private: Chat) -> None:
    await room.says(ADMIN, "/fee new", chat=private)
    await room.says(ADMIN, "秋游费", chat=private)
    again = GroupChat(room.db, room.chat, now=room.now + timedelta(minutes=5))
    assert "付给谁" in said(await again.says(ADMIN, "86.5", chat=private))


async def test_anyone_may_read_the_register_and_only_admins_close(room: GroupChat, private: Chat) -> None:
    await announced(room, private)
    page = await room.says(PARENT, "/fee")
    assert "第1号" in said(page)
    assert offered(page) == []
    await room.says(PARENT, "/fee close 1")
    assert len((await room.group()).context.fees) == 1
    await room.says(OWNER, "/fee close 1")
    assert (await room.group()).context.fees == ()


async def test_a_fee_ends_after_its_last_day(room: GroupChat, private: Chat) -> None:
    await announced(room, private)
    await room.strikes(room.now + timedelta(days=7))
    assert len((await room.group()).context.fees) == 1
    await room.strikes(room.now + timedelta(days=1))
    assert (await room.group()).context.fees == ()


# --- judged by it -------------------------------------------------------------------------------


async def test_a_request_that_agrees_is_verified_and_one_with_another_sum_is_not(
    room: GroupChat, private: Chat
) -> None:
    await announced(room, private)
    asked = "各位家长，请扫码交秋游费{}元"
    genuine = await judged(room, TEACHER, asked.format("86.5"), CODE)
    assert (genuine.level, genuine.fee) == (Level.CLEAR, 1)
    assert (await judged(room, TEACHER, asked.format("186.5"), CODE)).fee == 0


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
    assert seen is None or seen.verdict.fee == 0


async def test_the_same_fee_through_another_code_alarms_whoever_asks(room: GroupChat, private: Chat) -> None:
    await announced(room, private)
    for who in (TEACHER, STRANGER, CLONE):
        false = await judged(room, who, "各位家长，请扫码交秋游费86.5元", OTHER_CODE)
        assert false.level is Level.ALARM, who
        assert "contradicts_fee" in false.tells


async def test_a_clone_gains_nothing_by_repeating_the_genuine_fee(room: GroupChat, private: Chat) -> None:
    await announced(room, private)
    false = await judged(room, CLONE, "各位家长，请扫码交秋游费86.5元", CODE)
    assert (false.level, false.fee) == (Level.ALARM, 0)


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
    assert (named.level, named.fee) == (Level.CLEAR, 1)


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


# --- figures ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("86.50", "86.5"),
        ("¥120", "120"),
        ("每人86元", "86"),
        ("1,200", "1200"),
        ("0.00", None),
        ("+5", None),
        ("", None),
    ],
)
def test_a_sum_is_read_as_people_type_it(typed: str, value: str | None) -> None:
    assert sum_of(typed) == value


def test_a_day_without_a_year_is_the_next_one_there_is() -> None:
    today = date(2026, 12, 20)
    assert day_of("12月31日", today) == date(2026, 12, 31)
    assert day_of("1-5", today) == date(2027, 1, 5)
    assert day_of("12-19", today) is None
    assert day_of("2027/3/1", today) == date(2027, 3, 1)


# --- played -------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_question_is_asked_in_the_admins_language(
    room: GroupChat, private: Chat, language: str
) -> None:
    async with room.here(private) as here:
        await settings.choose(here.tx, private.id, "language", language)
    first = {"zh-Hans": "收什么费", "zh-Hant": "收什麼費", "en": "What is it for"}[language]
    assert first in said(await room.says(ADMIN, "/fee new", chat=private))


async def test_in_a_real_class_a_false_code_for_a_true_fee_is_raised(tmp_path: Path) -> None:
    async with guarded(tmp_path) as school:
        control = school.playground.control
        await school.says("teacher", "/fee")
        await school.tells("deputy", "/start")
        for text in ("/fee new", "秋游费", "86.5"):
            await school.tells("teacher", text)
            await school.settled()
        await school.tells("teacher", photo={"qr": CODE})
        await control.said("teacher", contains="最晚哪天交", wait=PATIENCE)
        for text in ("12月30日", "在校园平台里交"):
            await school.tells("teacher", text)
            await school.settled()
        (review,) = await control.said("teacher", contains="请看一遍", wait=PATIENCE)
        await control.press("teacher", review["message_id"], "teacher", "对，请管理员确认", wait=PATIENCE)
        (asked,) = await control.said("deputy", contains="请您确认", wait=PATIENCE)
        await control.press("deputy", asked["message_id"], "deputy", "同意，公布", wait=PATIENCE)
        assert await control.said("class", contains="学校收费公布（第1号）", wait=PATIENCE)
        await school.says("teacher", "各位家长，请扫码交秋游费86.5元", photo={"qr": CODE})
        assert await control.said("class", contains="✓ 和学校登记的第1号收费一致", wait=PATIENCE)
        assert await school.warnings() == []
        await school.says("stranger", "秋游费86.5元请扫这个码", photo={"qr": OTHER_CODE})
        (warning,) = await school.warnings()
        assert "公布的" in warning["text"]
        await school.unharmed()
