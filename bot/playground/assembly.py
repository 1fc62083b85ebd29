"""Puts the playground together in one process: the server with its page, the real bot on its clock, the player."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import exists, select, update

from bot.app import App
from bot.config import Config
from bot.events import Membership, MessageSeen
from bot.media.decoder import Decoder
from bot.places import Chat, ChatKind
from bot.playground import Playground
from bot.playground.director import Director
from bot.playground.player import Player
from bot.playground.scenarios import FIRST, school_class
from bot.playground.side import Side
from bot.playground.sides import SIDES
from bot.playground.witness import Witness
from bot.routing import Router
from bot.store import due
from bot.store.chats import INSIDE
from bot.store.db import Database
from bot.store.tables import chats, outbox
from handlers.group import Group

# Something about one platform of the playground.
Asked = Callable[[str], Awaitable[None]]

# A playground with a bot begins at the same moment of a school term, so that a play reads the same on any day.
BEGINNING = datetime(2026, 9, 14, 4, 0, tzinfo=UTC)
PAGE = Path(__file__).parent / "page"
_PATIENCE = 20.0  # seconds for one step to be dealt with
_PAUSE = 0.03  # seconds between two questions whether the bot is done
_CLOCK_LAG = 1.2  # seconds until a bot started elsewhere has noticed that the clock was moved
_QUIET = 1.6  # seconds without a call after which a bot that cannot be asked is taken to be done


@dataclass(frozen=True, slots=True)
class Assembled:
    """A playground in full swing. `director.open_class` sets up the class people see first."""

    playground: Playground
    director: Director

    @property
    def player(self) -> Player:
        """Of the first platform there is."""
        return next(iter(self.director.players.values()))

    @property
    def page(self) -> str:
        return self.playground.page_url

    def addresses(self) -> dict[str, Any]:
        """What a bot started separately, or a tester, needs to know."""
        playground = self.playground
        told: dict[str, Any] = {
            "page": self.page,
            "control_url": playground.control_url,
            "control_token": playground.control_token,
            "clock_url": playground.clock_url,
        }
        for side in playground.sides.values():
            under = playground.under(side)
            control = {"control_url": f"{playground.control_url}{under}"}
            told |= {side.name: side.addresses() | control} if under else side.addresses()
        return told


class Guard(App):
    """The real bot, which can be asked whether it has dealt with everything."""

    router: Router
    # What stands in the database was read when so much had been written.
    _read_at = -1
    _unsent = False
    _next_due: datetime | None = None

    def _router(self, db: Database, mark: Callable[[str], str], decoder: Decoder) -> Router:
        self.router = super()._router(db, mark, decoder)
        return self.router

    async def meet_class(self, platform: str) -> None:
        """A new class may call the bot by another name, which a running bot would hear of at its next start. Of the
        one before it is no part any more, which not every platform tells.
        """
        self._selves[platform] = await self.router.platforms[platform].me()
        async with self.router.db.transaction() as tx:
            before = update(chats).where(chats.c.platform == platform, *INSIDE)
            await tx.execute(before.values(membership=Membership.OUT.value))
        self.router.groups.forget_all()

    async def busy(self) -> bool:
        if self.router.lanes.waiting or self.router.gallery.waiting:
            return True
        if any(getattr(platform, "busy", False) for platform in self.router.platforms.values()):
            return True
        if self.router.posters.waiting or self.router.sitters.waiting:
            return True
        if self._read_at != self.router.db.written:
            await self._read_anew(self.router.db)
        return self._unsent or (self._next_due is not None and self._next_due <= self.router.clock.now())

    async def _read_anew(self, db: Database) -> None:
        written = db.written
        async with db.read() as tx:
            unsent = select(exists().where(outbox.c.state.in_(("waiting", "sending"))))
            self._unsent, self._next_due = bool(await tx.scalar(unsent)), await due.next_at(tx)
        self._read_at = written

    async def group_at(self, event: MessageSeen) -> Group | None:
        if event.place.kind is not ChatKind.GROUP:
            return None
        chat, _ = await self.router.directory.at(event.place)
        return await self.router.groups.of(chat)

    async def chat_of(self, number: int) -> Chat | None:
        return await self.router.directory.get(number)


@asynccontextmanager
async def assembled(
    port: int = 0,
    language: str = "zh-Hans",
    *,
    platforms: Sequence[str] = (FIRST,),
    guarded: bool = True,
) -> AsyncIterator[Assembled]:
    """With `guarded=False` there is no bot here: one that was started elsewhere may connect."""
    director = Director(observed=guarded)
    start, sides = BEGINNING if guarded else None, [SIDES[name] for name in platforms]
    async with AsyncExitStack() as house:
        playground = await house.enter_async_context(
            Playground.serve(port=port, page=PAGE, sides=sides, routes=director.routes, now=start)
        )
        # A bot that was started elsewhere asks for its own name once, when it starts.
        for control in playground.controls.values():
            await control.reset(bot={"first_name": school_class(language).guard})
        settled: Asked = partial(_quiet, playground)
        opened: Asked = _nothing
        lag = _CLOCK_LAG
        if guarded:
            settled, opened = await house.enter_async_context(_guard(playground, language))
            lag = 0.0
        director.players = {
            name: Player(side, playground.controls[name], partial(settled, name), partial(opened, name), lag)
            for name, side in playground.sides.items()
        }
        house.push_async_callback(director.close)
        yield Assembled(playground, director)


@asynccontextmanager
async def _guard(playground: Playground, language: str) -> AsyncIterator[tuple[Asked, Asked]]:
    """The bot beside the server; gives the question whether it has dealt with everything of a platform, and what
    tells it that a new class was opened there.
    """
    witness = Witness(playground.sides)
    platforms = [side.platform() for side in playground.sides.values()]
    with tempfile.TemporaryDirectory(prefix="classguard-", ignore_cleanup_errors=True) as folder:
        config = Config.model_validate({"data": folder, "language": language})
        guard = Guard(config, platforms=platforms, clock=playground.clock, observer=witness)
        running = asyncio.create_task(guard.run())
        ready = asyncio.create_task(guard.ready.wait())
        await asyncio.wait([running, ready], return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            ready.cancel()
            await running
        telling = asyncio.create_task(witness.run(guard.chat_of, guard.group_at, guard.router.memory))
        try:
            yield partial(_settled, playground, guard, witness), guard.meet_class
        finally:
            telling.cancel()
            guard.stop()
            await running
            with suppress(asyncio.CancelledError):
                await telling


async def _settled(playground: Playground, guard: Guard, witness: Witness, platform: str) -> None:
    """Everything fetched, answered, delivered and told; after a while it goes on regardless."""
    side, control = playground.sides[platform], playground.controls[platform]
    with suppress(TimeoutError):
        async with asyncio.timeout(_PATIENCE):
            while True:
                # The server is asked over HTTP, which is dear: only when nothing else says no.
                calm = not await _at_work(side, guard) and await control.idle(_PAUSE)
                if calm and not await _at_work(side, guard):
                    break
                await asyncio.sleep(_PAUSE)
            await witness.told()


async def _at_work(side: Side, guard: Guard) -> bool:
    return side.busy or await guard.busy()


async def _nothing(platform: str) -> None:
    """Of a bot that was started elsewhere."""


async def _quiet(playground: Playground, platform: str) -> None:
    await playground.controls[platform].idle(quiet=_QUIET, within=_PATIENCE)
