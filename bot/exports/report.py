"""A scan as something to read: a self-contained page, or plain data."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from jinja2 import Environment

from bot.exports.scanning import Report
from patterns.model import Level

WORDS = {
    "zh-Hans": {
        "title": "班级卫士:聊天记录检查",
        "counts": "共 {messages} 条消息;警报 {alarm},提醒 {caution},留意 {notice}",
        "alarm": "警报",
        "caution": "提醒",
        "notice": "留意",
        "no_text": "(没有文字)",
        "nothing": "没有发现可疑消息。",
        "broken": "有 {n} 处读不出来",
    },
    "zh-Hant": {
        "title": "班級衛士:聊天記錄檢查",
        "counts": "共 {messages} 則訊息;警報 {alarm},提醒 {caution},留意 {notice}",
        "alarm": "警報",
        "caution": "提醒",
        "notice": "留意",
        "no_text": "(沒有文字)",
        "nothing": "沒有發現可疑訊息。",
        "broken": "有 {n} 處讀不出來",
    },
    "en": {
        "title": "Class Guard: chat history check",
        "counts": "{messages} messages; {alarm} alarms, {caution} cautions, {notice} notices",
        "alarm": "Alarm",
        "caution": "Caution",
        "notice": "Notice",
        "no_text": "(no text)",
        "nothing": "Nothing suspicious was found.",
        "broken": "{n} places could not be read",
    },
}


def counts(report: Report) -> dict[str, int]:
    return {level.word: report.levels[level] for level in Level}


def as_page(report: Report, source: str, language: str) -> str:
    """Everything from the export is escaped; the page loads nothing and runs nothing."""
    template = files("bot.exports").joinpath("report.html.j2").read_text(encoding="utf-8")
    page = Environment(autoescape=True, trim_blocks=True).from_string(template)
    return page.render(
        report=report, source=source, language=language, words=WORDS[language], counts=counts(report)
    )


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
