"""Runs the missing steps with Alembic: imported only when there are some, for it is as large as the rest of the store."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from bot.store.tables import metadata


def run(scripts: Path, connection: Connection) -> None:
    """Every step from the schema the file has to the newest, each in a transaction of its own."""
    directory = _directory(scripts)

    def steps(revision: Any, _context: Any) -> Any:
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


def _directory(scripts: Path) -> ScriptDirectory:
    config = Config()
    # Alembic's options are interpolated: a percent sign in a folder's name has to be doubled.
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return ScriptDirectory.from_config(config)
