"""What every test shares: logs in one plain line, whatever the test before left behind; a database of either kind."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import structlog
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.util import LRUCache

from bot.config import Config
from bot.logs import where_it_failed
from bot.papers import press
from bot.store import db, engines, migration
from tests import postgres


def pytest_xdist_auto_num_workers() -> int:
    """Half of what the tests do is waiting for one another's processes: four workers keep two cores busy."""
    return max(2, (os.cpu_count() or 1) * 2)


@pytest.fixture(autouse=True)
def plain_logs() -> None:
    # The default's rich tracebacks take half a second each.
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            where_it_failed,
            structlog.processors.KeyValueRenderer(key_order=["event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(0),
        logger_factory=structlog.PrintLoggerFactory(),
        cache_logger_on_first_use=False,
    )


@pytest.fixture(autouse=True)
def a_press_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """A guard has one event loop for life, the tests have one each."""
    monkeypatch.setattr(press, "_at_work", asyncio.Semaphore(1))


@pytest.fixture(scope="session", autouse=True)
def migrated_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A new file is a copy of one that was migrated: what the steps do is for the tests of the steps."""
    made = tmp_path_factory.mktemp("migrated") / "guard.db"

    def upgrade(path: Path) -> None:
        if not path.stat().st_size:
            if not made.exists():
                migration.upgrade(made)
            shutil.copyfile(made, path)
        migration.upgrade(path)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(db, "migration", SimpleNamespace(**{**vars(migration), "upgrade": upgrade}))
        yield


@pytest.fixture(scope="session", autouse=True)
def compiled_once() -> Iterator[None]:
    """Thousands of databases are asked the same questions, which every engine would put into SQL for itself."""
    compiled: LRUCache[Any, Any] = LRUCache(1_500)
    made = engines._engine

    def engine(url: URL, size: int, **more: Any) -> AsyncEngine:
        new = made(url, size, **more)
        if engines.is_file(url):
            new.sync_engine._compiled_cache = compiled
        return new

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engines, "_engine", engine)
        # What was compiled is kept by the dialect it was compiled for, of which every engine has one.
        patch.setattr(SQLiteDialect_aiosqlite, "__eq__", lambda one, other: type(one) is type(other))
        patch.setattr(SQLiteDialect_aiosqlite, "__hash__", lambda one: hash(type(one)))
        yield


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    if postgres.WHY_NOT:
        pytest.skip(postgres.WHY_NOT)
    with postgres.server() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> postgres.Server | None:
    """The test is run on both databases: None for SQLite's file."""
    server: postgres.Server | None = (
        request.getfixturevalue("postgres_server") if request.param == "postgresql" else None
    )
    return server


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=("sqlite", "postgresql"),
        default="sqlite",
        help="What the guards of the end-to-end tests keep everything in.",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--database") == "postgresql":
        for item in items:
            if "kind" not in getattr(item, "fixturenames", ()):
                item.fixturenames.insert(0, "on_a_server")  # type: ignore[attr-defined]


@pytest.fixture
async def on_a_server(
    postgres_server: postgres.Server, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[None]:
    """Whatever guard the test starts keeps everything on a PostgreSQL server."""
    async with _kept_on(postgres_server, monkeypatch):
        yield


@pytest.fixture
async def on_either_database(
    kind: postgres.Server | None, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[None]:
    """The test is played twice: its guard keeps everything in a file, and on a PostgreSQL server."""
    async with nullcontext() if kind is None else _kept_on(kind, monkeypatch):
        yield


@asynccontextmanager
async def _kept_on(server: postgres.Server, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    async with server.lent() as url:
        monkeypatch.setattr(Config, "database_url", property(lambda _: url))
        yield


@pytest.fixture
async def where(kind: postgres.Server | None, tmp_path: Path) -> AsyncIterator[Path | URL]:
    """A place for a database, as `Database.open` takes it."""
    if kind is None:
        yield tmp_path / "guard.db"
        return
    async with kind.lent() as url:
        yield url


@pytest.fixture
async def bare(kind: postgres.Server | None, tmp_path: Path) -> Path | URL:
    """A place for a database in which there is nothing yet."""
    return tmp_path / "guard.db" if kind is None else await kind.empty()
