"""`classguard backup FILE`: everything that cannot be made anew, in one file, while the guard works."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.cli import Config
from bot.cli.reading import configured, refused, usable
from bot.store.backup import Unusable, take


def backup(
    file: Annotated[Path, typer.Argument(help="Where to write it; must not exist yet.")],
    config: Config = None,
) -> None:
    """Write database and secret to FILE. The guard may go on working meanwhile."""
    chosen = configured(config)
    try:
        with usable(chosen.database_url):
            contents = take(chosen.database_url, chosen.data / "secret", file, datetime.now(UTC))
    except Unusable as wrong:
        raise refused(str(wrong)) from None
    except OSError as wrong:
        raise refused(f"{file}: cannot be written ({wrong.strerror}).") from None
    typer.echo(
        f"{file}: {file.stat().st_size / 1e6:.1f} MB, taken {contents.taken_at}. Keep it where only you can read it."
    )
    if not contents.has_secret:
        typer.echo(
            "The secret comes from your configuration: keep it too, known payees are recognised by it."
        )
