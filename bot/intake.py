"""Takes what was fetched or brought: stored, then answered; looked at from memory while it cannot be stored."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.emergency import PATIENCE, Emergency
from bot.inbox import Inbox
from bot.platforms.arrivals import Batch
from bot.routing import Router

log = structlog.get_logger(__name__)

# Batches confirmed though they could not be stored: more than this wait where they are, unseen.
_MOST_HELD = 200
# Seconds between two tries to store them, at first and at most.
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0


class Intake:
    def __init__(self, inbox: Inbox, router: Router, emergency: Emergency) -> None:
        self._inbox = inbox
        self._router = router
        self._emergency = emergency
        self._held: deque[tuple[str, Batch]] = deque()
        self._storing_held = asyncio.Lock()
        self._trying: asyncio.Task[None] | None = None

    async def cursor(self, platform: str) -> str | None:
        """Where to poll on from."""
        return await self._inbox.cursor(platform)

    def is_abreast(self, platform: str) -> None:
        """None of its updates waits any more that was there before us."""
        self._router.is_abreast(platform)

    async def room(self) -> None:
        """Wait until there is room for more."""
        await self._router.lanes.room()

    async def take(self, platform: str, batch: Batch) -> None:
        """Raises a database error when it could not be stored: then it must not be confirmed, but alarms have left."""
        storing = asyncio.ensure_future(self._store(platform, batch))
        try:
            await asyncio.wait({storing}, timeout=PATIENCE)
        except asyncio.CancelledError:
            storing.cancel()
            raise
        if not storing.done() or storing.exception() is not None:
            await self._emergency.look(platform, batch.raws)
        await storing

    def hold(self, platform: str, batch: Batch) -> bool:
        """Keep in memory what could not be stored, so that what comes after it can be seen at all.

        Better a guard that may lose ordinary talk in a crash than one that is blind until somebody makes room.
        """
        if len(self._held) >= _MOST_HELD:
            return False
        self._held.append((platform, batch))
        if self._trying is None or self._trying.done():
            self._trying = asyncio.create_task(self._store_when_possible())
        return True

    async def finish(self) -> None:
        """A last try to store what is held."""
        if self._trying is not None:
            self._trying.cancel()
            await asyncio.wait({self._trying})
        try:
            await self._store_held()
        except SQLAlchemyError:
            log.error("updates_lost", updates=sum(len(batch.raws) for _, batch in self._held))

    async def _store(self, platform: str, batch: Batch) -> None:
        await self._store_held()
        await self._store_one(platform, batch)

    async def _store_when_possible(self) -> None:
        """Where nothing more is said, no next batch brings these along."""
        pause = FIRST_PAUSE
        while self._held:
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE, 2 * pause)
            with suppress(SQLAlchemyError):
                await self._store_held()

    async def _store_held(self) -> None:
        """One platform at a time: what another is storing must not be taken for stored."""
        async with self._storing_held:
            while self._held:
                await self._store_one(*self._held[0])
                self._held.popleft()

    async def _store_one(self, platform: str, batch: Batch) -> None:
        for letter in await self._inbox.store(platform, batch):
            await self._router.receive(letter)
