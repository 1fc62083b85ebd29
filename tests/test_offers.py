"""What is offered to a class for money, what a teacher passes on or sets to be written, and who is to be asked about it."""

from __future__ import annotations

import pytest

from patterns.judge import Context, judge
from patterns.model import Level, Message, Person, Protected
from patterns.names import Roster

TEACHER = Protected("五(2)班 覃雨禾老师", frozenset({"teacher"}))
GROUP = Context(roster=Roster([TEACHER]))
SELF = Person("teacher", TEACHER.name)
FATHER = Person("father", "小石头爸爸")


def level(by: Person, text: str, *, forwarded: bool = False) -> Level:
    return judge(Message("m", by, text, forwarded=forwarded), GROUP).level


@pytest.mark.parametrize(
    "text",
    [
        "外校的考位我有路子，一个一千二，先付一半，有意的私我",
        "補習班還剩三個位，一期$1,800，有興趣的先過數俾我留位",
        "想帮他们家的转我，大人出了车祸还差三万",
        "I can move you up the swim-squad list, £80 upfront, anyone interested dm me",
        "我这边给孩子做意外险，一年59，有意的扫下面",
    ],
)
def test_a_stranger_who_sells_to_whoever_wants_and_is_paid_first_or_himself_is_asked_about(text: str) -> None:
    assert level(FATHER, text) is Level.CAUTION


@pytest.mark.parametrize(
    "text",
    [
        "转一辆儿童单车，260，自提",
        "书包团购的，一个48，货到付款",
        "我们那年考位才一千二，现在涨了",
        "住了三晚，房费先付一半，还行",
        "兴趣班还剩几个位啊？多少钱一期",
    ],
)
def test_parents_who_trade_in_the_open_or_talk_of_prices_are_left_alone(text: str) -> None:
    assert level(FATHER, text) is Level.CLEAR


def test_a_tip_of_the_police_is_no_crime_of_the_teacher_who_forwards_it() -> None:
    tip = "新手法：以退订会员为名，视频会议里共享屏幕，银行卡里的钱几分钟就没了"

    assert level(SELF, tip, forwarded=True) is Level.CLEAR
    assert level(SELF, "大家现在打开屏幕共享，我帮你们退费", forwarded=True) is Level.ALARM


@pytest.mark.parametrize(
    "text",
    [
        "英语默写：Please transfer the money to my account tomorrow.",
        "作文题：有人说你中奖了，要先交手续费才能领，你会怎么办？",
    ],
)
def test_what_a_teacher_sets_to_be_written_asks_for_nothing(text: str) -> None:
    assert level(SELF, text) is Level.CLEAR


def test_an_exercise_excuses_no_ask_for_the_senders_own_sake() -> None:
    assert level(SELF, "听写三遍。另外各位把收到的短信验证码发给我") is Level.ALARM
    assert level(SELF, "小明的奖学金下来了，领取前请先转手续费200元，激活后到账") is Level.ALARM


def test_a_teacher_who_names_an_account_nobody_registered_is_asked_about() -> None:
    assert level(SELF, "春游车费改了，请转到 6222 0211 1234 5678 901，每人85") is Level.CAUTION
    assert level(SELF, "材料费班里不收，谁代收都别交") is Level.CLEAR
