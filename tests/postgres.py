"""A PostgreSQL server of the tests' own: Debian's programs in a temporary folder, one database a test."""

from __future__ import annotations

import asyncio
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy.engine import URL

from bot.store import migration
from bot.store.tables import metadata

PATIENCE = 60.0
# Nothing here outlives the test, so nothing has to reach the disk.
_HASTY = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "shared_buffers": "16MB",
    "max_connections": "100",
}


def programs() -> Path | None:
    """Where Debian keeps the newest server; None where it is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda file: int(file.parts[-3]))
    return found[-1].parent if found else None


# Emptied row by row: for tables with next to nothing in them that is quicker than TRUNCATE by far.
_WASHED = "; ".join(
    [f'DELETE FROM "{table.name}"' for table in reversed(metadata.sorted_tables)]
    + ["SELECT setval(seqrelid, 1, false) FROM pg_sequence"]
)
WHY_NOT = "" if programs() else "PostgreSQL is not installed (apt-get install postgresql)"


class Server:
    """A running server, and the databases on it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count()
        self._clean: list[URL] = []

    def address(self, database: str) -> URL:
        return URL.create(
            "postgresql+asyncpg", "postgres", database=database, query={"host": str(self._folder)}
        )

    @asynccontextmanager
    async def lent(self) -> AsyncIterator[URL]:
        """A database with today's schema and nothing in it. It is used again afterwards: making one takes far longer."""
        url = self._clean.pop() if self._clean else await self._migrated()
        yield url
        with suppress(asyncpg.PostgresError):
            await self._order(_WASHED, url)
            self._clean.append(url)

    async def empty(self, encoding: str = "UTF8") -> URL:
        """A new database without any table."""
        url = self.address(f"test_{next(self._numbers)}")
        await self._order(f"CREATE DATABASE {url.database} TEMPLATE template0 ENCODING {encoding}")
        return url

    async def _migrated(self) -> URL:
        url = await self.empty()
        await migration.upgrade_server(url)
        return url

    async def _order(self, sentence: str, url: URL | None = None) -> None:
        database = url.database if url else "postgres"
        connection = await asyncpg.connect(host=str(self._folder), user="postgres", database=database)
        try:
            await connection.execute(sentence)
        finally:
            await connection.close()


@contextmanager
def server() -> Iterator[Server]:
    """Start one and end it. It refuses to be root's, so root lends it to an account without rights."""
    there = programs()
    assert there is not None
    folder = Path(tempfile.mkdtemp(prefix="classguard-pg-"))
    account = _unprivileged(folder)
    try:
        data = folder / "data"
        made = [
            str(there / "initdb"),
            "-D",
            str(data),
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "-N",
        ]
        subprocess.run(made, check=True, capture_output=True, cwd=folder, **account)
        options = [word for name, value in _HASTY.items() for word in ("-c", f"{name}={value}")]
        process = subprocess.Popen(
            [there / "postgres", "-D", data, "-k", folder, *options],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            **account,
        )
        try:
            asyncio.run(_answers(folder))
            yield Server(folder)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(PATIENCE)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged(folder: Path) -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name for entry in pwd.getpwall()}
    other = pwd.getpwnam("postgres" if "postgres" in known else "nobody")
    os.chown(folder, other.pw_uid, other.pw_gid)
    return {"user": other.pw_uid, "group": other.pw_gid, "extra_groups": []}


async def _answers(folder: Path) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            connection = await asyncpg.connect(host=str(folder), user="postgres", database="postgres")
        except (OSError, asyncpg.PostgresError):
            if time.monotonic() > until:
                raise
            await asyncio.sleep(0.02)
        else:
            await connection.close()
            return
