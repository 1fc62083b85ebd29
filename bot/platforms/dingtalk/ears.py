"""The groups an admin lends the robot their ears in: their own streams, kept running, and missed when they are silent."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

import structlog

from bot.platforms.arrivals import Raw
from bot.platforms.dingtalk import feed
from bot.platforms.dingtalk.feed import Feed
from bot.platforms.dingtalk.known import Known
from bot.platforms.dingtalk.people import group_place
from bot.platforms.dingtalk.raws import note_of, raw
from bot.platforms.dingtalk.reading import LINE

log = structlog.get_logger(__name__)

# A stream that was away shorter than this is nobody's concern.
DEAF_AFTER = 120.0


class Ears:
    """`groups` are the groups with their names, `command` starts a stream; what it tells is put into `waiting`.

    `told` counts each group's messages so far.
    """

    def __init__(
        self,
        platform: str,
        groups: Mapping[str, str],
        command: Sequence[str],
        known: Known,
        waiting: asyncio.Queue[Raw],
    ) -> None:
        self._platform = platform
        self._groups = groups
        self._command = command
        self._known = known
        known.lent = frozenset(groups)
        self._waiting = waiting
        self.told: Counter[str] = Counter()
        # Since when each is not heard.
        self._deaf: dict[str, float] = {}
        self._open = False
        self._complete = asyncio.Event()
        self._running: dict[str, list[asyncio.Task[None]]] = {}
        self._ending: set[asyncio.Task[None]] = set()

    def open(self) -> None:
        """Begin to hear, unless begun."""
        self._open = True
        for group in self._groups.keys() - self._running.keys():
            self._deaf[group] = time.monotonic()
            self._running[group] = [asyncio.create_task(self._follow(one)) for one in self._children(group)]

    def lent(self, groups: Mapping[str, str]) -> None:
        """From now on it is these groups."""
        self._groups = groups
        self._known.lent = frozenset(groups)
        for group in self._running.keys() - groups.keys():
            self._deaf.pop(group, None)
            self._known.heard.discard(group)
            for task in self._running.pop(group):
                self._ending.add(task)
                task.add_done_callback(self._ending.discard)
                task.cancel()
        self._complete.clear()
        self._noted()
        if self._open:
            self.open()

    async def complete(self) -> None:
        """Returns once each of the groups is heard."""
        await self._complete.wait()

    def _noted(self) -> None:
        if self._groups.keys() <= self._known.heard:
            self._complete.set()

    async def stop(self) -> None:
        self.lent({})
        await asyncio.gather(*self._ending, return_exceptions=True)

    def _children(self, group: str) -> tuple[Feed, Feed]:
        return (
            Feed(self._command, feed.MESSAGES, group, partial(self._heard, group)),
            Feed(self._command, feed.RECALLS, group, lambda _ready: None),
        )

    async def _follow(self, child: Feed) -> None:
        while True:
            try:
                await child.run(self._told)
            except Exception:
                log.exception("dingtalk_feed_failed")
                await asyncio.sleep(feed.LONGEST_PAUSE)

    def _heard(self, group: str, ready: bool) -> None:
        if group not in self._groups:
            return
        if ready:
            self._known.heard.add(group)
            self._deaf.pop(group, None)
            self._noted()
            with suppress(asyncio.QueueFull):
                self._waiting.put_nowait(self._note(group, heard=True))
        else:
            self._known.heard.discard(group)
            self._deaf[group] = time.monotonic()

    async def _told(self, line: dict[str, Any]) -> None:
        group = str(line["conversation_id"])
        if group in self._groups:
            number = str(line.get("message_id") or line.get("event_id") or "")
            await self._waiting.put(raw(LINE, line, self._address(group), number))
            self.told[group] += line["type"] == feed.MESSAGES

    async def look(self) -> None:
        """Say that a group is no longer heard, once its stream has been away for long."""
        said: frozenset[str] = frozenset()
        while True:
            gone = self.deaf
            for group in gone - said:
                log.error(
                    "dingtalk_group_unheard", group=group, remedy="see whether dws is logged in and runs"
                )
                await self._waiting.put(self._note(group, heard=False))
            said = gone
            await asyncio.sleep(min(5.0, DEAF_AFTER))

    @property
    def deaf(self) -> frozenset[str]:
        """The groups whose stream has been away for long."""
        now = time.monotonic()
        return frozenset(group for group, since in self._deaf.items() if now - since > DEAF_AFTER)

    def _note(self, group: str, *, heard: bool) -> Raw:
        return note_of(self._address(group), self._known.titles.get(group, ""), heard=heard)

    def _address(self, group: str) -> str:
        return group_place(self._platform, group).address
