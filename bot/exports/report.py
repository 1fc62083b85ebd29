"""A scan as something to read: a self-contained page, or plain data."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from jinja2 import Environment

from bot.exports.scanning import Report
from bot.texts import plain
from patterns.model import Level


def counts(report: Report) -> dict[str, int]:
    return {level.word: report.levels[level] for level in Level}


def as_page(report: Report, source: str, language: str) -> str:
    """Everything from the export is escaped; the page loads nothing and runs nothing."""
    template = files("bot.exports").joinpath("report.html.j2").read_text(encoding="utf-8")
    page = Environment(autoescape=True, trim_blocks=True).from_string(template)
    return page.render(
        report=report,
        source=source,
        language=language,
        words=_words(report, language),
        place=lambda told: _place(told, language),
    )


def _place(told: str, language: str) -> str:
    number = told.removeprefix("line ")
    return plain(language, "scan.line", number=number) if number.isdecimal() else told


def _words(report: Report, language: str) -> dict[str, str]:
    found = counts(report)
    return {
        "title": plain(language, "scan.title"),
        "counts": plain(
            language,
            "scan.counts",
            messages=f"{report.messages:,}",
            alarm=f"{found['alarm']:,}",
            caution=f"{found['caution']:,}",
            notice=f"{found['notice']:,}",
        ),
        "no_text": plain(language, "scan.no_text"),
        "nothing": plain(language, "scan.nothing"),
        "broken": plain(language, "scan.broken", count=f"{report.broken_places:,}"),
        **{level.word: plain(language, f"scan.level.{level.word}") for level in Level if level},
    }


def as_data(report: Report, source: str, form: str, language: str) -> dict[str, Any]:
    return {
        "source": source,
        "format": form,
        "messages": report.messages,
        "pictures": report.pictures,
        "levels": counts(report),
        "findings": [
            {
                "place": finding.place,
                "chat": finding.chat,
                "when": finding.when.isoformat() if finding.when else None,
                "sender": finding.sender,
                "excerpt": finding.excerpt,
                "level": finding.verdict.level.word,
                "reasons": finding.reasons(language),
            }
            for finding in report.findings
        ],
        "broken": [{"place": broken.place, "reason": broken.reason} for broken in report.broken],
        "broken_places": report.broken_places,
    }
