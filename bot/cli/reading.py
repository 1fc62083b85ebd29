"""The configuration as commands get it, and the database: usable, or one sentence and an exit code."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from bot.config import Config
from bot.config.loading import Misconfigured, load
from bot.store.engines import NoDriver, is_file, shown
from bot.store.migration import TooNew, Unsuited
from bot.store.trouble import Trouble, remedy, trouble

# What sysexits.h calls a temporary failure: starting again later may help. With 2 somebody has to do something first.
PASSES = 75


def configured(file: Path | None) -> Config:
    try:
        return load(file)
    except Misconfigured as wrong:
        raise refused(str(wrong)) from None


def refused(sentence: str, code: int = 2) -> typer.Exit:
    """Says what is wrong, for `raise`."""
    typer.echo(sentence, err=True)
    return typer.Exit(code)


def on_a_system_with_signals() -> None:
    """Windows has none of those by which a guard is told to stop and to read its configuration again."""
    if sys.platform == "win32":
        raise refused(
            "Class Guard runs on Linux and macOS. On Windows start it inside WSL, or as a container "
            "(docs/operating.md, Install)."
        )


@contextmanager
def usable(database: URL) -> Iterator[None]:
    """Whatever the database refuses ends in one sentence and an exit code, too."""
    try:
        yield
    except (TooNew, Unsuited, NoDriver) as wrong:
        raise refused(str(wrong)) from None
    except DBAPIError as wrong:
        code = PASSES if trouble(wrong) in (Trouble.FULL, Trouble.LOCKED, Trouble.UNREACHABLE) else 2
        sentence = f"{shown(database)}: the database cannot be used ({wrong.orig}). "
        raise refused(sentence + remedy(wrong, server=not is_file(database)), code) from None
