"""`classguard check`: one message judged, with the reasons in words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from bot.cli.reading import refused
from bot.settings import LANGUAGES
from patterns.judge import Context, judge
from patterns.loading import warm_up
from patterns.model import Attachment, AttachmentKind, Evidence, Message, Person, Protected, Verdict
from patterns.names import Roster

_COLOUR = {"clear": "green", "notice": "cyan", "caution": "yellow", "alarm": "red"}


def check(
    text: Annotated[str, typer.Argument(help="What was written; - reads it from standard input.")],
    sender: Annotated[str, typer.Option(help="The display name it came from.")] = "",
    teacher: Annotated[
        list[str] | None, typer.Option(help="A protected name; may be given several times.")
    ] = None,
    code: Annotated[list[str] | None, typer.Option(help="What a QR code in its picture says.")] = None,
    file: Annotated[list[str] | None, typer.Option(help="The name of an attached file.")] = None,
    picture: Annotated[bool, typer.Option(help="It came with a picture nobody has read.")] = False,
    registered: Annotated[
        bool, typer.Option(help="It came from the registered account of the first --teacher.")
    ] = False,
    language: Annotated[str, typer.Option(help="Of the reasons: " + ", ".join(LANGUAGES))] = "zh-Hans",
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Judge one message and say why: the level, what spoke for a warning and what against it."""
    if language not in LANGUAGES:
        raise refused(f"--language {language}: one of {', '.join(LANGUAGES)}")
    warm_up()
    written = typer.get_text_stream("stdin").read() if text == "-" else text
    attachments = [
        *(Attachment(AttachmentKind.QR, payload) for payload in code or ()),
        *(Attachment(AttachmentKind.FILE, Path(name).name) for name in file or ()),
        *([Attachment(AttachmentKind.IMAGE)] if picture else ()),
    ]
    people = [Protected(name, frozenset({f"teacher-{index}"})) for index, name in enumerate(teacher or ())]
    account = Person("teacher-0" if registered else "sender", sender)
    verdict = judge(Message("1", account, written, attachments=tuple(attachments)), Context(Roster(people)))
    if json_:
        typer.echo(json.dumps(_data(verdict), ensure_ascii=False))
    else:
        _print(verdict, language)
    if not sender and not teacher:
        typer.echo("Without --sender and --teacher only the words were judged, not who wrote them.", err=True)


def _data(verdict: Verdict) -> dict[str, object]:
    return {
        "level": verdict.level.word,
        "score": verdict.score,
        "impersonates": verdict.impersonates,
        "tells": list(verdict.tells),
        "evidence": [
            {
                "signal": one.signal,
                "group": one.group,
                "weight": one.weight,
                "found": one.found,
                "why": dict(one.why),
            }
            for one in verdict.evidence
        ],
    }


def _print(verdict: Verdict, language: str) -> None:
    console = Console()
    word = verdict.level.word
    console.print(f"[bold {_COLOUR[word]}]{word}[/]")
    for mark, some in (("+", [one for one in verdict.evidence if one.weight > 0]), ("-", _against(verdict))):
        for one in some:
            console.print(f"{mark} {escape(one.why[language])}")


def _against(verdict: Verdict) -> list[Evidence]:
    return [one for one in verdict.evidence if one.weight < 0]
