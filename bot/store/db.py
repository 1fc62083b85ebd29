"""The database: one writer, readers beside it, every transaction explicit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event, text, update
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from bot.store import migration
from bot.store.tables import cursors
from bot.store.trouble import Trouble, trouble
from bot.store.turns import Turns

BUSY_MILLISECONDS = 5_000
# While another program is known to hold the file, nobody waits long behind whoever else waits.
HELD_MILLISECONDS = 200
READERS = 4

_PRAGMAS = (
    # First, so that whatever follows waits its turn.
    f"PRAGMA busy_timeout={BUSY_MILLISECONDS}",
    "PRAGMA journal_mode=WAL",
    "PRAGMA foreign_keys=ON",
    # An fsync a commit: what was confirmed to the platform survives a power cut.
    "PRAGMA synchronous=FULL",
    # What is deleted is gone, not merely unlinked.
    "PRAGMA secure_delete=ON",
    "PRAGMA journal_size_limit=8388608",
)


class Database:
    """Hands out transactions. `transaction()` writes, one at a time; `read()` sees the last commit."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._writer = _engine(path, begin="BEGIN IMMEDIATE", size=1, patience=self._patience)
        self._reader = _engine(path, begin="BEGIN", size=READERS)
        self._turns = Turns()
        self._trouble: Trouble | None = None

    @classmethod
    async def open(cls, path: Path) -> Database:
        """Open the file, creating and migrating it as needed. Raises `migration.TooNew`."""
        await asyncio.to_thread(_prepare, path)
        return cls(path)

    @asynccontextmanager
    async def transaction(self, *, urgent: bool = False) -> AsyncIterator[AsyncConnection]:
        """`urgent` ones go before those that wait already."""
        try:
            # Turns keep our own tasks from meeting SQLite's "database is locked".
            async with self._turns.turn(urgent), self._writer.begin() as connection:
                yield connection
        except DBAPIError as error:
            self._trouble = trouble(error) or self._trouble
            raise
        self._trouble = None

    @property
    def trouble(self) -> Trouble | None:
        """What the last write failed of; None when it succeeded."""
        return self._trouble

    def _patience(self) -> int:
        return HELD_MILLISECONDS if self._trouble is Trouble.LOCKED else BUSY_MILLISECONDS

    async def writable(self) -> bool:
        """Whether a write succeeds now: what ailed it may be over without anybody having written since."""
        try:
            async with self.transaction() as tx:
                await tx.execute(update(cursors).values(moved_at=cursors.c.moved_at))
        except DBAPIError:
            return False
        return True

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        async with self._reader.connect() as connection:
            yield connection

    async def truncate_log(self) -> None:
        """Empty the write-ahead log, so that deleted rows do not live on in it."""
        async with self._turns.turn(), self._writer.connect() as connection:
            await connection.execution_options(bare=True)
            # A reader in the middle of something is not waited for: there is a next time.
            await connection.exec_driver_sql("PRAGMA busy_timeout=50")
            await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            await connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")

    async def check(self) -> str:
        """SQLite's own opinion of the file: "ok", or what is wrong with it."""
        async with self.read() as connection:
            return str((await connection.execute(text("PRAGMA quick_check(1)"))).scalar_one())

    async def close(self) -> None:
        await self._reader.dispose()
        await self._writer.dispose()


def _prepare(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        path.touch(mode=0o600)
    migration.upgrade(path)


def _engine(
    path: Path, *, begin: str, size: int, patience: Callable[[], int] = lambda: BUSY_MILLISECONDS
) -> AsyncEngine:
    waits = BUSY_MILLISECONDS
    engine = create_async_engine(
        URL.create("sqlite+aiosqlite", database=str(path)),
        poolclass=AsyncAdaptedQueuePool,
        pool_size=size,
        max_overflow=0,
        # Errors name the statement; what was to be written may be somebody's words.
        hide_parameters=True,
        connect_args={"timeout": BUSY_MILLISECONDS / 1000},
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _connected(dbapi_connection: Any, _record: Any) -> None:
        # The driver must not open transactions by itself: we say BEGIN, and which one.
        dbapi_connection.isolation_level = None
        cursor = dbapi_connection.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begun(connection: Connection) -> None:
        # A checkpoint cannot run inside a transaction.
        if connection.get_execution_options().get("bare"):
            return
        nonlocal waits
        if waits != patience():
            waits = patience()
            connection.exec_driver_sql(f"PRAGMA busy_timeout={waits}")
        connection.exec_driver_sql(begin)

    return engine
