"""Bring a database file to the schema this code knows, one explicit transaction a step."""

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

SCRIPTS = Path(__file__).with_name("migrations")


class TooNew(Exception):
    """The file was written by a later version of the program."""


def upgrade(path: Path, scripts: Path = SCRIPTS) -> None:
    """Run every missing step. A step that fails leaves the schema of the step before it."""
    with _connection(path) as connection:
        present = _present(connection)
        connection.rollback()
        if not knows(present, scripts):
            raise TooNew(
                f"The database {path} was written by a newer version of Class Guard "
                f"(schema {present}). Install that version, or restore an older backup."
            )
        if present != head(scripts):
            from bot.store import migrating

            migrating.run(scripts, connection)


def revision(path: Path) -> str | None:
    """Which schema the file has; None for an empty file."""
    with _connection(path) as connection:
        return _present(connection)


def knows(present: str | None, scripts: Path = SCRIPTS) -> bool:
    """Whether a file of this schema can be brought up to date."""
    return present is None or present in _steps(scripts)


def head(scripts: Path = SCRIPTS) -> str:
    """The schema after the last step."""
    steps = _steps(scripts)
    (last,) = steps.keys() - set(steps.values())
    return last


@cache
def _steps(scripts: Path) -> Mapping[str, str]:
    """Each step and the one before it, read from the files' own words."""
    files = [file.read_text(encoding="utf-8") for file in (scripts / "versions").glob("*.py")]
    return {_named("revision", file): _named("down_revision", file) for file in files}


def _named(what: str, file: str) -> str:
    found = re.search(rf'^{what}(?:: [^=]+)? = "([^"]+)"$', file, re.MULTILINE)
    return found[1] if found else ""


def _present(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return None if found is None else str(found)


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
