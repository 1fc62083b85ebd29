"""A class on a platform that does not do, or does not answer, what the guard asks of it over an incident."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from bot.abilities import Abilities, Tempo
from bot.actions import Action, Ban, Delete, Edit, Mute, Say
from bot.delivery import Delivery
from bot.directory import Directory
from bot.events import TimerDue
from bot.platforms import Refused, Unsure
from bot.store import due
from bot.store.moments import moment
from bot.store.tables import outbox
from handlers.dossier import Dossier
from tests.classroom import HEAD, Classroom, classroom
from tests.fakes import FakePlatform, StillClock

MEASURES = (Mute, Ban, Delete)
UNPACED = Abilities(tempo=Tempo(1_000.0, 1_000.0, 60_000))


@dataclass
class Refusing:
    """A class on a platform that does what it is asked to, but for the kinds of measures it refuses; of those it `loses`
    no answer arrives the first time.
    """

    room: Classroom
    refuses: set[type[Action]] = field(default_factory=lambda: {*MEASURES})
    loses: set[type[Action]] = field(default_factory=set)
    asked: list[Action] = field(default_factory=list)

    async def sends(self) -> None:
        """Everything leaves that waits, in a process of its own."""
        platform = FakePlatform(abilities=UNPACED, before_perform=self._asked)
        clock = StillClock(self.room.now)
        delivery = Delivery(self.room.db, clock, Directory(self.room.db, clock), {"fake": platform})
        running = asyncio.create_task(delivery.run())
        async with asyncio.timeout(10):
            while await self._unsent():  # noqa: ASYNC110
                await asyncio.sleep(0.005)
        await delivery.stop(grace=1)
        await running

    async def learns(self) -> list[Action]:
        """What is due is served; what the guard does then."""
        done: list[Action] = []
        async with self.room.db.read() as tx:
            waiting = await due.due(tx, self.room.now, ["fake"])
        for timer in waiting:
            async with self.room.db.transaction() as tx:
                assert await due.claim(tx, timer.timer, moment(timer.due_at))
            at = moment(timer.due_at)
            done += await self.room.answers(
                TimerDue(timer.timer, timer.kind, timer.chat, timer.payload, at, self.room.now)
            )
        return done

    async def settles(self) -> list[Action]:
        await self.sends()
        return await self.learns()

    async def file(self) -> Dossier:
        return Dossier.from_json((await self.room.incident()).facts)

    def measures(self) -> list[tuple[type[Action], str]]:
        """What the platform was asked to do, to whom or what."""
        return [
            (type(one), one.message_id if isinstance(one, Delete) else one.person)
            for one in self.asked
            if isinstance(one, Mute | Ban | Delete)
        ]

    async def _asked(self, action: Action) -> None:
        self.asked.append(action)
        if type(action) in self.loses and self.asked.count(action) == 1:
            raise Unsure("no answer")
        if type(action) in self.refuses:
            raise Refused("not enough rights")

    async def _unsent(self) -> bool:
        async with self.room.db.read() as tx:
            unsent = select(outbox.c.id).where(outbox.c.state.in_(("waiting", "sending"))).limit(1)
            return (await tx.execute(unsent)).first() is not None


@asynccontextmanager
async def refusing(folder: Path) -> AsyncIterator[Refusing]:
    async with classroom(folder) as room:
        await room.chooses("mode", "guard")
        yield Refusing(room)


def card(done: Iterable[Action]) -> Edit:
    """The owner's card as it now is."""
    (edit,) = [one for one in done if isinstance(one, Edit) and one.target == f"incident:1:admin:{HEAD.id}"]
    return edit


def told(done: Iterable[Action]) -> list[Say]:
    """What the admins are asked to do themselves."""
    return [one for one in done if isinstance(one, Say) and "请您自己" in one.text]
