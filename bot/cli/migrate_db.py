"""`classguard migrate-db`: from the SQLite file to a PostgreSQL server, once, whole or not at all."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.engine import URL

from bot.cli import Config
from bot.cli.reading import configured, refused, usable
from bot.lock import Running, alone
from bot.store import copying, migration
from bot.store.backup import Unusable, ailment, copy_of
from bot.store.engines import shown


def migrate_db(
    source: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="The SQLite file. Default: classguard.db in the data folder."),
    ] = None,
    config: Config = None,
) -> None:
    """Copy everything from the SQLite file into the empty PostgreSQL database that `database.url` names.

    Stop the guard first. The file stays as it is; the secret of the fingerprints stays in the data folder.
    """
    chosen = configured(config)
    if chosen.database.url is None:
        raise refused(
            "database.url is missing: put the address of the PostgreSQL database there or into the "
            "environment variable CLASSGUARD_DATABASE_URL, and leave database.path out."
        )
    file = source or chosen.database_path
    try:
        with alone(chosen.data), usable(chosen.database_url):
            copied = _copied(file, chosen.data, chosen.database_url)
    except (Unusable, copying.Refused, Running) as wrong:
        raise refused(str(wrong)) from None
    except OSError as wrong:
        raise refused(f"{wrong.filename or chosen.data}: {wrong.strerror}.") from None
    typer.echo(
        f"{sum(copied.values())} rows of {len(copied)} tables are in {shown(chosen.database_url)}, counted there and here."
    )
    typer.echo(
        f"Start the guard with the same configuration. {file} is not used any more: keep it until all is well."
    )


def _copied(file: Path, data: Path, url: URL) -> dict[str, int]:
    """By way of a copy that is brought up to date: the file itself is only read."""
    with tempfile.TemporaryDirectory(dir=data, prefix=".migrate-") as folder:
        copy = Path(folder, "copy.db")
        copy_of(file, copy)
        if trouble := ailment(copy):
            raise Unusable(f"{file}: {trouble} Nothing was copied.")
        migration.upgrade(copy)
        return asyncio.run(copying.to_server(copy, url))
