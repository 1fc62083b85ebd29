"""SQLite's driver with fewer trips to the thread a connection lives on: a statement and its rows are one, not four.

A trip changes threads twice, which is dearer than most statements.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from functools import partial
from typing import Any

import aiosqlite
from aiosqlite.context import contextmanager

# Rows that come along with the statement. Of a longer result the rest stays where it is until it is asked for.
_AHEAD = 512

Row = Any


async def connect(file: str, seconds: float) -> Connection:
    """Open the file; a lock of another program is waited for so long. Transactions begin when they are told to."""
    opening = partial(sqlite3.connect, file, timeout=seconds, isolation_level=None, check_same_thread=False)
    connection = Connection(opening, _AHEAD)
    # One that was never closed must not keep the program from ending.
    connection._thread.daemon = True
    await connection
    return connection


class Connection(aiosqlite.Connection):
    """The driver's, with cursors that spare trips."""

    @contextmanager
    async def cursor(self) -> aiosqlite.Cursor:
        return Cursor(self, self._conn.cursor())


class Cursor(aiosqlite.Cursor):
    """Holds the first rows of its result as soon as the statement was executed."""

    _rows: list[Row] = []  # noqa: RUF012  (replaced, never added to)
    # Whether the connection's thread may still be at it.
    _pending = False

    async def execute(self, sql: str, parameters: Iterable[Any] | None = None) -> Cursor:
        self._pending = True
        self._rows = await self._execute(self._begun, sql, parameters or ())  # type: ignore[no-untyped-call]
        self._pending = len(self._rows) == _AHEAD
        return self

    def _begun(self, sql: str, parameters: Any) -> list[Row]:
        self._cursor.execute(sql, parameters)
        return self._cursor.fetchmany(_AHEAD)

    async def fetchone(self) -> Row | None:
        found = await self.fetchmany(1)
        return found[0] if found else None

    async def fetchmany(self, size: int | None = None) -> list[Row]:
        size = self.arraysize if size is None else size
        found, self._rows = self._rows[:size], self._rows[size:]
        if self._pending and len(found) < size:
            found += await super().fetchmany(size - len(found))
        return found

    async def fetchall(self) -> list[Row]:
        found, self._rows = self._rows, []
        if self._pending:
            found += await super().fetchall()
        return found

    async def close(self) -> None:
        if self._pending:
            await super().close()
        else:
            self._cursor.close()
