"""Documents are drawn with Chinese letters in them, apart from the guard, or honestly not at all."""

from __future__ import annotations

import time
from typing import Any

import pytest

from bot.events import Paper
from bot.papers import fonts, press
from bot.papers.worker import draw

STATEMENT: dict[str, Any] = {
    "title": "被骗付款说明",
    "rows": [["时间", "今天 10:20"], ["付给谁", "某某便利店 🙂\u202e"]],
    "blanks": ["姓名"],
    "advice": "请带上身份证。",
}


def _has_font() -> bool:
    try:
        fonts.chinese()
    except fonts.NoFont:
        return False
    return True


needs_font = pytest.mark.skipif(not _has_font(), reason="this machine has no Chinese font")


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
