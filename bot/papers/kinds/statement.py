"""What a parent tells police and bank: the payment in a table, blanks to fill in by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.papers.sheet import Sheet


def draw(facts: Mapping[str, Any], _language: str) -> bytes:
    sheet = Sheet(facts["title"])
    sheet.heading(facts["title"])
    sheet.rows([(label, value) for label, value in facts["rows"]])
    sheet.rows([(label, " ") for label in facts["blanks"]], size=12)
    sheet.rule()
    sheet.paragraph(facts["advice"], faint=True)
    return sheet.bytes()
