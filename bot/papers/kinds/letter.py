"""The letter to parents: what the school promises, and a slip to sign, cut off and hand in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.papers.sheet import Sheet


def draw(facts: Mapping[str, Any], _language: str) -> bytes:
    sheet = Sheet(facts["title"])
    sheet.heading(facts["title"], centred=True)
    sheet.gap(4)
    for paragraph in facts["paragraphs"]:
        sheet.paragraph(paragraph, 13)
    sheet.rows([(label, " ") for label in facts["from"]], size=12)
    sheet.gap(8)
    sheet.rule()
    sheet.paragraph(facts["slip"], 13)
    sheet.rows([(label, " ") for label in facts["blanks"]], size=14)
    return sheet.bytes()
