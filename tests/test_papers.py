"""Documents are drawn with Chinese letters in them, apart from the guard, or honestly not at all."""

from __future__ import annotations

import time
from typing import Any

import pytest

from bot.actions import Paper
from bot.papers import fonts, press
from bot.papers.glyphs import printable, unadorned
from bot.papers.lines import broken
from bot.papers.worker import draw
from tests.drawing import needs_font

STATEMENT: dict[str, Any] = {
    "title": "被骗付款说明",
    "rows": [["时间", "今天 10:20"], ["付给谁", "某某便利店 🙂\u202e"]],
    "blanks": ["姓名"],
    "advice": "请带上身份证。",
}


LETTERS = {ord(char) for char in " abcdefgh某便利店。"}


def lines(text: str, room: int) -> list[str]:
    return list(broken(text, len, room))


def test_a_line_ends_between_words_and_between_chinese_characters_alike() -> None:
    assert lines("the convenience store", 12) == ["the", "convenience", "store"]
    assert lines("收了WeChat Pay的钱", 9) == ["收了WeChat", "Pay的钱"]
    assert lines("某某便利店", 2) == ["某某", "便利", "店"]


def test_no_line_begins_with_a_full_stop_nor_ends_with_an_opening_quote() -> None:
    assert lines("先问老师。", 4) == ["先问老", "师。"]
    assert lines("他说“付钱”吗", 3) == ["他说", "“付", "钱”吗"]
    assert lines("shut (now).", 6) == ["shut", "(now)."]


def test_lines_keep_every_character_and_the_breaks_there_were() -> None:
    text = "一二三 Supercalifragilistic（四）。\n\n五"
    assert lines(text, 5)[-2:] == ["", "五"]
    for room in range(1, 30):
        found = lines(text, room)
        assert "".join(found).replace(" ", "") == text.replace(" ", "").replace("\n", "")
        assert all(len(line) <= room for line in found) or room < 4


def test_what_no_font_can_show_stands_there_by_its_number() -> None:
    assert printable("某🙂\u202e店", LETTERS) == "某[U+1F642][U+202E]店"
    assert printable("某🙂店", LETTERS | {ord("🙂")}) == "某🙂店"
    family = "👨\u200d👩\u200d👧👍🏽⚠\ufe0f"
    assert printable(family, set(map(ord, family))) == "👨👩👧👍⚠"


def test_on_a_card_a_sign_it_cannot_show_is_left_out_and_a_letter_is_not() -> None:
    assert unadorned("某 🎒 店𠮷。👍", LETTERS) == "某 店□。"


@needs_font
@pytest.mark.skipif(not fonts.further(), reason="this machine has no font with picture signs")
async def test_picture_signs_are_drawn_as_they_are() -> None:
    plain = await press.draw(
        Paper("statement", "zh-Hans", STATEMENT | {"rows": [["时间", "今天"]]}, name="a.pdf")
    )
    with_sign = await press.draw(Paper("statement", "zh-Hans", STATEMENT, name="a.pdf"))
    assert with_sign.count(b"/Type /Font\n") > plain.count(b"/Type /Font\n")


@needs_font
async def test_a_statement_is_a_document_with_its_font_inside() -> None:
    drawn = await press.draw(Paper("statement", "zh-Hans", STATEMENT, name="a.pdf"))
    assert drawn.startswith(b"%PDF-")
    assert b"/FontFile" in drawn


@needs_font
async def test_words_of_any_length_and_kind_make_a_document() -> None:
    hostile = STATEMENT | {
        "rows": [
            ["时间", "长" * 5_000],
            ["付给谁", "\x00\ud83d".encode("utf-16", "replace").decode("utf-16", "replace")],
        ]
    }
    assert (await press.draw(Paper("statement", "zh-Hans", hostile))).startswith(b"%PDF-")


async def test_without_a_font_there_is_no_document(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLASSGUARD_FONT", "/nowhere.ttf")
    assert await press.draw(Paper("statement", "zh-Hans", STATEMENT)) == b""


async def test_a_kind_nobody_knows_draws_nothing_and_harms_nothing() -> None:
    for kind in ("nothing", "../worker", "os", ""):
        assert await press.draw(Paper(kind, "zh-Hans", {})) == b""
    with pytest.raises(KeyError):
        draw({"kind": "os.path", "facts": {}, "language": "en"})


async def test_a_drawing_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(press, "PATIENCE", 0.01)
    began = time.monotonic()
    assert await press.draw(Paper("statement", "zh-Hans", STATEMENT)) == b""
    assert time.monotonic() - began < 20
