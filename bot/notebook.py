"""What became of what was sent, written down together: the less time it takes, the less is said twice after a crash."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.db import Database
from bot.store.trouble import trouble
from bot.waiting import backoff

log = structlog.get_logger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 60.0

Record = Callable[[AsyncConnection], Awaitable[None]]
_Waiting = tuple[Record, asyncio.Future[None]]


class Notebook:
    """`note` returns once the record is committed. What comes in while one commit is under way shares the next."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._waiting: list[_Waiting] = []
        self._writer: asyncio.Task[None] | None = None
        self._closing = False

    async def note(self, record: Record) -> None:
        """What was sent must be noted, or it would be sent again: tried until it succeeds, or until the end."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((record, done))
        if self._writer is None or self._writer.done():
            self._writer = asyncio.create_task(self._write())
        await done

    def close(self) -> None:
        """From now on what cannot be written at once is given up."""
        self._closing = True

    async def _write(self) -> None:
        tries = 0
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                await self._commit(batch)
                tries = 0
            except DBAPIError as error:
                log.error("outbox_unwritable", reason=str(trouble(error) or type(error.orig).__name__))
                if self._closing:
                    _settle(batch)
                    continue
                self._waiting = batch + self._waiting
                await asyncio.sleep(backoff(FIRST_PAUSE, LONGEST_PAUSE, tries))
                tries += 1
            except Exception:
                await self._one_by_one(batch)
            except BaseException:
                _settle(batch)
                raise

    async def _one_by_one(self, batch: list[_Waiting]) -> None:
        """A mistake in one record costs the others nothing."""
        for one in batch:
            try:
                await self._commit([one])
            except DBAPIError:
                self._waiting.append(one)
            except Exception:
                log.exception("record_failed")
                _settle([one])

    async def _commit(self, batch: list[_Waiting]) -> None:
        async with self._db.transaction(urgent=True) as tx:
            for record, _ in batch:
                await record(tx)
        _settle(batch)


def _settle(batch: list[_Waiting]) -> None:
    for _, done in batch:
        if not done.done():
            done.set_result(None)
