"""A school's term, class by class: for the report the plan asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.papers.sheet import Sheet


def draw(facts: Mapping[str, Any], _language: str) -> bytes:
    sheet = Sheet(facts["title"])
    sheet.heading(facts["title"])
    sheet.rows([(title, told) for title, told in facts["rows"]])
    sheet.rule()
    sheet.paragraph(facts["foot"], faint=True)
    return sheet.bytes()
