"""What a clause means: a request, a denial, a question, a report, a quotation."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench import corpus
from patterns import loading
from patterns.asks import Mood, read
from patterns.normalize import normalize
from patterns.words import Dictionary

BOOK = loading.rulebook()


def moods(text: str, rule: str) -> set[Mood]:
    plain = normalize(text)
    found = read(plain, BOOK, loading.moods(), BOOK.spots(plain.text), loading.begins_word)
    return {hit.mood for hit in found.hits if hit.rule.id == rule}


@pytest.mark.parametrize(
    "text",
    [
        "请今天完成缴费",
        "家長請入數至以下戶口",
        "不要忘记缴费",
        "别忘了转账哦",
        "没有缴费的家长抓紧缴费",
        "Parents kindly PayNow by 3pm",
        "Please don't forget to pay today",
    ],
)
def test_a_request_is_a_request(text: str) -> None:
    assert Mood.ASSERTED in moods(text, "asks_payment")


@pytest.mark.parametrize(
    "text",
    [
        "老师绝不会让大家转账",
        "請勿過數",
        "唔好轉數快俾任何人",
        "请不要给陌生人转账",
        "We will never ask you to transfer money",
        "Do not pay anyone who asks here",
    ],
)
def test_a_denied_request_is_none(text: str) -> None:
    assert moods(text, "asks_payment") == {Mood.NEGATED}


@pytest.mark.parametrize(
    "text", ["研学在哪里缴费？", "要不要转账给学校", "How do I pay for lunch?", "幾時繳費呀？"]
)
def test_a_question_asks_for_nothing(text: str) -> None:
    assert moods(text, "asks_payment") <= {Mood.ASKED, Mood.POLITE}


@pytest.mark.parametrize(
    "text",
    ["骗子让家长扫码转账", "有人冒充老师要求转账", "The scammer asked me to transfer 500", "对方叫我汇款"],
)
def test_a_reported_request_is_somebody_elses(text: str) -> None:
    assert Mood.ASSERTED not in moods(text, "asks_payment")


def test_a_quotation_is_not_the_senders_request() -> None:
    assert moods("群里出现“各位家长请马上把班费转账给我”这种话", "asks_payment") == {Mood.QUOTED}


@pytest.mark.parametrize(
    "text",
    [
        "骗子发的原话：各位家长请马上转账给我",
        "一看就是假的，贴出来给大家看：请今天转账",
        "Scam going round, it reads: please transfer the fee today",
    ],
)
def test_a_fraud_shown_as_one_is_not_the_senders_request(text: str) -> None:
    assert moods(text, "asks_payment") == {Mood.QUOTED}


@pytest.mark.parametrize(
    "text",
    [
        "我姐她们学校群里的，原样贴过来：各位家长请扫码转账",
        "From my cousin's class chat, copied as is: please transfer $40",
    ],
)
def test_what_others_were_asked_is_retold(text: str) -> None:
    assert moods(text, "asks_payment") == {Mood.RETOLD}


@pytest.mark.parametrize("text", ["您涉嫌诈骗，详情如下：请今天转账", "刚收到老师的通知：\n请今天转账"])
def test_an_accusation_or_a_teachers_order_is_not_retold(text: str) -> None:
    assert Mood.ASSERTED in moods(text, "asks_payment")


def test_the_end_of_a_clause_ends_a_denial() -> None:
    assert Mood.ASSERTED in moods("不用回复，请直接转账", "asks_payment")


def test_an_order_relayed_is_no_report() -> None:
    assert Mood.ASSERTED in moods("老师让我代收，大家转账给我", "asks_payment")


def test_a_word_inside_another_is_no_request() -> None:
    assert moods("请提交费用明细表", "asks_payment") == set()


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="请转账给我不要别扫码交费多少吗骗子“”，。！？ab1 \n\u200b\U0001f4b0", max_size=80))
def test_any_text_is_read_without_surprise(text: str) -> None:
    plain = normalize(text)
    found = read(plain, BOOK, loading.moods(), BOOK.spots(plain.text), loading.begins_word)
    for hit in found.hits:
        assert found.quote(hit) in text


def test_whether_a_word_begins_is_the_same_without_cutting(monkeypatch: pytest.MonkeyPatch) -> None:
    words = loading.dictionary()
    places = [(text, at) for text in corpus.texts("scam")[::9] for at in range(1, len(text))]
    told = [words.begins_word(text, at) for text, at in places]
    monkeypatch.setattr(Dictionary, "_any_across", lambda *place: True)
    assert told == [words.begins_word(text, at) for text, at in places]
    assert not all(told)
