"""Looks after the guard: what ails it is shown, and told to the operator once, with the remedy."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

import structlog
from sqlalchemy.exc import DBAPIError

from bot import outbox
from bot.actions import Action, Priority, Say
from bot.clock import Clock
from bot.directory import Directory
from bot.health import leaders
from bot.health.ailments import CUT_OFF, GRAVE, Ailment, Vitals, ailments, concerned
from bot.health.names import platform_name
from bot.health.pulse import Pulse
from bot.places import Place
from bot.store.backlog import backlog
from bot.store.db import Database
from bot.store.moments import milliseconds
from bot.store.trouble import Trouble, trouble
from bot.texts import lines, plain, say, shown
from bot.waiting import pause

log = structlog.get_logger(__name__)

EVERY = 5.0
# What comes and goes within this is nobody's concern.
SETTLED = 3
# How many groups are named to the operator.
_TITLES, _TITLE = 3, 24
# Bytes of free disk below which nothing can be counted on to be written.
NO_ROOM = 1_000_000


class Watch:
    """`vitals` and `ailing` are as of the last look. An ailment is told when it was seen three times
    running, and its end when it was gone as often. `deaf` platforms hear no group by nature.
    """

    def __init__(
        self,
        db: Database,
        clock: Clock,
        directory: Directory,
        pulses: Mapping[str, Pulse],
        *,
        operators: Sequence[Place],
        language: str,
        deaf: frozenset[str] = frozenset(),
        wake: Callable[[], None],
        directly: Callable[[Action, Place], Awaitable[object | None]] | None = None,
        looked: Callable[[Vitals, frozenset[Ailment]], None] | None = None,
    ) -> None:
        self._db = db
        self._clock = clock
        self._directory = directory
        self._pulses = pulses
        self._operators = operators
        self._language = language
        self._deaf = deaf
        self._wake = wake
        self._directly = directly
        self._looked = looked
        self._times: dict[Ailment, int] = {}
        self._told: frozenset[Ailment] = frozenset()
        self._lost: frozenset[str] = frozenset()
        self.vitals = Vitals()
        self.ailing: frozenset[Ailment] = frozenset()

    @property
    def well(self) -> bool:
        """Whether warnings can be counted on."""
        return not self.ailing & GRAVE

    async def run(self, stopping: asyncio.Event) -> None:
        while not stopping.is_set():
            await self.look()
            await pause(stopping, EVERY)

    async def look(self) -> None:
        """Feel the pulse, and tell the operator of what is new and of what is over."""
        self.vitals = await self._vitals()
        self.ailing = ailments(self.vitals)
        if self._looked is not None:
            self._looked(self.vitals, self.ailing)
        present = self._settled()
        for ailment in sorted(present - self._told):
            platforms = concerned(ailment, self.vitals) if ailment in CUT_OFF else ()
            log.error(
                "ailing",
                ailment=ailment.value,
                groups=list(self.vitals.blind[:20]),
                platforms=list(platforms),
            )
        for ailment in sorted(self._told - present):
            log.info("recovered", ailment=ailment.value)
        if present != self._told and await self._tell(present):
            self._told = present
        await self._tell_leaders(present)

    async def _tell_leaders(self, present: frozenset[Ailment]) -> None:
        """Whoever leads a group on a platform that is cut off hears of it elsewhere, once, and of its end."""
        cut_off = present & CUT_OFF
        lost = {name for ailment in cut_off for name in concerned(ailment, self.vitals)}
        # What comes and goes meanwhile is no news before all is over.
        lost |= self._lost if cut_off else set()
        if lost == self._lost:
            return
        news = [(leaders.UNGUARDED, name) for name in sorted(lost - self._lost)]
        news += [(leaders.GUARDED, name) for name in sorted(self._lost - lost)]
        try:
            async with self._db.transaction() as tx:
                told = [await leaders.tell(tx, what, name, self._clock.now()) for what, name in news]
        except DBAPIError:
            return
        self._lost = frozenset(lost)
        if any(told):
            self._wake()

    def _settled(self) -> frozenset[Ailment]:
        for ailment in Ailment:
            times = self._times.get(ailment, 0)
            step = 1 if ailment in self.ailing else -1
            self._times[ailment] = max(0, min(SETTLED, times + step))
        full = {ailment for ailment, times in self._times.items() if times == SETTLED}
        lasting = {ailment for ailment in self._told if self._times[ailment] > 0}
        return frozenset(full | lasting)

    async def _vitals(self) -> Vitals:
        silent = {name: pulse.silent for name, pulse in self._pulses.items()}
        troubles = {name: pulse.trouble for name, pulse in self._pulses.items() if pulse.trouble}
        refused = frozenset(name for name, pulse in self._pulses.items() if pulse.refused)
        silenced = frozenset(name for name, pulse in self._pulses.items() if pulse.silenced)
        unheard = {name: tuple(sorted(one.unheard)) for name, one in self._pulses.items() if one.unheard}
        free = None if self._db.path is None else await asyncio.to_thread(_free, self._db.path)
        # Where there is no room a small write may still succeed now and then; the next update's does not.
        room = free is None or free >= NO_ROOM
        usable = room and (self._db.trouble is None or await self._db.writable())
        suffers = "" if usable else (self._db.trouble or Trouble.FULL).value
        try:
            async with self._db.read() as tx:
                found = await backlog(tx, self._clock.now(), self._deaf)
        except DBAPIError as error:
            log.error("database_unreadable", reason=type(error.orig).__name__)
            suffers = (trouble(error) or Trouble.UNREACHABLE).value
            return Vitals(
                silent=silent,
                troubles=troubles,
                refused=refused,
                silenced=silenced,
                unheard=unheard,
                disk_free=free,
                usable=False,
                trouble=suffers,
            )
        return Vitals(
            silent=silent,
            troubles=troubles,
            refused=refused,
            silenced=silenced,
            unheard=unheard,
            oldest_in=found.oldest_in,
            oldest_out=found.oldest_out,
            waiting_in=found.waiting_in,
            waiting_out={Priority(number).name.lower(): count for number, count in found.out.items()},
            disk_free=free,
            blind=found.blind,
            groups=found.groups,
            usable=usable,
            trouble=suffers,
        )

    async def _tell(self, present: frozenset[Ailment]) -> bool:
        """Queue it for the operator. False when it could not even be queued: it is tried again."""
        new, over = sorted(present - self._told), sorted(self._told - present)
        text = lines(
            *(self._words(f"operator.ailment.{ailment}", ailment) for ailment in new),
            *(self._words(f"operator.over.{ailment}", ailment) for ailment in over),
        )
        try:
            for operator in self._operators:
                await self._say(text, operator)
        except DBAPIError:
            return await self._tell_directly(text)
        self._wake()
        return True

    async def _tell_directly(self, text: str) -> bool:
        """What ails it may be the very database that everything else is queued in."""
        if self._directly is None:
            return False
        said = Say(f"health:{milliseconds(self._clock.now())}", 0, text, Priority.CAUTION)
        told = [await self._directly(said, operator) for operator in self._operators]
        return any(one is not None for one in told)

    def _words(self, key: str, ailment: Ailment) -> str:
        names = [platform_name(self._language, name) for name in concerned(ailment, self.vitals)]
        comma = plain(self._language, "list.separator")
        unheard = sorted(title for titles in self.vitals.unheard.values() for title in titles)
        return say(
            self._language,
            key,
            count=len(self.vitals.blind),
            platforms=comma.join(names),
            titles=comma.join(shown(title, _TITLE) for title in unheard[:_TITLES]),
        )

    async def _say(self, text: str, operator: Place) -> None:
        now = self._clock.now()
        chat, _ = await self._directory.at(operator)
        key = f"health:{chat.id}:{milliseconds(now)}"
        async with self._db.transaction() as tx:
            await outbox.put(tx, [Say(key, chat.id, text, Priority.CAUTION, lives=86400.0)], now)


def _free(path: Path) -> int | None:
    try:
        return shutil.disk_usage(path.parent).free
    except OSError:
        return None
