"""What must stay silent: money told of, pictures of other things, words inside other words, asks long over."""

from __future__ import annotations

import pytest

from patterns import loading
from patterns.asks import Mood, read
from patterns.conversation import EMPTY
from patterns.judge import Context, judge
from patterns.model import Attachment, AttachmentKind, Level, Message, Person, Protected
from patterns.names import Roster
from patterns.normalize import normalize

TEACHER = Protected("三(2)班班主任 沈若琳老师", frozenset({"teacher"}))
GROUP = Context(roster=Roster([TEACHER]))
OWNER = Person("teacher", TEACHER.name)
CLONE = Person("stranger", TEACHER.name)
PARENT = Person("parent", "小满妈妈")
PHOTO = (Attachment(AttachmentKind.IMAGE),)
CODE = (Attachment(AttachmentKind.QR, "wxp://f2f0Invented12345abcdefghijklmnopqrstuv"),)


def said(sender: Person, text: str, *, photo: bool = False, minute: float = 0) -> Message:
    return Message(str(minute), sender, text, attachments=PHOTO if photo else (), minute=minute, hour=12)


def level(message: Message) -> Level:
    return judge(message, GROUP).level


def last(*messages: Message) -> Level:
    conversation, found = EMPTY, Level.CLEAR
    for message in messages:
        verdict = judge(message, GROUP, conversation)
        conversation, found = conversation.after(message, verdict), verdict.level
    return found


@pytest.mark.parametrize("sender", [OWNER, PARENT], ids=["teacher", "parent"])
@pytest.mark.parametrize(
    "text",
    [
        "收费标准为每小时五元",
        "泊車收費係四十蚊一個鐘",
        "餐厅要收每人十元茶位费",
        "校友纷纷捐款，已经筹到三十万元",
        "医院让他先交了两千元押金",
        "The castle charged us £12 for parking",
        "我把钱转给我妈了，让她去充饭卡",
    ],
)
def test_a_photo_beside_a_price_told_is_no_ask(sender: Person, text: str) -> None:
    assert level(said(sender, text, photo=True)) is Level.CLEAR


@pytest.mark.parametrize(
    "text",
    [
        "门票每人四十，大家扫下图交一下",
        "练习册每人45元，转给我就行",
        "Trip £11 each, please pay me with this code",
    ],
)
def test_a_photo_beside_an_order_to_pay_may_be_a_code(text: str) -> None:
    assert level(said(OWNER, text, photo=True)) is Level.CAUTION


@pytest.mark.parametrize(
    "text", ["凭借自己的努力拿了奖", "借此机会谢谢大家", "借款人借了两千元，利率是多少", "陳生肯借錢畀我哋"]
)
def test_a_teacher_may_speak_of_borrowing(text: str) -> None:
    assert level(said(OWNER, text)) is Level.CLEAR


def test_a_teachers_account_that_borrows_is_a_caution() -> None:
    assert level(said(OWNER, "哪位家长借我三千块应急，明天还")) is Level.CAUTION


@pytest.mark.parametrize(
    "text", ["舊年嘅測驗資料你都有齊嘞", "体验资格要先报名", "I work with Autodesk and todesktop files"]
)
def test_a_hard_tell_is_not_found_inside_other_words(text: str) -> None:
    assert level(said(PARENT, text)) is Level.CLEAR
    assert level(said(OWNER, text)) is Level.CLEAR


@pytest.mark.parametrize(
    "text", ["嚿石頭打到我", "銀行寄俾我嘅付款通知書", "前台居然要我们付房费", "原来是来扫我场子的"]
)
def test_what_is_sent_or_done_to_me_is_not_money(text: str) -> None:
    assert level(said(OWNER, text, photo=True)) is Level.CLEAR


def test_an_unrelated_picture_inherits_no_ask() -> None:
    ask = said(OWNER, "各位家长，材料费每人30，交到我微信")
    assert last(ask, said(OWNER, "路上看到的彩虹", photo=True, minute=5)) is Level.CLEAR


def test_an_ask_is_carried_on_while_it_is_fresh_and_no_longer() -> None:
    ask = said(PARENT, "各位家长，材料费今天缴费截止")
    code = [Message("2", PARENT, "", attachments=CODE, minute=minute, hour=12) for minute in (3.0, 90.0)]
    assert last(ask, code[0]) is Level.CAUTION
    assert last(ask, code[1]) is Level.CLEAR


def test_what_is_told_of_others_is_narrated_and_what_is_told_to_the_reader_is_not() -> None:
    def moods(text: str) -> set[Mood]:
        plain = normalize(text)
        book = loading.rulebook()
        found = read(plain, book, loading.moods(), book.spots(plain.text), loading.begins_word)
        return {hit.mood for hit in found.hits if hit.rule.id == "asks_payment"}

    assert moods("群众纷纷捐款") == {Mood.NARRATED}
    assert moods("他们每个月都要缴费") == {Mood.NARRATED}
    assert Mood.ASSERTED in moods("他们每个月都要缴费，请大家今天也缴费")


@pytest.mark.parametrize(
    "text",
    [
        "校服公司统一收取校服费，每人168元，扫码交一下",
        "餐厅要收订金，每位家长50元，转我微信",
        "去年欠的资料费今天补交，每人65，扫下图",
        "The coach company charged us more, please pay me £6 each with the code",
    ],
)
def test_a_story_that_ends_in_an_order_is_an_order(text: str) -> None:
    assert level(said(OWNER, text, photo=True)) is Level.CAUTION


def test_a_false_name_may_not_hide_its_ask_in_a_story() -> None:
    assert level(said(CLONE, "去年的班费他们都付款了", photo=True)) is Level.ALARM
