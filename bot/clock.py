"""What time it is, and how to be told another time than the machine's."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Protocol

import httpx
import structlog

from bot.waiting import pause

log = structlog.get_logger(__name__)

JITTER = timedelta(milliseconds=250)


class Clock(Protocol):
    def now(self) -> datetime: ...


class MachineClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class MovableClock:
    """The machine's clock, shifted: the playground's Monday can be today."""

    def __init__(self) -> None:
        self._shift = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._shift

    def set(self, now: datetime) -> None:
        shift = now - datetime.now(UTC)
        # An answer takes its time to arrive: a little later is not another time.
        if abs(shift - self._shift) > JITTER:
            self._shift = shift

    def advance(self, by: timedelta) -> None:
        self._shift += by


class FollowedClock(MovableClock):
    """Keeps to the clock told at an address, which answers `{"iso": "2026-11-23T10:00:00+00:00"}`."""

    def __init__(self, url: str, every: float = 0.5) -> None:
        super().__init__()
        self._url = url
        self._every = every

    async def follow(self, stopping: asyncio.Event) -> None:
        """Ask again and again. While nobody answers, time goes on as it did."""
        deaf = False
        async with httpx.AsyncClient(timeout=5.0, trust_env=False) as client:
            while not stopping.is_set():
                try:
                    self.set(_told((await client.get(self._url)).raise_for_status().json()))
                    deaf = False
                except (httpx.HTTPError, ValueError, KeyError, TypeError) as trouble:
                    if not deaf:
                        log.warning("clock_not_followed", reason=type(trouble).__name__)
                    deaf = True
                await pause(stopping, self._every)


def _told(answer: dict[str, str]) -> datetime:
    told = datetime.fromisoformat(answer["iso"])
    return told if told.tzinfo else told.replace(tzinfo=UTC)
