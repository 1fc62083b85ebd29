"""The term in figures: a line a class, as a table and as a document."""

from __future__ import annotations

import csv
import io

import pytest

from bot.papers import fonts, press
from bot.settings import LANGUAGES
from bot.store.schools import School
from handlers.schools import rollup
from handlers.schools.rollup import Term


def test_the_table_has_a_line_a_class_and_no_formula() -> None:
    table = rollup.as_csv([Term("=HYPERLINK(1)", 20, 40, 36, 2, 1, 12)]).decode("utf-8-sig")
    (row,) = list(csv.DictReader(io.StringIO(table)))
    assert row["class"].startswith("'=")
    assert (row["letters"], row["answers"], row["correct"], row["low"], row["high"]) == (
        "20",
        "40",
        "36",
        "77",
        "96",
    )


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_report_is_a_document_in_every_language(language: str) -> None:
    found = [Term("三(2)班", 20, 40, 36, 2, 1, 12), Term("四(1)班", 0, 0, 0, 0, 0, 0)]
    paper = rollup.paper(School(1, "阳光小学"), found, language, "2026-11-25")
    assert "77" in str(paper.facts) and "None" not in str(paper.facts)
    try:
        fonts.chinese()
    except fonts.NoFont:
        pytest.skip("this machine has no Chinese font")
    assert (await press.draw(paper)).startswith(b"%PDF-")
