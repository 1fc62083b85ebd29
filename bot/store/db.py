"""The database: one writer, readers beside it, every transaction explicit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import text, update
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import engines, migration
from bot.store.engines import BUSY_MILLISECONDS
from bot.store.tables import cursors, inbox, outbox
from bot.store.trouble import Trouble, trouble
from bot.store.turns import Turns

# While another program is known to hold the file, nobody waits long behind whoever else waits.
HELD_MILLISECONDS = 200


class Database:
    """Hands out transactions. `transaction()` writes, one at a time; `read()` sees the last commit."""

    def __init__(self, url: URL) -> None:
        self.url = url
        self._writer = engines.writer(url, self._patience)
        self._reader = engines.reader(url)
        self._turns = Turns()
        self._trouble: Trouble | None = None
        # How many transactions have ended: whoever asks again and again need not while it stays.
        self.written = 0

    @classmethod
    async def open(cls, where: Path | URL) -> Database:
        """Open it, creating and migrating it as needed. Raises `migration.TooNew`, `engines.NoDriver`."""
        url = engines.url_of(where)
        if engines.is_file(url):
            await asyncio.to_thread(_prepare, Path(str(url.database)))
        else:
            await migration.upgrade_server(url)
        return cls(url)

    @property
    def path(self) -> Path | None:
        """The file; None when the database is a server's."""
        return Path(str(self.url.database)) if engines.is_file(self.url) else None

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
        self.written += 1

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
        """Let go of what deleted rows leave behind: SQLite's write-ahead log, PostgreSQL's dead rows."""
        if self.path is None:
            await self._vacuum()
            return
        async with self._turns.turn(), self._writer.connect() as connection:
            await connection.execution_options(bare=True)
            # A reader in the middle of something is not waited for: there is a next time.
            await connection.exec_driver_sql("PRAGMA busy_timeout=50")
            await connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            await connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")

    async def check(self) -> str:
        """The database's own opinion of itself: "ok", or what is wrong with it."""
        async with self.read() as connection:
            if self.path is None:
                return "ok" if await connection.scalar(text("SELECT 1")) == 1 else "no answer"
            return str((await connection.execute(text("PRAGMA quick_check(1)"))).scalar_one())

    async def _vacuum(self) -> None:
        async with self._turns.turn(), self._writer.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            await connection.exec_driver_sql(f"VACUUM {inbox.name}, {outbox.name}")

    async def close(self) -> None:
        await self._reader.dispose()
        await self._writer.dispose()


def _prepare(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        path.touch(mode=0o600)
    migration.upgrade(path)
