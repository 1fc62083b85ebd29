"""`classguard scan`: what would have been flagged in an exported chat, and why."""

from __future__ import annotations

import json
import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from bot.exports import FORMATS, recognise
from bot.exports.pictures import Pictures
from bot.exports.report import as_data, as_page, counts
from bot.exports.scanning import Report, Scanner, Teacher
from bot.media.reading import words_are_read
from bot.settings import LANGUAGES

_SHOWN = 100
_HEAD = 65_536


class ExportFormat(StrEnum):
    AUTO = "auto"
    TELEGRAM = "telegram"
    QQ = "qq"
    WHATSAPP = "whatsapp"
    LINES = "lines"


def scan(
    export: Annotated[
        Path,
        typer.Argument(help="result.json, a QQ .txt, _chat.txt, or plain lines; or the folder it is in."),
    ],
    teacher: Annotated[
        list[str] | None,
        typer.Option(
            help="A name to protect, as NAME or NAME=ACCOUNT. Without an account, the first to use the name is taken for the teacher."
        ),
    ] = None,
    form: Annotated[
        ExportFormat, typer.Option("--format", help="Only when it is not recognised by itself.")
    ] = ExportFormat.AUTO,
    html: Annotated[Path | None, typer.Option(help="Also write a self-contained page.")] = None,
    language: Annotated[str, typer.Option(help="Of the reasons: " + ", ".join(LANGUAGES))] = "zh-Hans",
    pictures: Annotated[bool, typer.Option(help="Decode the codes in the export's pictures.")] = True,
    words: Annotated[
        bool, typer.Option(help="Also read the words in the export's pictures, a second or two each.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object instead of a table.")
    ] = False,
) -> None:
    """Replay an exported chat through the detector. Nothing is sent anywhere; files of any size are streamed."""
    errors = Console(stderr=True)
    path = _file(export)
    if path is None or language not in LANGUAGES:
        what = f"{export}: no such export" if path is None else f"--language: one of {', '.join(LANGUAGES)}"
        errors.print(escape(what))
        raise typer.Exit(2)
    try:
        teachers = [Teacher.parse(typed) for typed in teacher or []]
    except ValueError:
        errors.print("--teacher: a name is missing; write --teacher 王丽老师 or --teacher 王丽老师=user123")
        raise typer.Exit(2) from None
    if html is not None and (html.is_dir() or not os.access(html.parent, os.W_OK)):
        errors.print(escape(f"--html: {html} cannot be written; name a file in a folder that is there"))
        raise typer.Exit(2)
    if words and not words_are_read():
        errors.print(escape("--words: nothing reads words here; install the extra: pip install '.[ocr]'"))
        raise typer.Exit(2)
    name, report = _scanned(path, form, teachers, (pictures, words), errors)
    if html is not None:
        html.write_text(as_page(report, path.name, language), encoding="utf-8")
    if as_json:
        typer.echo(json.dumps(as_data(report, path.name, name, language), ensure_ascii=False))
        return
    _show(Console(), report, name, language)
    if not teachers:
        errors.print(
            "No --teacher was named, so a copied teacher cannot be told from a real one; only other signs were judged."
        )


def _file(export: Path) -> Path | None:
    if export.is_dir():
        known = [*export.glob("result.json"), *export.glob("_chat.txt"), *sorted(export.glob("*.txt"))]
        return known[0] if known else None
    return export if export.is_file() else None


def _scanned(
    path: Path, form: ExportFormat, teachers: list[Teacher], looks: tuple[bool, bool], errors: Console
) -> tuple[str, Report]:
    """`looks`: whether codes, and whether words, are looked for in pictures."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
        console=errors,
        transient=True,
    )
    with path.open("rb") as start:
        name = recognise(start.read(_HEAD)) if form is ExportFormat.AUTO else form.value
    with Pictures(path.parent) as found, bar:
        codes, words = looks
        scanner = Scanner(teachers, found.codes if codes else None, found.words if words else None)
        with bar.open(path, "rb", description=path.name) as stream:
            for item in FORMATS[name][1](stream):
                scanner.read(item)
    return name, scanner.report


def _show(console: Console, report: Report, name: str, language: str) -> None:
    table = Table("place", "time", "sender", "level", "message", "why", show_lines=True)
    for finding in report.findings[:_SHOWN]:
        when = finding.when.strftime("%Y-%m-%d %H:%M") if finding.when else ""
        reasons = "\n".join(finding.reasons(language))
        cells = (finding.place, when, finding.sender, finding.verdict.level.word, finding.excerpt, reasons)
        table.add_row(*map(escape, cells))
    if report.findings:
        console.print(table)
    if len(report.findings) > _SHOWN:
        console.print(f"… the first {_SHOWN} are shown; --html or --json has more")
    for broken in report.broken[:10]:
        console.print(escape(f"{broken.place}: {broken.reason}"), style="yellow")
    if report.broken_places > 10:
        console.print(f"… {report.broken_places} places could not be read", style="yellow")
    levels = counts(report)
    console.print(
        f"{report.messages:,} messages ({name}), {report.pictures:,} pictures: "
        f"{levels['alarm']} alarms, {levels['caution']} cautions, {levels['notice']} notices"
    )
