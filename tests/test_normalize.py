"""What hides from a machine is undone, and every character still knows where it came from."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from patterns.hidden_words import STEPS, steps_for
from patterns.letters import ONE_TO_ONE, folding
from patterns.normalize import normalize

INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\u061c\u115f\u1160\u3164\uffa0\u180e\u2800\u202e\u2067\U000e0041"

HOSTILE = st.text(
    st.sampled_from(
        list("付款扫码微信弗贝石马王老师 *.。\n·-aZ3😀🧧💰➕①㈠ﷺåРо⺩⽼🇻🇽👨\ufe0f\u20e3\u0301" + INVISIBLE)
    )
    | st.characters(),
    max_size=80,
)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("请*扫*码", "请扫码"),
        ("支.付.宝", "支付宝"),
        ("王 丽 老 师", "王丽老师"),
        ("加\n微\n信", "加微信"),
        ("微❤信转我", "微信转我"),
        ("P a y n o w", "paynow"),
        ("扌彐石马交弗贝", "扫码交费"),
        ("交 弗 贝", "交费"),
        ("加溦信", "加微信"),
        ("二微码", "二维码"),
        ("支付bao", "支付宝"),
        ("银行ka", "银行卡"),
        ("付\u200b款", "付款"),
        ("⽼师", "老师"),
        ("⺩老师", "王老师"),
        ("Mr Rаvi", "mr ravi"),
        ("ᴘᴀʏ ɴᴏᴡ", "pay now"),
        ("🅟🅐🅨", "pay"),
        ("加🇻🇽", "加微信"),
    ],
)
def test_a_hiding_trick_is_undone_and_noticed(written: str, meant: str) -> None:
    found = normalize(written)
    assert found.text == meant
    assert found.disguised or written == "加🇻🇽"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("轉賬至銀行", "转账至银行"),
        ("入數後請通知老師", "入数后请通知老师"),
        ("囯家", "国家"),
        ("広島の先生", "广岛の先生"),
        ("ＡＢＣ１２３", "abc123"),
        ("①②⑤", "125"),
        ("➀➁", "12"),
        ("1️⃣ 带水杯", "1 带水杯"),
        ("José", "jose"),
        ("帐号", "账号"),
        ("交💰", "交钱"),
        ("发🧧了", "发红包了"),
        ("➕V", "加v"),
        ("50圓", "50元"),
    ],
)
def test_another_way_of_writing_is_unified_without_suspicion(written: str, meant: str) -> None:
    found = normalize(written)
    assert found.text == meant
    assert not found.disguised


@pytest.mark.parametrize(
    "text",
    [
        "3.50 at 10:30, see you",
        "语文，数学，英语",
        "周一 周二 周三",
        "先交 费用",
        "木子李，弓长张",
        "他说马扁着走",
        "🧧新年快乐🧧",
        "привет мама",
        "校服加裙子",
        "交废纸的同学",
        "u.s.a. and e.g. this",
        "🇨🇳 🇸🇬",
        "👨👩 你好",
    ],
)
def test_ordinary_writing_is_left_alone(text: str) -> None:
    found = normalize(text)
    assert found.text == text.replace("，", ",")
    assert not found.disguised


def test_a_quotation_stays_in_place_after_an_ellipsis_and_half_a_character() -> None:
    for before in ("好的……", "好的\ud800", "…"):
        found = normalize(f"{before}请扫码")
        at = found.text.index("扫")
        assert found.quote(at, at + 2) == "扫码"


def test_text_said_to_keep_its_places_keeps_them() -> None:
    table = folding()
    one_to_one = re.compile(f"[{ONE_TO_ONE}]")
    every = (code for code in range(0x30000) if one_to_one.match(chr(code)))
    assert [hex(code) for code in every if len(table[code]) != 1] == []


@pytest.mark.parametrize("sign", INVISIBLE)
def test_no_invisible_character_survives_or_splits_a_word(sign: str) -> None:
    found = normalize(f"转{sign}账")
    assert found.text == "转账"
    assert found.quote(0, 2) == f"转{sign}账"
    assert found.disguised


def test_an_invisible_character_outside_a_word_is_no_disguise() -> None:
    assert not normalize("\ufeff大家好\u200b 👨\u200d👩\u200d👧 ❤️").disguised


def test_every_radical_of_the_table_becomes_an_ordinary_character() -> None:
    radicals = [chr(code) for code in range(0x2E80, 0x2EF4) if code != 0x2E9A]
    assert [char for char in radicals if not "\u3400" <= normalize(char).text <= "\u9fff"] == []


def test_a_quotation_shows_the_original_characters() -> None:
    found = normalize("请 扫*码 交弗贝50圆")
    assert found.quote(found.text.index("扫"), found.text.index("码") + 1) == "扫*码"
    assert found.quote(found.text.index("费"), found.text.index("费") + 1) == "弗贝"
    assert found.quote(found.text.index("元"), found.text.index("元") + 1) == "圆"
    assert found.quote(5, 5) == "" == found.quote(99, 120)


@settings(max_examples=400, deadline=None)
@given(HOSTILE)
def test_every_character_knows_where_it_came_from(text: str) -> None:
    found = normalize(text)
    assert len(found.origin) == len(found.text)
    assert list(found.origin) == sorted(found.origin)
    assert all(0 <= place < len(text) for place in found.origin)
    assert found.quote(0, len(found.text)) in re.sub("[\ud800-\udfff]", "\ufffd", text)
    for place in range(len(found.text)):
        assert found.quote(place, place + 1)


@settings(max_examples=200, deadline=None)
@given(HOSTILE)
def test_what_is_undone_holds_nothing_invisible(text: str) -> None:
    assert not set(normalize(text).text) & set(INVISIBLE)


@settings(max_examples=400, deadline=None)
@given(st.text(st.sampled_from(list("abvx1 .*·，\n我加费弗贝💰圆-")), max_size=9))
def test_no_step_that_could_find_something_is_left_out(text: str) -> None:
    wanted = steps_for(text)
    assert not [step for step in STEPS if step not in wanted and any(step(text))]


@pytest.mark.parametrize(
    "unit", ["扫*", "弗贝", "👨\u200d", "а", "a.", "码 ", "王。", "微 信*", "\u0301", "加裙", "+"]
)
def test_the_longest_message_of_one_trick_keeps_its_places(unit: str) -> None:
    text = (unit * 4096)[:4096]
    found = normalize(text)
    assert len(found.origin) == len(found.text) <= len(text)


def test_one_character_cannot_grow_into_a_page() -> None:
    assert len(normalize("ﷺ" * 4096).text) == 4096


def test_the_memory_of_seen_characters_is_bounded() -> None:
    table = folding()
    for code in range(0x20000, 0x30000):
        table[code]
    assert len(table) <= 60_000
    assert normalize("𠀀轉賬").text == "𠀀转账"
