"""Listens for ever to a platform that keeps a connection open: what comes is stored before anything else."""

from __future__ import annotations

import asyncio

import structlog
from sqlalchemy.exc import DBAPIError

from bot.health.pulse import Pulse
from bot.intake import Intake
from bot.platforms import Denied, Later, Refused, Unsure
from bot.platforms.arrivals import Batch, Streams
from bot.store.trouble import trouble as what_ails
from bot.waiting import backoff, pause, unless

log = structlog.get_logger(__name__)

FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
LONGEST_DENIED = 300.0
# A connection that held so long was a good one: the next pause is a short one again.
HELD = 5.0


class Listener:
    """One platform's connection. Whatever ends it, it pauses, says so, and connects again."""

    def __init__(self, platform: Streams, intake: Intake, pulse: Pulse) -> None:
        self._platform = platform
        self._intake = intake
        self._pulse = pulse
        self._failures = 0

    async def run(self, stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            began = asyncio.get_running_loop().time()
            wait = await self._once(stopping)
            if asyncio.get_running_loop().time() - began > HELD:
                self._failures = 0
            await pause(stopping, wait)

    async def _once(self, stopping: asyncio.Event) -> float:
        """Listen until it ends. Returns how long to pause before the next time."""
        try:
            cursor = await self._intake.cursor(self._platform.name)
            await unless(stopping, self._platform.listen(cursor, self._take, self._pulse.beat))
            return self._backoff(LONGEST_PAUSE)
        except Denied as denied:
            wait = max(denied.seconds, self._backoff(LONGEST_DENIED)) if denied.seconds else 0.0
            tell = log.error if self._pulse.refuse(str(denied)) else log.debug
            remedy = f"{self._platform.remedy}; it is tried again"
            tell("platform_refuses", platform=self._platform.name, remedy=remedy, seconds=wait)
            return wait
        except (Later, Refused, Unsure) as trouble:
            at_once = isinstance(trouble, Later) and not trouble.seconds
            wait = 0.0 if at_once else self._backoff(LONGEST_PAUSE)
            tell = log.warning if self._pulse.fails(str(trouble)) else log.debug
            tell("listening_paused", platform=self._platform.name, reason=str(trouble), seconds=wait)
            return wait
        except DBAPIError as trouble:
            wait = self._backoff(LONGEST_PAUSE)
            reason = type(trouble.orig).__name__
            log.warning("listening_paused", platform=self._platform.name, reason=reason, seconds=wait)
            return wait
        except Exception:
            log.exception("listening_failed", platform=self._platform.name)
            return self._backoff(LONGEST_PAUSE)

    async def _take(self, batch: Batch) -> None:
        """Store a batch and have it answered. It cannot be asked for again: a database that balks is waited for,
        and what comes behind it is held in memory so that an alarm in it is not.
        """
        await self._intake.room()
        tries = 0
        while True:
            try:
                await self._intake.take(self._platform.name, batch)
                return
            except DBAPIError as trouble:
                tries += 1
                reason = what_ails(trouble) or type(trouble.orig).__name__
                log.error("updates_not_stored", platform=self._platform.name, reason=str(reason))
                if self._intake.hold(self._platform.name, batch):
                    return
                await asyncio.sleep(backoff(FIRST_PAUSE, LONGEST_PAUSE, tries))

    def _backoff(self, longest: float) -> float:
        self._failures += 1
        return backoff(FIRST_PAUSE, longest, self._failures - 1)
