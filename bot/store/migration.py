"""Bring a database file to the schema this code knows, one explicit transaction a step."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool

from bot.store.tables import metadata

SCRIPTS = Path(__file__).with_name("migrations")


class TooNew(Exception):
    """The file was written by a later version of the program."""


def upgrade(path: Path, scripts: Path = SCRIPTS) -> None:
    """Run every missing step. A step that fails leaves the schema of the step before it."""
    directory = _directory(scripts)
    with _connection(path) as connection:
        present = MigrationContext.configure(connection).get_current_revision()
        connection.rollback()
        if not knows(present, scripts):
            raise TooNew(
                f"The database {path} was written by a newer version of Class Guard "
                f"(schema {present}). Install that version, or restore an older backup."
            )
        if present != directory.get_current_head():
            _run(directory, connection)


def revision(path: Path) -> str | None:
    """Which schema the file has; None for an empty file."""
    with _connection(path) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def knows(present: str | None, scripts: Path = SCRIPTS) -> bool:
    """Whether a file of this schema can be brought up to date."""
    return present is None or present in {script.revision for script in _directory(scripts).walk_revisions()}


def head(scripts: Path = SCRIPTS) -> str | None:
    return _directory(scripts).get_current_head()


def _directory(scripts: Path) -> ScriptDirectory:
    config = Config()
    # Alembic's options are interpolated: a percent sign in a folder's name has to be doubled.
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config)


def _run(directory: ScriptDirectory, connection: Connection) -> None:
    def steps(revision: Any, _context: MigrationContext) -> Any:
        return directory._upgrade_revs("head", revision)

    with EnvironmentContext(Config(), directory, fn=steps) as environment:
        environment.configure(
            connection=connection,
            target_metadata=metadata,
            render_as_batch=True,
            transaction_per_migration=True,
            # SQLite can roll DDL back; Alembic assumes it cannot unless told.
            transactional_ddl=True,
        )
        environment.run_migrations()


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
