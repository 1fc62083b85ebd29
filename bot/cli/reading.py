"""The configuration as commands get it: read, or one sentence and exit code 2."""

from __future__ import annotations

from pathlib import Path

import typer

from bot.config import Config, Misconfigured, load


def configured(file: Path | None) -> Config:
    try:
        return load(file)
    except Misconfigured as wrong:
        raise refused(str(wrong)) from None


def refused(sentence: str, code: int = 2) -> typer.Exit:
    """Says what is wrong, for `raise`."""
    typer.echo(sentence, err=True)
    return typer.Exit(code)
