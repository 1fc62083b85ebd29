"""Everything between a stored update and the outbox, with a platform and handlers that only answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.abilities import Self
from bot.actions import Action, Say
from bot.delivery import Delivery
from bot.directory import Directory
from bot.emergency import Emergency
from bot.events import ChatMoved, Event, MessageSeen, PicturesRead, TimerDue
from bot.gallery import Gallery
from bot.groups import Groups
from bot.inbox import Inbox
from bot.keepers import Keepers
from bot.media.reading import Reading, Task
from bot.places import Chat
from bot.platforms.arrivals import Batch, Raw
from bot.portraits.looking import Looking
from bot.portraits.posters import Posters
from bot.portraits.sitters import Sitters
from bot.routing import Router
from bot.store.db import Database
from bot.store.tables import inbox, outbox
from bot.timekeeping import Timekeeper
from handlers import loading
from handlers.group import Group
from handlers.here import Here
from handlers.memory import Memory
from handlers.seen import Seen
from tests.fakes import FakePlatform, StillClock

ME = Self("1", "守护", "guard_bot")


class Answers:
    """Handlers that say what they were asked to answer, and fail as told."""

    def __init__(self) -> None:
        self.events: list[Any] = []
        self.failures: list[Exception] = []
        self.hook: Callable[[Any, Here], Awaitable[None]] | None = None

    async def __call__(self, event: Any, here: Here) -> Sequence[Action]:
        if self.failures:
            raise self.failures.pop(0)
        self.events.append(event)
        if self.hook is not None:
            await self.hook(event, here)
        said = event.event if isinstance(event, Seen) else event
        reply_to = said.message.id if isinstance(said, MessageSeen) else None
        return [Say(f"{type(event).__name__}:{len(self.events)}", here.chat.id, "答", reply_to=reply_to)]


class SlowDecoder:
    """Reads a code out of every picture once it is let."""

    def __init__(self) -> None:
        self.free = asyncio.Event()

    async def read(self, unique_id: str, data: bytes, task: Task = Task.CODES) -> Reading:
        await self.free.wait()
        return Reading(payloads=(data.decode(),))


class House:
    """Everything between a stored update and the outbox."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.clock = StillClock()
        self.platform = FakePlatform()
        self.answers = Answers()
        self.decoder = SlowDecoder()
        self.observed: list[tuple[Event, Seen | None]] = []
        self.router = self.new_router()
        self.timekeeper = Timekeeper(db, self.clock, self.router.directory, self.router, {"fake"})

    def new_router(self) -> Router:
        async def load(tx: AsyncConnection, chats: Sequence[Chat]) -> Mapping[Chat, Group]:
            return await loading.load(tx, dict.fromkeys(chats, ME), str)

        directory, groups = Directory(self.db, self.clock), Groups(self.db, load)
        platforms = {"fake": self.platform}
        memory, gallery = Memory(str), Gallery(self.decoder, platforms)
        emergency = Emergency(self.db, self.clock, platforms, directory, groups, memory, gallery)
        looking = Looking(self.decoder, platforms)
        kinds = (Seen, MessageSeen, PicturesRead, ChatMoved, TimerDue)
        return Router(
            db=self.db,
            clock=self.clock,
            platforms=platforms,
            selves={"fake": ME},
            inbox=Inbox(self.db, self.clock),
            directory=directory,
            groups=groups,
            memory=memory,
            gallery=gallery,
            posters=Posters(looking),
            sitters=Sitters(self.db, self.clock, groups, looking),
            keepers=Keepers(self.db, self.clock, groups, platforms),
            delivery=Delivery(self.db, self.clock, directory, platforms),
            emergency=emergency,
            routes=dict.fromkeys(kinds, self.answers),
            mark=str,
            observer=lambda event, seen, _actions, _spent: self.observed.append((event, seen)),
        )

    async def receive(self, *raws: Raw) -> None:
        batch = Batch(raws, str(int(raws[-1].update_id) + 1))
        for letter in await self.router.inbox.store("fake", batch):
            await self.router.receive(letter)

    async def answered(self) -> None:
        await asyncio.wait_for(self.router.lanes.idle(), 10)
        await self.router.inbox.flush()

    async def states(self) -> dict[str, str]:
        async with self.db.read() as tx:
            rows = await tx.execute(select(inbox.c.update_id, inbox.c.state))
            return {row.update_id: row.state for row in rows}

    async def queued(self) -> list[str]:
        async with self.db.read() as tx:
            return list(await tx.scalars(select(outbox.c.key).order_by(outbox.c.id)))


@asynccontextmanager
async def routed(folder: Path) -> AsyncIterator[House]:
    db = await Database.open(folder / "guard.db")
    made = House(db)
    made.router.lanes.start()
    with pytest.MonkeyPatch.context() as patch:
        # What failed is tried again at once: no test waits for it.
        patch.setattr("bot.routing.FIRST_REST", 0.001)
        yield made
    await made.router.gallery.stop()
    await made.router.lanes.stop(grace=1)
    await db.close()
