"""Fetches updates for ever: stored first, then confirmed, never more than there is room for."""

from __future__ import annotations

import asyncio
from datetime import datetime

import structlog
from sqlalchemy.exc import DBAPIError

from bot.clock import Clock
from bot.health.pulse import Pulse
from bot.inbox import CURSOR_TRUSTED
from bot.intake import Intake
from bot.platforms import Denied, Later, Refused, Unsure
from bot.platforms.arrivals import Batch, Polled
from bot.store.trouble import trouble as what_ails
from bot.waiting import backoff, unless

log = structlog.get_logger(__name__)

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
LONGEST_DENIED = 300.0
# While nothing can be stored, what is new is looked at this often: scammers do not wait for disks.
LONGEST_UNSTORED = 2.0
# A poll that outlives every time-out of its own is dead.
LONGEST_POLL = 90.0


class Poller:
    """One platform's polling. Whatever goes wrong, it pauses, says so, and asks again."""

    def __init__(self, platform: Polled, intake: Intake, clock: Clock, pulse: Pulse) -> None:
        self._platform = platform
        self._intake = intake
        self._clock = clock
        self._pulse = pulse
        self._cursor: str | None = None
        self._moved: datetime = clock.now()
        self._failures = 0

    async def run(self, stopping: asyncio.Event) -> None:
        self._cursor = await self._intake.cursor(self._platform.name)
        while not stopping.is_set():
            await unless(stopping, self._intake.room())
            pause = await self._once(stopping)
            if pause:
                await unless(stopping, asyncio.sleep(pause))

    async def _once(self, stopping: asyncio.Event) -> float:
        """Poll once. Returns how long to pause before the next."""
        if self._clock.now() - self._moved > CURSOR_TRUSTED:
            # After a week without updates Telegram may number them anew.
            self._cursor = None
        try:
            batch = await unless(stopping, self._poll())
            if batch is not None:
                await self._take(batch)
                if not batch.full:
                    self._intake.is_abreast(self._platform.name)
            self._failures = 0
            return 0.0
        except Denied as denied:
            return self._denied(denied)
        except (Later, Refused, Unsure) as trouble:
            return self._failed(trouble)
        except DBAPIError as trouble:
            return self._unstored(trouble)
        except Exception:
            log.exception("polling_failed", platform=self._platform.name)
            return self._backoff(LONGEST_PAUSE)

    async def _poll(self) -> Batch:
        try:
            batch = await asyncio.wait_for(self._platform.poll(self._cursor), LONGEST_POLL)
        except TimeoutError:
            raise Unsure("the poll never ended") from None
        self._pulse.beat()
        return batch

    async def _take(self, batch: Batch) -> None:
        if not batch.raws:
            return
        try:
            await self._intake.take(self._platform.name, batch)
        except DBAPIError:
            # Behind a full batch a scam might hide.
            if batch.full and self._intake.hold(self._platform.name, batch):
                self._cursor = batch.cursor
            raise
        self._cursor = batch.cursor
        self._moved = self._clock.now()

    def _denied(self, denied: Denied) -> float:
        pause = max(denied.seconds, self._backoff(LONGEST_DENIED))
        tell = log.error if self._pulse.refuse(str(denied)) else log.debug
        tell(
            "platform_refuses",
            platform=self._platform.name,
            remedy=f"{self._platform.remedy}; it is tried again",
            seconds=pause,
        )
        return pause

    def _failed(self, trouble: Exception) -> float:
        pause = self._backoff(LONGEST_PAUSE)
        if isinstance(trouble, Later):
            pause = max(pause, trouble.seconds)
        tell = log.warning if self._pulse.fails(str(trouble)) else log.debug
        tell("polling_paused", platform=self._platform.name, reason=str(trouble), seconds=pause)
        return pause

    def _unstored(self, trouble: DBAPIError) -> float:
        pause = self._backoff(LONGEST_UNSTORED)
        # A database error's words would quote what was to be stored.
        reason = what_ails(trouble) or type(trouble.orig).__name__
        log.error("updates_not_stored", platform=self._platform.name, reason=str(reason), seconds=pause)
        return pause

    def _backoff(self, longest: float) -> float:
        self._failures += 1
        return backoff(FIRST_PAUSE, longest, self._failures)
