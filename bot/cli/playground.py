"""`classguard playground`: a class group on this machine, with the real bot in it, or the server alone."""

from __future__ import annotations

import asyncio
import errno
import json
import signal
from typing import Annotated, Any

import typer
import yaml
from rich.console import Console
from rich.markup import escape

from bot import logs
from bot.cli import Config
from bot.cli.reading import configured, on_a_system_with_signals, refused
from bot.playground import scenarios
from bot.playground.assembly import Assembled, assembled
from bot.playground.player import Outcome, Play, compare
from bot.playground.scenarios import FIRST, LANGUAGES, NoSuchScenario, Scenario
from bot.playground.sides import SIDES

Port = Annotated[
    int | None,
    typer.Option(min=0, max=65535, help="0 takes a free one. Default: playground.port of the configuration."),
]
ServerOnly = Annotated[
    bool, typer.Option("--server-only", help="No bot: print the addresses as one line of JSON and wait.")
]
Name = Annotated[
    str | None,
    typer.Option("--play", metavar="NAME", help="Play a scenario: " + ", ".join(scenarios.names())),
]
Leave = Annotated[
    bool,
    typer.Option(
        "--exit", help="With --play: end afterwards, with 0 only if what should have been said was said."
    ),
]
AsJson = Annotated[
    bool, typer.Option("--json", help="With --play: print one JSON object instead of a transcript.")
]
Language = Annotated[str, typer.Option("--lang", help="Of the class: " + ", ".join(LANGUAGES))]
Platform = Annotated[
    str, typer.Option("--platform", help="With --play: where the class is, " + ", ".join(SIDES))
]
Accept = Annotated[
    bool, typer.Option("--accept", help="With --play: keep this transcript as the expected one.")
]


def playground(
    port: Port = None,
    server_only: ServerOnly = False,
    play: Name = None,
    leave: Leave = False,
    as_json: AsJson = False,
    language: Language = LANGUAGES[0],
    platform: Platform = FIRST,
    accept: Accept = False,
    config: Config = None,
) -> None:
    """Watch a cloned teacher being caught in a parents' group: a small Telegram of your own, on this machine only."""
    on_a_system_with_signals()
    wanted = _wanted(play, language, platform)
    if (leave or accept or as_json) and wanted is None:
        raise refused("--exit, --json and --accept go with --play NAME.")
    if server_only and wanted is not None:
        raise refused("--server-only has no bot to play with; leave out --play.")
    logs.set_up("warning")
    if port is None:
        port = 0 if leave else configured(config).playground.port
    try:
        right = asyncio.run(
            _run(port, language, platform, server_only, wanted, leave=leave, as_json=as_json, accept=accept)
        )
    except OSError as trouble:
        if trouble.errno not in (errno.EADDRINUSE, errno.EACCES):
            raise
        raise refused(
            f"--port {port}: {trouble.strerror or trouble}; choose another one, or 0 for a free one."
        ) from None
    raise typer.Exit(0 if right else 1)


def _wanted(play: str | None, language: str, platform: str) -> Scenario | None:
    if platform not in SIDES:
        raise refused(f"--platform {platform}: choose one of {', '.join(SIDES)}.")
    if language not in LANGUAGES:
        raise refused(f"--lang {language}: there is no such class; choose one of {', '.join(LANGUAGES)}.")
    try:
        wanted = scenarios.scenario(play, language) if play else None
    except NoSuchScenario:
        there = ", ".join(scenarios.names(language))
        raise refused(
            f"--play {play}: there is no such scenario in {language}; choose one of {there}."
        ) from None
    if wanted is not None and (missing := wanted.missing(SIDES[platform].gives)):
        raise refused(f"--play {play} --platform {platform}: {missing}.")
    return wanted


async def _run(
    port: int,
    language: str,
    platform: str,
    server_only: bool,
    wanted: Scenario | None,
    *,
    leave: bool,
    as_json: bool,
    accept: bool,
) -> bool:
    ended = _end_on_signals()
    right = True
    # Whoever only plays waits for no other platform.
    platforms = [platform] if leave else [platform, *(name for name in SIDES if name != platform)]
    async with assembled(port=port, language=language, platforms=platforms, guarded=not server_only) as house:
        if server_only:
            typer.echo(json.dumps(house.addresses()))
        elif not leave:
            _greet(house)
        if wanted is not None:
            right = await _play(house, wanted, as_json=as_json, accept=accept)
        elif not server_only:
            await house.director.open_class(language, platform)
        if not leave:
            await ended.wait()
    return right or not leave


def _end_on_signals() -> asyncio.Event:
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    return ended


def _greet(house: Assembled) -> None:
    console = Console()
    console.print(f"\n  班级卫士演练场 · Class Guard playground\n\n  [bold]{house.page}[/]\n")
    console.print(
        "  在浏览器里打开上面的网址；按 Ctrl+C 结束。\n  Open this address in a browser; Ctrl+C ends it.\n"
    )


async def _play(house: Assembled, wanted: Scenario, *, as_json: bool, accept: bool) -> bool:
    told = (lambda _: None) if as_json else (lambda entry: typer.echo(str(entry)))
    play = await house.player.play(wanted, heard=told)
    if accept:
        keep(play)
    outcome = compare(play, scenarios.expected(wanted.name, wanted.language, play.platform))
    if as_json:
        typer.echo(json.dumps(_as_data(play, outcome), ensure_ascii=False))
    else:
        _conclude(outcome)
    return outcome.right


def _conclude(outcome: Outcome) -> None:
    console = Console(stderr=True)
    for problem in outcome.problems:
        console.print(f"[red]{escape(problem)}[/]")
    if outcome.changes:
        console.print(escape(outcome.changes))
    console.print("[green]as it should be[/]" if outcome.right else "[red]not as it should be[/]")


def _as_data(play: Play, outcome: Outcome) -> dict[str, Any]:
    return {
        "scenario": play.scenario.name,
        "language": play.scenario.language,
        "right": outcome.right,
        "problems": outcome.problems,
        "changes": outcome.changes.splitlines(),
        "levels": {step: level.word for step, level in play.levels.items()},
        "transcript": str(play.transcript).splitlines(),
    }


def keep(play: Play) -> None:
    """Rewrite the transcript on file; what must hold stays as it was written by hand."""
    file = scenarios.expected_file(play.scenario.name, play.scenario.language, play.platform)
    file.parent.mkdir(parents=True, exist_ok=True)
    before = file.read_text(encoding="utf-8") if file.exists() else ""
    demands = before.partition("transcript:")[0].rstrip()
    text = "".join(f"  {line}".rstrip() + "\n" for line in str(play.transcript).splitlines())
    file.write_text(f"{demands}\ntranscript: |\n{text}".lstrip(), encoding="utf-8")
    assert yaml.safe_load(file.read_text(encoding="utf-8"))["transcript"] == str(play.transcript)
