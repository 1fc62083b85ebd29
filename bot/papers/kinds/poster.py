"""A tip for the notice board: large words, and a code that opens a talk with the bot."""

from __future__ import annotations

import io
from collections.abc import Mapping

import segno

from bot.papers.sheet import Sheet


def draw(facts: Mapping[str, str], _language: str) -> bytes:
    sheet = Sheet(facts["title"])
    sheet.gap(12)
    sheet.heading(facts["title"], 30, loud=True, centred=True)
    sheet.gap(18)
    sheet.heading(facts["text"], 34 if len(facts["text"]) <= 70 else 27, centred=True)
    sheet.gap(18)
    if facts["link"]:
        out = io.BytesIO()
        segno.make(facts["link"], error="m", micro=False).save(out, kind="png", scale=10, border=4)
        sheet.picture(out.getvalue(), 58)
        sheet.paragraph(facts["scan"], 16, centred=True)
    sheet.gap(6)
    sheet.paragraph(facts["foot"], 14, faint=True, centred=True)
    return sheet.bytes()
