"""Bring a database to the schema this code knows, one explicit transaction a step."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, event, inspect, text
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool

from bot.store import engines

SCRIPTS = Path(__file__).with_name("migrations")
# Held on a PostgreSQL server while the schema is changed: two that start at once take turns. ("class guard", in digits)
_LOCK = 25_277_482_733


class TooNew(Exception):
    """The database was written by a later version of the program."""


class Unsuited(Exception):
    """The database cannot hold what is kept; the text says why and what to do."""


def upgrade(path: Path, scripts: Path = SCRIPTS) -> None:
    """Run every missing step. A step that fails leaves the schema of the step before it."""
    with _connection(path) as connection:
        _bring_up(connection, scripts, str(path))


async def upgrade_server(url: URL, scripts: Path = SCRIPTS) -> None:
    """The same, on a PostgreSQL server; whoever else begins at this moment waits and finds it done."""
    engine = engines.for_migrating(url)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(_bring_up_alone, scripts, engines.shown(url))
    finally:
        await engine.dispose()


def revision(path: Path) -> str | None:
    """Which schema the file has; None for an empty file."""
    with _connection(path) as connection:
        return present(connection)


def knows(present: str | None, scripts: Path = SCRIPTS) -> bool:
    """Whether a database of this schema can be brought up to date."""
    return present is None or present in _steps(scripts)


def head(scripts: Path = SCRIPTS) -> str:
    """The schema after the last step."""
    steps = _steps(scripts)
    (last,) = steps.keys() - set(steps.values())
    return last


def present(connection: Connection) -> str | None:
    """Which schema the database has; None for an empty one."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return None if found is None else str(found)


def _bring_up_alone(connection: Connection, scripts: Path, where: str) -> None:
    # The lock is the session's: it outlives each step's transaction, and goes with the connection.
    connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _LOCK})
    connection.commit()
    if (encoding := connection.execute(text("SHOW server_encoding")).scalar_one()) != "UTF8":
        raise Unsuited(
            f"The database {where} keeps text as {encoding}, which cannot hold what people write. "
            "Make it anew: CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0."
        )
    _bring_up(connection, scripts, where)


def _bring_up(connection: Connection, scripts: Path, where: str) -> None:
    found = present(connection)
    connection.rollback()
    if not knows(found, scripts):
        raise TooNew(
            f"The database {where} was written by a newer version of Class Guard "
            f"(schema {found}). Install that version, or restore an older backup."
        )
    if found != head(scripts):
        from bot.store import migrating

        migrating.run(scripts, connection)


@cache
def _steps(scripts: Path) -> Mapping[str, str]:
    """Each step and the one before it, read from the files' own words."""
    files = [file.read_text(encoding="utf-8") for file in (scripts / "versions").glob("*.py")]
    return {_named("revision", file): _named("down_revision", file) for file in files}


def _named(what: str, file: str) -> str:
    found = re.search(rf'^{what}(?:: [^=]+)? = "([^"]+)"$', file, re.MULTILINE)
    return found[1] if found else ""


@contextmanager
def _connection(path: Path) -> Iterator[Connection]:
    engine = create_engine(URL.create("sqlite", database=str(path)), poolclass=NullPool)

    @event.listens_for(engine, "connect")
    def _connected(dbapi_connection: Any, _record: Any) -> None:
        # Left alone, the driver commits before DDL: half a failed step would stay.
        dbapi_connection.isolation_level = None
        dbapi_connection.execute("PRAGMA busy_timeout=5000")

    @event.listens_for(engine, "begin")
    def _begun(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    with engine.connect() as connection:
        yield connection
