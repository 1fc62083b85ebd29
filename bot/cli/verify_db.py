"""`classguard verify-db`: is the database sound, and of this version?"""

from __future__ import annotations

import json
from typing import Annotated

import typer

from bot.cli import Config
from bot.cli.reading import configured, refused
from bot.store import migration
from bot.store.backup import ailment, counts


def verify_db(
    config: Config = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Read every page and check what belongs together. Exit code 1 when something is wrong."""
    path = configured(config).database_path
    if not path.exists():
        raise refused(f"{path}: there is no database yet; the first start makes it.")
    trouble = ailment(path)
    schema = "" if trouble else (migration.revision(path) or "none")
    if not trouble and not migration.knows(None if schema == "none" else schema):
        trouble = "It was written by a newer version of Class Guard; install that version."
    rows = {} if trouble else counts(path)
    if as_json:
        typer.echo(
            json.dumps({"sound": not trouble, "trouble": trouble, "schema": schema, "rows": rows}, indent=2)
        )
    elif trouble:
        typer.echo(f"{path}: {trouble}")
    else:
        typer.echo(f"{path} is sound (schema {schema}, {sum(rows.values())} rows in {len(rows)} tables).")
    raise typer.Exit(int(bool(trouble)))
