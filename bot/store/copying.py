"""Everything from one database into another, be it SQLite's or PostgreSQL's: whole or not at all."""

from __future__ import annotations

import asyncio
from pathlib import Path

from sqlalchemy import Table, func, insert, select, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import engines, migration
from bot.store.db import Database
from bot.store.tables import metadata
from bot.store.trouble import trouble

_PAGE = 500


class Refused(Exception):
    """Nothing was copied; the text says why and what to do."""


async def to_server(file: Path, url: URL, *, replacing: bool = False) -> dict[str, int]:
    """A file of this version's schema into a server's database, which must be empty unless it is replaced.

    Returns how many rows each table has. Raises `Refused`.
    """
    source, target = Database(engines.sqlite(file)), await Database.open(url)
    try:
        async with source.read() as rows, target.transaction() as tx:
            if replacing:
                await _emptied(tx)
            elif held := {name: count for name, count in (await counts(tx)).items() if count}:
                raise Refused(
                    f"{engines.shown(url)} holds {sum(held.values())} rows already, {next(iter(held))} among them. "
                    "Name an empty database: what is there would be mixed with what comes."
                )
            copied = await _copied(rows, tx)
            await _numbered_on(tx)
        return copied
    finally:
        await source.close()
        await target.close()


async def to_file(url: URL, file: Path) -> dict[str, int]:
    """A server's database, as it is at one moment, into a new file. The guard may go on working. Raises `Refused`."""
    await asyncio.to_thread(_made, file)
    source, target = Database(url), Database(engines.sqlite(file))
    try:
        async with source.read() as rows, target.transaction() as tx:
            found = await rows.run_sync(migration.present)
            if found != migration.head():
                raise Refused(
                    f"{engines.shown(url)} is of another version of Class Guard (schema {found or 'none'}). "
                    "Start this version once, then try again."
                )
            return await _copied(rows, tx)
    finally:
        await source.close()
        await target.close()


def _made(file: Path) -> None:
    file.touch(mode=0o600)
    migration.upgrade(file)


async def counts(tx: AsyncConnection) -> dict[str, int]:
    """How many rows each table holds."""
    return {table.name: await _count(tx, table) for table in metadata.sorted_tables}


async def _copied(source: AsyncConnection, target: AsyncConnection) -> dict[str, int]:
    """Whatever others refer to first, a page at a time; what arrived is counted against what was there."""
    copied = {}
    for table in metadata.sorted_tables:
        try:
            # By name and not by `c`: a column may be called `keys` or `values`.
            found = await source.stream(select(table).execution_options(yield_per=_PAGE))
            async for rows in found.mappings().partitions(_PAGE):
                await target.execute(insert(table), [dict(row) for row in rows])
        except DBAPIError as error:
            if trouble(error) is not None:
                raise
            raise Refused(
                f"A row of {table.name} does not fit ({type(error.orig).__name__}); nothing was copied."
            ) from None
        there, here = await _count(source, table), await _count(target, table)
        if there != here:
            raise Refused(f"Of {there} rows of {table.name} only {here} arrived; nothing was copied.")
        copied[table.name] = here
    return copied


async def _count(tx: AsyncConnection, table: Table) -> int:
    return int((await tx.execute(select(func.count()).select_from(table))).scalar_one())


async def _emptied(tx: AsyncConnection) -> None:
    for table in reversed(metadata.sorted_tables):
        await tx.execute(table.delete())


async def _numbered_on(tx: AsyncConnection) -> None:
    """New rows are numbered after those that came with their numbers."""
    for table in metadata.sorted_tables:
        if table.autoincrement_column is None:
            continue
        own = await tx.scalar(
            text("SELECT pg_get_serial_sequence(:table, :column)"),
            {"table": table.name, "column": table.autoincrement_column.name},
        )
        if own is not None:
            highest = await tx.scalar(select(func.max(table.autoincrement_column)))
            await tx.execute(
                text("SELECT setval(CAST(:own AS regclass), :highest, :used)"),
                {"own": own, "highest": highest or 1, "used": highest is not None},
            )
