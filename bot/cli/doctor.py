"""`classguard doctor`: what is wrong, and what to do about it."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from bot import logs
from bot.cli import Config
from bot.cli.reading import configured
from bot.config import Config as Configuration
from bot.doctor import Finding, Health, examine
from bot.parts import platforms_of

_SIGNS = {Health.FINE: "[green]✓[/]", Health.WARNING: "[yellow]![/]", Health.BROKEN: "[red]✗[/]"}


def doctor(
    config: Config = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Check everything the guard needs. Exit code 1 when something is broken, 2 when the configuration is."""
    chosen = configured(config)
    logs.set_up("error")
    findings = asyncio.run(_examined(chosen, aloud=not as_json))
    if as_json:
        typer.echo(json.dumps({"findings": [asdict(one) for one in findings]}, ensure_ascii=False, indent=2))
    raise typer.Exit(int(any(one.health is Health.BROKEN for one in findings)))


async def _examined(config: Configuration, *, aloud: bool) -> list[Finding]:
    console = Console()
    findings: list[Finding] = []
    async for finding in examine(config, platforms_of(config)):
        findings.append(finding)
        if aloud:
            console.print(
                f"{_SIGNS[finding.health]} [bold]{escape(finding.subject)}[/]: {escape(finding.sentence)}"
            )
    return findings
