"""Engines for the two databases there are: a file of SQLite's, or a PostgreSQL server. What sets them apart stands here."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, ExceptionContext, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from bot.store import trips

BUSY_MILLISECONDS = 5_000
MIGRATING_MILLISECONDS = 60_000
# Longer than anything the guard asks takes; a server that has gone silent is given up after it.
ANSWER_SECONDS = 15.0
CONNECT_SECONDS = 5.0
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
_SESSION = {
    "application_name": "classguard",
    # A server may be set up to confirm what is not yet on its disk.
    "synchronous_commit": "on",
    # A lost network is noticed within a minute, not after hours, by both ends.
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
}


class NoDriver(Exception):
    """The database is PostgreSQL's and the extra that speaks to it is not installed."""


def sqlite(path: Path) -> URL:
    return URL.create("sqlite+aiosqlite", database=str(path))


def postgresql(address: str) -> URL:
    """From an address as PostgreSQL's own tools take it. Raises ValueError when it is none."""
    try:
        url = make_url(address)
    except (ArgumentError, ValueError):
        raise ValueError("is no address of a database") from None
    if url.drivername not in ("postgresql", "postgres", "postgresql+asyncpg"):
        raise ValueError("must begin with postgresql://")
    if not url.database:
        raise ValueError("names no database; it ends like .../classguard")
    return url.set(drivername="postgresql+asyncpg")


def url_of(where: Path | URL) -> URL:
    """A path is a SQLite file's."""
    return sqlite(where) if isinstance(where, Path) else where


def is_file(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def shown(url: URL) -> str:
    """As people may read it: a file's path, or an address without its password."""
    return (
        str(url.database)
        if is_file(url)
        else url.set(drivername="postgresql", password=None, query={}).render_as_string()
    )


def writer(url: URL, patience: Callable[[], int] = lambda: BUSY_MILLISECONDS) -> AsyncEngine:
    """One connection, on which one transaction after another is written. `patience` in milliseconds, for whoever else writes."""
    if is_file(url):
        return _sqlite(url, begin="BEGIN IMMEDIATE", size=1, patience=patience)
    return _postgresql(url, size=1)


def reader(url: URL) -> AsyncEngine:
    """Connections that see one state of the whole, from the first question to the last."""
    if is_file(url):
        return _sqlite(url, begin="BEGIN", size=READERS)
    return _postgresql(url, size=READERS).execution_options(
        isolation_level="REPEATABLE READ", postgresql_readonly=True
    )


def _engine(url: URL, size: int, **more: Any) -> AsyncEngine:
    return create_async_engine(
        url,
        poolclass=AsyncAdaptedQueuePool,
        pool_size=size,
        max_overflow=0,
        # Errors name the statement; what was to be written may be somebody's words.
        hide_parameters=True,
        **more,
    )


def _sqlite(
    url: URL, *, begin: str, size: int, patience: Callable[[], int] = lambda: BUSY_MILLISECONDS
) -> AsyncEngine:
    waits = BUSY_MILLISECONDS
    engine = _engine(
        url, size, async_creator=lambda: trips.connect(str(url.database), BUSY_MILLISECONDS / 1000)
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _connected(dbapi_connection: Any, _record: Any) -> None:
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


def _postgresql(
    url: URL, *, size: int, answer: float | None = ANSWER_SECONDS, patience: int = BUSY_MILLISECONDS
) -> AsyncEngine:
    if find_spec("asyncpg") is None:
        raise NoDriver(
            "The configured database is PostgreSQL, and what speaks to it is not installed: "
            "pip install '.[postgres]' (or uv sync --extra postgres)."
        )
    engine = _engine(
        url,
        size,
        async_creator=_connecting(url, answer, {**_SESSION, "lock_timeout": str(patience)}),
        # A connection that was lost while nobody used it is replaced before it is used.
        pool_pre_ping=True,
    )

    @event.listens_for(engine.sync_engine, "handle_error", retval=True)
    def _failed(context: ExceptionContext) -> BaseException | None:
        # Silence and broken lines come as they are in Python; everybody here waits for the database's own kind.
        wrong = context.original_exception
        if isinstance(wrong, DBAPIError) or not isinstance(wrong, OSError | TimeoutError):
            return None
        context.is_disconnect = True
        return _lost(wrong)

    @event.listens_for(engine.sync_engine, "before_cursor_execute", retval=True)
    def _asked(_c: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> Any:
        # The one character PostgreSQL cannot store; strangers send it, and SQLite takes it.
        if many:
            return statement, [_storable(row) for row in parameters]
        return statement, _storable(parameters)

    return engine


def for_migrating(url: URL) -> AsyncEngine:
    """PostgreSQL only: a step may take as long as it takes, and so may another program's."""
    return _postgresql(url, size=1, answer=None, patience=MIGRATING_MILLISECONDS)


def _connecting(url: URL, answer: float | None, settings: dict[str, str]) -> Callable[[], Any]:
    import asyncpg

    # The driver reads the address itself: it knows sslmode, several hosts, and PGPASSWORD and its like.
    address = url.set(drivername="postgresql").render_as_string(hide_password=False)

    async def connect() -> Any:
        try:
            return await asyncpg.connect(
                address, timeout=CONNECT_SECONDS, command_timeout=answer, server_settings=settings
            )
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as wrong:
            raise _lost(wrong) from wrong

    return connect


def _lost(wrong: BaseException) -> OperationalError:
    return OperationalError("", None, wrong)


def _storable(parameters: Any) -> Any:
    if isinstance(parameters, tuple):
        return tuple(_without_nul(value) for value in parameters)
    return parameters


def _without_nul(value: Any) -> Any:
    return (
        value.replace("\0", "\N{REPLACEMENT CHARACTER}")
        if isinstance(value, str) and "\0" in value
        else value
    )
