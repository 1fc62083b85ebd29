"""`classguard evaluate`: the detector measured on case files and on ordinary lines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bot.cli.reading import refused
from bot.evaluation.cases import BLINDS, CaseError, LabelledCase, NamePair, read_cases
from bot.evaluation.demands import UnknownDemand, parse_demand, unmet
from bot.evaluation.replay import CaseResult, LinesResult, PairResult, compare, judge_lines, replay
from bot.evaluation.report import as_json, summary
from bot.evaluation.tables import print_failures, print_lines, print_tables
from patterns.loading import warm_up


def evaluate(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Case files, one JSON object a line: scam, benign, identity.")
    ] = None,
    lines: Annotated[
        list[Path] | None,
        typer.Option(help="A file of ordinary messages, one a line: every warning on it is wrong."),
    ] = None,
    blind: Annotated[
        str, typer.Option(help="Facts to take away, separated by commas: " + ", ".join(BLINDS))
    ] = "",
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    require: Annotated[
        list[str] | None,
        typer.Option(
            help="Exit with 1 unless reached: scam=0.95, benign=0.98, recognised=0.97, spared=0.99 (at least); "
            "alarms=0, over_alarms=1, public=0 (at most)."
        ),
    ] = None,
) -> None:
    """Measure the detector: which scams reach their level, which harmless messages exceed theirs, and how sure that is."""
    if not files and not lines:
        raise refused("Name case files, or --lines FILE with ordinary messages.")
    hidden = frozenset(part.strip() for part in blind.split(",") if part.strip())
    if unknown := hidden - set(BLINDS):
        raise refused(f"--blind {', '.join(sorted(unknown))}: known are {', '.join(BLINDS)}")
    try:
        demands = [parse_demand(text) for text in require or ()]
        warm_up()
        cases, pairs = _replayed(files or [], hidden)
        said = _said(lines or [])
    except OSError as error:
        raise refused(f"{error.filename}: {error.strerror}") from None
    except (UnknownDemand, CaseError, UnicodeDecodeError) as error:
        raise refused(str(error)) from None
    figures = summary(cases, pairs, said)
    failed = unmet(demands, figures)
    if json_:
        typer.echo(json.dumps(as_json(cases, pairs, said), ensure_ascii=False))
    else:
        _print(cases, pairs, said)
    for sentence in failed:
        typer.echo(sentence, err=True)
    if failed:
        raise typer.Exit(1)


def _replayed(files: list[Path], blind: frozenset[str]) -> tuple[list[CaseResult], list[PairResult]]:
    cases: list[CaseResult] = []
    pairs: list[PairResult] = []
    for file in files:
        for one in read_cases(file, blind):
            match one:
                case LabelledCase():
                    cases.append(replay(one))
                case NamePair():
                    pairs.append(compare(one))
    return cases, pairs


def _said(files: list[Path]) -> LinesResult:
    result = LinesResult()
    for file in files:
        with file.open(encoding="utf-8", errors="replace") as lines:
            judge_lines(lines, result)
    return result


def _print(cases: list[CaseResult], pairs: list[PairResult], lines: LinesResult) -> None:
    console = Console(soft_wrap=True)
    print_tables(console, summary(cases, pairs, lines))
    print_failures(console, cases)
    if lines.n:
        print_lines(console, lines)
