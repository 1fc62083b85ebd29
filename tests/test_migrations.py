"""Migrations: the schema the code knows, never half of it, and never an unknown one."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine

from bot.store import migration
from bot.store.tables import metadata
from tests.broken_migration import one_more_that_breaks


def schema(path: Path) -> list[tuple[str, str]]:
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()
    connection.close()
    return rows


def test_the_migrations_build_exactly_the_tables(tmp_path: Path) -> None:
    migration.upgrade(tmp_path / "guard.db")
    engine = create_engine(f"sqlite:///{tmp_path / 'guard.db'}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_a_migrated_file_equals_a_fresh_schema_word_for_word(tmp_path: Path) -> None:
    migration.upgrade(tmp_path / "migrated.db")
    engine = create_engine(f"sqlite:///{tmp_path / 'fresh.db'}")
    metadata.create_all(engine)
    engine.dispose()

    def described(path: Path) -> dict[str, set[str]]:
        return {
            name: {line.strip().rstrip(",") for line in sql.replace('"', "").splitlines()}
            for name, sql in schema(path)
            if sql and name != "alembic_version"
        }

    assert described(tmp_path / "migrated.db") == described(tmp_path / "fresh.db")


def test_a_second_start_changes_nothing(tmp_path: Path) -> None:
    migration.upgrade(tmp_path / "guard.db")
    before = schema(tmp_path / "guard.db")
    migration.upgrade(tmp_path / "guard.db")
    assert schema(tmp_path / "guard.db") == before
    assert migration.revision(tmp_path / "guard.db") == migration.head()


def test_a_migration_that_breaks_half_way_leaves_the_old_schema_whole(tmp_path: Path) -> None:
    path = tmp_path / "guard.db"
    migration.upgrade(path)
    with sqlite3.connect(path) as connection:
        connection.execute("INSERT INTO cursors VALUES ('telegram', '7', 0)")
    connection.close()
    before = schema(path)
    with pytest.raises(Exception, match="nonsense"):
        migration.upgrade(path, one_more_that_breaks(tmp_path / "scripts"))
    assert schema(path) == before
    assert migration.revision(path) == migration.head()
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT value FROM cursors").fetchall() == [("7",)]
    connection.close()


def test_a_first_migration_that_breaks_leaves_an_empty_file(tmp_path: Path) -> None:
    scripts = tmp_path / "scripts"
    shutil.copytree(migration.SCRIPTS, scripts)
    first = next((scripts / "versions").glob("v0001*.py"))
    first.write_text(first.read_text() + "    raise RuntimeError('the power went out')\n")
    with pytest.raises(RuntimeError, match="power"):
        migration.upgrade(tmp_path / "guard.db", scripts)
    assert [name for name, _ in schema(tmp_path / "guard.db")] == []
    migration.upgrade(tmp_path / "guard.db")
    assert migration.revision(tmp_path / "guard.db") == migration.head()


def test_a_database_of_a_newer_version_is_refused_in_plain_words(tmp_path: Path) -> None:
    path = tmp_path / "guard.db"
    migration.upgrade(path)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '2031'")
    connection.close()
    before = schema(path)
    with pytest.raises(migration.TooNew, match="newer version"):
        migration.upgrade(path)
    assert schema(path) == before
