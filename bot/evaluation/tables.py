"""The figures of an evaluation, as tables for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.evaluation.replay import CaseResult, LinesResult
from patterns.model import Level

FAILURES_SHOWN = 40
PASSES = {"scam": "reach their level", "benign": "stay within theirs"}


def print_tables(console: Console, summary: Mapping[str, Any]) -> None:
    """By kind, by language and over all."""
    for label, passes in PASSES.items():
        if summary[label]["n"]:
            console.print(_table(f"{label}: {passes}", summary, label))
    if summary["scam"]["n"]:
        console.print(f"over-alarms on registered teachers: {summary['over_alarms']}")
    if summary["benign"]["n"]:
        console.print(f"alarms on benign cases: {summary['benign_alarms']}")
    names = summary["identity"]
    for what in ("recognised", "spared"):
        if names[what]["n"]:
            console.print(f"names {what}: {_share(names[what])}")


def _table(title: str, summary: Mapping[str, Any], label: str) -> Table:
    table = Table("", "n", "passed", "95 % interval", title=title, title_justify="left")
    for name, row in summary["by_kind"][label].items():
        table.add_row(escape(name), *_cells(row))
    table.add_section()
    for name, row in summary["by_language"][label].items():
        table.add_row(escape(name), *_cells(row))
    table.add_section()
    table.add_row("all", *_cells(summary[label]), style="bold")
    return table


def _cells(row: Mapping[str, Any]) -> tuple[str, str, str]:
    return str(row["n"]), f"{row['ok']} ({row['share']:.1%})", f"{row['low']:.1%} – {row['high']:.1%}"


def _share(row: Mapping[str, Any]) -> str:
    return f"{row['ok']} of {row['n']} ({row['low']:.1%} – {row['high']:.1%})"


def print_failures(console: Console, results: list[CaseResult]) -> None:
    """The cases that did not pass, with what was seen in them."""
    failed = [one for one in results if not one.ok]
    for one in failed[:FAILURES_SHOWN]:
        case = one.case
        seen = ", ".join(one.evidence) or "nothing"
        console.print(
            f"{case.id} {case.kind}: {one.level.word} instead of {case.expected.word}; saw {seen}",
            markup=False,
        )
    if len(failed) > FAILURES_SHOWN:
        console.print(f"… and {len(failed) - FAILURES_SHOWN} more")


def print_lines(console: Console, lines: LinesResult) -> None:
    """How loud it was over ordinary talk."""
    loud = ", ".join(
        f"{lines.counts[level]} {level.word}" for level in (Level.ALARM, Level.CAUTION, Level.NOTICE)
    )
    console.print(f"{lines.n} ordinary lines: {loud}")
    for text, level, seen in lines.examples:
        console.print(f"{level.word}: {text[:120]} ({', '.join(seen)})", markup=False)
