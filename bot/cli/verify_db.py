"""`classguard verify-db`: is the database sound, and of this version?"""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.engine import URL

from bot.cli import Config
from bot.cli.reading import configured, refused, usable
from bot.store import copying, migration
from bot.store.backup import ailment, counts
from bot.store.db import Database
from bot.store.engines import is_file, shown

_NEWER = "It was written by a newer version of Class Guard; install that version."
_NOTHING = "There is no database yet; the first start makes it."


def verify_db(
    config: Config = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Read everything and check what belongs together. Exit code 1 when something is wrong."""
    url = configured(config).database_url
    with usable(url):
        trouble, schema, rows = _file(Path(str(url.database))) if is_file(url) else asyncio.run(_server(url))
    if trouble == _NOTHING:
        raise refused(f"{shown(url)}: {trouble}")
    if as_json:
        typer.echo(
            json.dumps({"sound": not trouble, "trouble": trouble, "schema": schema, "rows": rows}, indent=2)
        )
    elif trouble:
        typer.echo(f"{shown(url)}: {trouble}")
    else:
        typer.echo(
            f"{shown(url)} is sound (schema {schema}, {sum(rows.values())} rows in {len(rows)} tables)."
        )
    raise typer.Exit(int(bool(trouble)))


def _file(path: Path) -> tuple[str, str, dict[str, int]]:
    """What is wrong with it, its schema, how many rows its tables have."""
    if not path.exists():
        return _NOTHING, "", {}
    trouble = ailment(path)
    schema = None if trouble else migration.revision(path)
    if not trouble and not migration.knows(schema):
        trouble = _NEWER
    return trouble, schema or ("" if trouble else "none"), {} if trouble else counts(path)


async def _server(url: URL) -> tuple[str, str, dict[str, int]]:
    """The same. What belongs together a server holds together by itself; that every row can be read is seen here."""
    db = Database(url)
    try:
        async with db.read() as tx:
            schema = await tx.run_sync(migration.present)
            if schema is None:
                return _NOTHING, "", {}
            if schema != migration.head():
                known = migration.knows(schema)
                return "" if known else _NEWER, schema, {}
            return "", schema, await copying.counts(tx)
    finally:
        await db.close()
