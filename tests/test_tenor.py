"""The tenor of words: what sounds like collecting, who is listened to for it, and that the learnt file says what it means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from patterns import loading
from patterns.judge import Context, judge
from patterns.model import Level, Message, Person, Protected, Standing
from patterns.names import Roster
from patterns.normalize import normalize
from patterns.tenor import Tenor, phrases

TEACHER = Protected("四(1)班 阮青禾老师", frozenset({"teacher"}))
GROUP = Context(roster=Roster([TEACHER]))
CLONE = Person("stranger", TEACHER.name)
FATHER = Person("father", "小核桃爸爸")
# Written for this test; none of them meets a rule that asks for money.
COLLECTING = [
    "家长们，书皮每本二十五，今晚八点前到我这边，名字写上",
    "Dear parents, thirty each for the class shirts, kindly to my side before noon with your child's name",
]
NEW_NUMBER = [
    "家长们好，我换手机了，这是新号，麻烦大家重新加一下我",
    "之前的号今天起停用，各位先通过一下这个，明天校门口见",
    "Hi all, it's Ms Ruan. I'm locked out of the old account, so please use this number for now.",
]
TALK = [
    "明天开始早读提前到七点二十",
    "Reading starts ten minutes earlier tomorrow",
    "孩子们今天在操场玩得很开心",
]


def posted(by: Person, text: str) -> Level:
    return judge(Message("m", by, text), GROUP).level


@pytest.mark.parametrize("text", COLLECTING)
def test_words_no_rule_knows_are_heard_under_a_borrowed_name_and_picture(text: str) -> None:
    verdict = judge(Message("m", CLONE, text, standing=Standing(portrait_of=TEACHER.name)), GROUP)

    assert verdict.level is Level.ALARM
    assert "sounds_like_collecting" in {one.signal for one in verdict.evidence}


@pytest.mark.parametrize("text", COLLECTING)
def test_the_same_words_from_a_parent_are_not_listened_to(text: str) -> None:
    verdict = judge(Message("m", FATHER, text), GROUP)

    assert "sounds_like_collecting" not in {one.signal for one in verdict.evidence}


@pytest.mark.parametrize("text", TALK)
def test_talk_under_a_borrowed_name_stays_a_notice(text: str) -> None:
    assert posted(CLONE, text) is Level.NOTICE


def test_what_a_rule_says_plainly_is_not_said_once_more_in_general_words() -> None:
    verdict = judge(Message("m", CLONE, "各位家长，书本费38元，请今天扫码支付"), GROUP)
    signals = {one.signal for one in verdict.evidence}

    assert "asks_payment" in signals
    assert "sounds_like_collecting" not in signals


@pytest.mark.parametrize("text", NEW_NUMBER)
def test_a_teacher_who_says_that_her_number_is_new_is_no_collector(text: str) -> None:
    assert posted(CLONE, text) is Level.NOTICE


def test_the_clause_that_sounds_most_like_it_is_quoted() -> None:
    tenor = Tenor({}, {}, -1.0, {"交": 3.0, "天 气": -2.0})

    place = tenor.tellingest("天气真好，都交了吧，再见")

    assert "天气真好，都交了吧，再见"[slice(*place)] == "都交了吧"


def test_a_figure_is_a_figure_whatever_it_says() -> None:
    assert phrases("交38元") == phrases("交 1260 元")


@pytest.mark.parametrize("of", loading.TENORS)
def test_a_text_of_unknown_words_tells_as_much_as_silence(of: str) -> None:
    tenor = loading.tenor(of)

    assert tenor.of("ωωω") == tenor.of("") == tenor.bias
    assert not any(tenor.collects("ωωω", whose) for whose in tenor.least)


@pytest.mark.parametrize("of", loading.TENORS)
@given(text=st.text(max_size=200))
def test_any_text_has_a_tenor_and_a_quotable_place(of: str, text: str) -> None:
    read, tenor = normalize(text).text, loading.tenor(of)
    start, end = tenor.tellingest(read)

    assert -60 < tenor.of(read) < 60
    assert 0 <= start <= end <= len(read)


@pytest.mark.parametrize("of", loading.TENORS)
def test_every_learnt_phrase_can_be_met_and_weighs_something(of: str) -> None:
    tenor = loading.tenor(of)

    assert len(tenor.weights) > 1000
    assert all(phrase in phrases(phrase) for phrase in tenor.weights)
    assert all(tenor.weights.values())


@pytest.mark.parametrize(
    "text",
    [
        "今晚的练习：妈妈买文具付了85元，找回15元，原有多少？写在本子上，家长签字",
        "操场捡到一只蓝手套，谁的明天来领",
        "明天体检，早上别吃早饭，同意书没交的带来",
        "Maths p.34: Tom pays $12 for 4 pens, how much is one? Due tomorrow, signed please.",
    ],
)
def test_homework_from_a_teacher_s_new_account_is_no_demand(text: str) -> None:
    verdict = judge(Message("m", CLONE, text, standing=Standing(portrait_of=TEACHER.name)), GROUP)

    assert verdict.level is Level.NOTICE


@pytest.mark.parametrize(
    "text",
    [
        "家里急用，哪位家长微信里先匀我两千，月底发工资就还上，私下说",
        "各位爸妈，资料印刷我先垫的，一家四十五，直接给我个人就好，名字写备注",
    ],
)
def test_a_registered_account_that_wants_money_for_itself_is_asked_about(text: str) -> None:
    assert posted(Person("teacher", TEACHER.name), text) is Level.CAUTION


@pytest.mark.parametrize(
    "text",
    [
        "班费的钱照旧走学校平台，别转给我个人",
        "今天开始排春游的车，钱等学校通知",
        "校服一套120元，在学校小程序里付",
    ],
)
def test_a_registered_teacher_who_leaves_money_to_the_school_is_left_alone(text: str) -> None:
    assert posted(Person("teacher", TEACHER.name), text) is Level.CLEAR


TALES = [
    "姑妈上礼拜接的电话，那边说她医保卡出事了，要她把钱转到安全账户，姑妈直接把电话撂了",
    "他又问我手机上那六个数字是多少，我讲我不识字，他就挂了，气死骗子",
    "They told grandma her account was hacked and to share her screen, she said what screen and hung up",
]


@pytest.mark.parametrize("text", TALES)
def test_who_tells_what_a_swindler_wanted_is_left_to_tell_it(text: str) -> None:
    assert posted(FATHER, text) is Level.CLEAR


@pytest.mark.parametrize(
    "text",
    [
        "我手机上登不了，短信发到你那了，把那六个数字发我一下",
        "Sorry wrong number typed, the 6 digit code went to you, send it to me pls",
    ],
)
def test_who_wants_it_himself_is_told_of(text: str) -> None:
    assert posted(FATHER, text) is Level.ALARM


# None of them meets a rule of what only frauds ask.
FRAUDS = [
    (FATHER, "等下你手机会震一下，屏幕上那串字符原样敲给我，我这边就能进去了"),
    (FATHER, "我的号被风控，需要你那边收一下系统发的字符，收到原封不动丢给我"),
    (
        Person("caller", "市公安局经侦 韩警官"),
        "你名下的卡牵涉一桩案子，现在配合我们把余款清点到监管户头，办完原数划回",
    ),
]


@pytest.mark.parametrize(("by", "text"), FRAUDS)
def test_what_only_frauds_ask_is_known_however_it_is_put(by: Person, text: str) -> None:
    verdict = judge(Message("m", by, text), GROUP)

    assert verdict.level is Level.ALARM
    assert verdict.tells == ("sounds_like_fraud",)


@pytest.mark.parametrize(
    "text",
    [
        "骗子跟我婆婆说：等下你手机会震一下，屏幕上那串字符原样敲给我。婆婆把电话挂了",
        "防骗提醒：有人说自己的号被风控，需要你那边收一下系统发的字符，千万别给",
        "我的号被风控了，系统发的字符一直收不到，有人知道怎么解吗？",
    ],
)
def test_the_same_words_told_warned_of_or_asked_about_are_left_alone(text: str) -> None:
    assert posted(FATHER, text) is Level.CLEAR


@pytest.mark.parametrize("name", ["教务处", "招生办公室", "李明老师"])
@pytest.mark.parametrize(
    "text", ["您好", "大家好", "家长们早上好", "明天停课一天，大家注意安全", "Good morning everyone"]
)
def test_who_claims_an_office_and_only_greets_or_informs_is_not_accused(name: str, text: str) -> None:
    assert posted(Person("unregistered", name), text) is Level.CLEAR
