"""`classguard restore FILE`: put a backup back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli import Config
from bot.cli.reading import configured, refused, usable
from bot.lock import Running, alone
from bot.store.backup import BEFORE, Unusable, put_back
from bot.store.engines import is_file, shown


def restore(
    file: Annotated[Path, typer.Argument(help="A file written by `classguard backup`.")],
    config: Config = None,
) -> None:
    """Replace the database by that of a backup. What is there now is kept beside it."""
    chosen = configured(config)
    try:
        with alone(chosen.data), usable(chosen.database_url):
            contents = put_back(file, chosen.database_url, chosen.data / "secret")
    except (Unusable, Running) as wrong:
        raise refused(str(wrong)) from None
    except OSError as wrong:
        raise refused(f"{wrong.filename or chosen.data}: {wrong.strerror}.") from None
    typer.echo(f"{shown(chosen.database_url)} is as it was at {contents.taken_at}.")
    if is_file(chosen.database_url):
        typer.echo("What was there before lies beside it, with the ending .before-restore.")
    else:
        typer.echo(f"What was there before is the backup {chosen.data / BEFORE}.")
