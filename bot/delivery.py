"""Carries the outbox to the platforms: by priority, paced, one at a time in a chat, retried."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from types import MappingProxyType

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import outbox
from bot.abilities import Self
from bot.actions import Action, Edit, Notice, Paper, Priority, Recall, Say
from bot.clock import Clock
from bot.directory import Directory
from bot.doubts import Doubts
from bot.easel import Easel
from bot.notebook import Notebook
from bot.outbox import Parcel
from bot.pacing import Pacing
from bot.papers import press
from bot.places import Chat
from bot.platforms import Platform, Posted, Recounts
from bot.platforms.arrivals import Polled
from bot.sending import Sending
from bot.store.db import Database
from bot.store.moments import milliseconds
from bot.store.trouble import trouble

log = structlog.get_logger(__name__)

SIDE_BY_SIDE = 32
# Between two looks into an outbox nobody rang for: a ring that got lost costs a second, not a warning;
# some more where nothing waited at the last look.
LONGEST_SLEEP = 1.0
STILL_SLEEP = 5.0
# Where an edit is the message said anew, what is still being learnt is awaited: a phone need not ring twice.
SETTLED = 2.0
# After a start what may stand already waits for what was said meanwhile: the less is unknown then, the surer it is found.
CAUGHT_UP = 1.5
# Where updates pile up, until all that waited have been fetched once; but what may stand is not kept back for ever.
LONGEST_BEHIND = 15.0
_LOOKS_AGAIN = 0.2
_EDITS_REMEMBERED = 60.0


class Delivery:
    def __init__(
        self,
        db: Database,
        clock: Clock,
        directory: Directory,
        platforms: Mapping[str, Platform],
        watch: Callable[[Action, int], None] | None = None,
        draw: Callable[[Paper], Awaitable[bytes]] = press.draw,
        standing: Callable[[int, str | None], Awaitable[Posted | None]] | None = None,
        selves: Mapping[str, Self] = MappingProxyType({}),
    ) -> None:
        """`standing` gives the warning that already answers a message of a chat, said before it could be recorded.
        `draw` gives the bytes of a paper, none when it cannot be drawn. `watch` is told of everything that left, and how many milliseconds after its cause arrived."""
        self._easel = Easel(draw, self.wake)
        self._db = db
        self._clock = clock
        self._directory = directory
        self._platforms = platforms
        self._notebook = Notebook(db)
        now = time.monotonic()
        self._pacing = {name: Pacing(now, one.abilities.tempo) for name, one in platforms.items()}
        self._wake = asyncio.Event()
        self._stopping = False
        self._recovered = False
        self._began = now
        # Held while parcels are taken out, so that the end does not overlook one.
        self._choosing = asyncio.Lock()
        self._in_hand: dict[int, asyncio.Task[None]] = {}
        # Until when nothing is sent: to a chat or a whole platform that asked us to wait ...
        self._held: dict[int | str, float] = {}
        # ... and to a chat whose turn has not come; a new row may be urgent and clears these.
        self._paced: dict[int, float] = {}
        # Since when a row waits to be said anew.
        self._anew: dict[int, float] = {}
        # Platforms with updates that waited before we came and are not all fetched yet.
        self._behind = {name for name, one in platforms.items() if isinstance(one, Polled)}
        self._doubts = Doubts(self._notebook, clock, self.wake)
        self._sending = Sending(
            db, clock, directory, platforms, selves, self._easel, self._doubts, self._hold, watch, standing
        )

    def wake(self) -> None:
        """There is something new to send. Called after every commit that queued something."""
        self._paced.clear()
        self._wake.set()

    def is_abreast(self, platform: str) -> None:
        """All its updates that waited have been fetched and stored, or are brought to us."""
        self._behind.discard(platform)

    async def run(self) -> None:
        """Send until stopped."""
        if not self._recovered:
            await self._notebook.note(self._recover)
            self._recovered = True
            self._began = time.monotonic()
        while not self._stopping:
            self._wake.clear()
            try:
                async with self._choosing:
                    pause = await self._round()
            except DBAPIError as error:
                log.error("outbox_unreadable", reason=str(trouble(error)))
                pause = 1.0
            try:
                await asyncio.wait_for(self._wake.wait(), pause)
            except TimeoutError:
                continue

    async def stop(self, grace: float) -> None:
        """Let what is being sent arrive; the rest waits in the outbox."""
        self._stopping = True
        self._doubts.stop()
        self._notebook.close()
        self._wake.set()
        async with self._choosing:
            tasks = list(self._in_hand.values())
        await self._easel.stop()
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _recover(self, tx: AsyncConnection) -> None:
        interrupted = await outbox.recover(tx)
        if interrupted:
            log.warning("sends_interrupted", rows=interrupted)

    async def _round(self) -> float:
        """Start whatever may leave now. Returns how long nothing more can."""
        now = time.monotonic()
        self._held = {key: until for key, until in self._held.items() if until > now}
        self._paced = {chat: until for chat, until in self._paced.items() if until > now}
        self._anew = {row: since for row, since in self._anew.items() if now - since < _EDITS_REMEMBERED}
        free = SIDE_BY_SIDE - len(self._in_hand)
        if free <= 0:
            return LONGEST_SLEEP
        if (rest := min((one.rest(now) for one in self._pacing.values()), default=0.0)) > 0:
            return rest
        silent = {chat for chat in (*self._held, *self._paced) if isinstance(chat, int)}
        async with self._db.read() as tx:
            parcels = await outbox.first(tx, silent | self._in_hand.keys(), free)
        ready: list[tuple[Parcel, Chat]] = []
        for parcel in parcels:
            chat = await self._directory.get(parcel.chat)
            if chat is not None and await self._may_leave(parcel, chat):
                ready.append((parcel, chat))
        if ready:
            ready = await self._claimed(ready)
        for parcel, chat in ready:
            self._in_hand[parcel.chat] = asyncio.create_task(self._deliver(parcel, chat))
        return self._pause(full=len(parcels) == free, still=not parcels)

    async def _claimed(self, ready: list[tuple[Parcel, Chat]]) -> list[tuple[Parcel, Chat]]:
        """What may be sent now. A warning does not wait until the claim on it can be written down."""
        warns = any(parcel.action.priority <= Priority.CAUTION for parcel, _ in ready)
        try:
            async with self._db.transaction(urgent=warns) as tx:
                claimed = await outbox.claim(tx, [parcel.row for parcel, _ in ready], self._clock.now())
        except DBAPIError as error:
            log.error("outbox_unwritable", reason=str(trouble(error)))
            return [(parcel, chat) for parcel, chat in ready if parcel.action.priority <= Priority.CAUTION]
        return [(parcel, chat) for parcel, chat in ready if parcel.row in claimed]

    def _pause(self, *, full: bool, still: bool) -> float:
        if full:
            # There may be more behind what was looked at.
            return 0.01
        ends = [*self._held.values(), *self._paced.values()]
        longest = STILL_SLEEP if still and not self._in_hand else LONGEST_SLEEP
        return min([longest, *(max(0.0, end - time.monotonic()) for end in ends)])

    async def _may_leave(self, parcel: Parcel, chat: Chat) -> bool:
        if parcel.expires_at <= milliseconds(self._clock.now()):
            log.warning("send_expired", key=parcel.key, chat=parcel.chat)
            await self._end(parcel, "expired", parcel_age(parcel, self._clock))
            return False
        if isinstance(parcel.action, Edit | Recall) and not parcel.target_id:
            await self._end(parcel, "dropped", "its message was never posted")
            return False
        if chat.place.platform not in self._platforms:
            await self._end(parcel, "failed", "this platform is not connected")
            return False
        if not self._easel.ready(parcel, self._platforms[chat.place.platform]):
            self._paced[parcel.chat] = time.monotonic() + LONGEST_SLEEP
            return False
        held = self._held.get(chat.place.platform)
        now = time.monotonic()
        pacing = self._pacing[chat.place.platform]
        if held is not None:
            wait = held - now
        else:
            wait = self._unsettled(parcel, chat, now) or pacing.take(
                chat.id, chat.place.kind, parcel.action, now
            )
        if wait > 0:
            # Looked at again before it may leave: a warning that comes meanwhile need not wait as long.
            self._paced[parcel.chat] = now + min(wait, LONGEST_SLEEP)
        return wait <= 0

    def _unsettled(self, parcel: Parcel, chat: Chat, now: float) -> float:
        """Seconds in which a newer wording may still take this one's place, or it may still be found to stand."""
        platform = self._platforms[chat.place.platform]
        if parcel.doubled and isinstance(parcel.action, Say | Notice) and isinstance(platform, Recounts):
            if platform.name in self._behind and now < self._began + LONGEST_BEHIND:
                return _LOOKS_AGAIN
            return max(0.0, self._began + CAUGHT_UP - now)
        if not isinstance(parcel.action, Edit) or platform.abilities.edits:
            return 0.0
        return max(0.0, self._anew.setdefault(parcel.row, now) + SETTLED - now)

    async def _end(self, parcel: Parcel, state: str, reason: str) -> None:
        self._easel.drop(parcel.row)
        try:
            async with self._db.transaction() as tx:
                await outbox.close(tx, parcel, state, reason, self._clock.now())
        except DBAPIError as error:
            log.error("outbox_unwritable", reason=str(trouble(error)))
        self._wake.set()

    async def _deliver(self, parcel: Parcel, chat: Chat) -> None:
        try:
            record = await self._sending.attempt(parcel, chat)
            await self._notebook.note(record)
        finally:
            del self._in_hand[parcel.chat]
            self._wake.set()

    def _hold(self, key: int | str, seconds: float) -> None:
        self._held[key] = max(self._held.get(key, 0.0), time.monotonic() + seconds)


def parcel_age(parcel: Parcel, clock: Clock) -> str:
    waited = timedelta(milliseconds=milliseconds(clock.now()) - parcel.created_at)
    return f"waited {waited} and came too late"
