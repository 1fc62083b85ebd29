"""`classguard restore FILE`: put a backup back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli import Config
from bot.cli.reading import configured, refused
from bot.lock import Running, alone
from bot.store.backup import Unusable, put_back


def restore(
    file: Annotated[Path, typer.Argument(help="A file written by `classguard backup`.")],
    config: Config = None,
) -> None:
    """Replace the database by that of a backup. What is there now is kept beside it."""
    chosen = configured(config)
    try:
        with alone(chosen.data):
            contents = put_back(file, chosen.database_path, chosen.data / "secret")
    except (Unusable, Running) as wrong:
        raise refused(str(wrong)) from None
    except OSError as wrong:
        raise refused(f"{wrong.filename or chosen.data}: {wrong.strerror}.") from None
    typer.echo(f"{chosen.database_path} is as it was at {contents.taken_at}.")
    typer.echo("What was there before lies beside it, with the ending .before-restore.")
