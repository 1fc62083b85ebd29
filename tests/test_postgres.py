"""PostgreSQL in the place of the file: the same schema, the same promises, the same plain words when something is wrong."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, String, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from bot.config import Config
from bot.doctor import Finding, Health, examine
from bot.store import engines, migration
from bot.store.db import Database
from bot.store.tables import chats, cursors, metadata
from bot.store.trouble import Trouble, remedy, trouble
from tests.broken_migration import one_more_that_breaks
from tests.postgres import Server

ROW = {"platform": "telegram", "address": "-1", "kind": "group", "created_at": 0}


def _same_type(_context: Any, _inspected: Any, _column: Any, there: Any, here: Any) -> bool | None:
    # Text of any length there, with a length in the tables' own description.
    return False if isinstance(there, String) and isinstance(here, String) else None


def differences(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"compare_type": _same_type})
    return list(compare_metadata(context, metadata))


async def test_two_that_start_at_once_build_exactly_the_tables_once(postgres_server: Server) -> None:
    url = await postgres_server.empty()
    first, second = await asyncio.gather(Database.open(url), Database.open(url))
    async with first.read() as tx:
        assert await tx.run_sync(differences) == []
        assert await tx.run_sync(migration.present) == migration.head()
    await first.close()
    await second.close()


async def test_a_migration_that_breaks_half_way_leaves_the_old_schema_whole(
    postgres_server: Server, tmp_path: Path
) -> None:
    async with postgres_server.lent() as url:
        db = await Database.open(url)
        async with db.transaction() as tx:
            await tx.execute(insert(cursors).values(platform="telegram", value="7", moved_at=0))
        scripts = await asyncio.to_thread(one_more_that_breaks, tmp_path / "scripts")
        with pytest.raises(DBAPIError):
            await migration.upgrade_server(url, scripts)
        async with db.read() as tx:
            assert await tx.run_sync(differences) == []
            assert await tx.run_sync(migration.present) == migration.head()
            assert await tx.scalar(select(cursors.c.value)) == "7"
        await db.close()


async def test_a_database_of_a_newer_version_or_of_few_letters_is_refused(postgres_server: Server) -> None:
    newer, poor = await postgres_server.empty(), await postgres_server.empty(encoding="SQL_ASCII")
    db = Database(newer)
    async with db.transaction() as tx:
        await tx.execute(text("CREATE TABLE alembic_version (version_num VARCHAR)"))
        await tx.execute(text("INSERT INTO alembic_version VALUES ('2031')"))
    await db.close()
    with pytest.raises(migration.TooNew, match="newer version"):
        await Database.open(newer)
    with pytest.raises(migration.Unsuited, match="ENCODING 'UTF8'"):
        await Database.open(poor)


async def test_a_lost_connection_is_told_from_a_mistake_and_replaced(postgres_server: Server) -> None:
    async with postgres_server.lent() as url:
        db = await Database.open(url)
        with pytest.raises(DBAPIError) as lost:
            async with db.transaction() as tx:
                await tx.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        assert trouble(lost.value) is db.trouble is Trouble.UNREACHABLE
        assert await db.writable()
        assert db.trouble is None
        with pytest.raises(DBAPIError) as mistaken:
            async with db.transaction() as tx:
                await tx.execute(text("SELECT nonsense"))
        assert trouble(mistaken.value) is None
        await db.close()


async def test_a_row_that_another_program_holds_is_waited_for_and_then_told(postgres_server: Server) -> None:
    async with postgres_server.lent() as url:
        db, other = await Database.open(url), Database(url)
        async with db.transaction() as tx:
            await tx.execute(insert(cursors).values(platform="telegram", value="7", moved_at=0))
        async with other.transaction() as theirs:
            await theirs.execute(update(cursors).values(value="8"))
            with pytest.raises(DBAPIError):
                async with db.transaction() as tx:
                    await tx.execute(text("SET LOCAL lock_timeout = 10"))
                    await tx.execute(update(cursors).values(value="9"))
            assert db.trouble is Trouble.LOCKED
        assert await db.writable()
        await db.close()
        await other.close()


async def test_a_server_that_is_not_there_and_one_that_refuses_are_told_apart(
    postgres_server: Server,
) -> None:
    for url, found, word in (
        (engines.postgresql("postgresql://me:pa55word@127.0.0.1:1/guard"), Trouble.UNREACHABLE, "answer"),
        (postgres_server.address("nowhere"), Trouble.REFUSED, "password"),
    ):
        with pytest.raises(DBAPIError) as refused:
            await Database.open(url)
        assert trouble(refused.value) is found
        assert word in remedy(refused.value, server=True)
        assert "pa55word" not in f"{refused.value}{refused.value.orig}{engines.shown(url)}"


async def test_the_one_character_it_cannot_store_costs_no_update(postgres_server: Server) -> None:
    async with postgres_server.lent() as url:
        db = await Database.open(url)
        async with db.transaction() as tx:
            await tx.execute(insert(chats).values(ROW | {"title": "三\0班", "address": "-1" * 100}))
        async with db.read() as tx:
            assert (await tx.execute(select(chats.c.title))).scalar_one() == "三\N{REPLACEMENT CHARACTER}班"
        await db.close()


async def test_the_doctor_looks_at_the_server(postgres_server: Server, tmp_path: Path) -> None:
    async def told(address: str) -> Finding:
        config = Config.model_validate({"data": tmp_path, "database": {"url": address}})
        return next(iter([one async for one in examine(config, []) if one.subject == "database"]))

    async with postgres_server.lent() as url:
        sound = await told(url.render_as_string(hide_password=False))
        assert sound.health is Health.FINE and sound.sentence.endswith("is sound.")
    empty = await told((await postgres_server.empty()).render_as_string())
    assert empty.health is Health.WARNING and "first start fills it" in empty.sentence
    gone = await told("postgresql://me:pa55word@127.0.0.1:1/guard")
    assert gone.health is Health.BROKEN and "Does it run" in gone.sentence and "pa55word" not in gone.sentence
