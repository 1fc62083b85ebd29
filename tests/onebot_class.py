"""A QQ class on the playground's server: a OneBot implementation beside it, and the real bot on its account."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.config import Config
from bot.playground import Playground
from bot.playground.assembly import Guard
from bot.playground.onebot.implementation import Implementation
from bot.store.db import Database
from tests.guarded import CODE, MORNING, PATIENCE, SCAM, Log, logged, world

TOKEN = "only-for-tests"

Json = dict[str, Any]


@dataclass(slots=True)
class QQ:
    """The class of tests/guarded.py, on QQ."""

    playground: Playground
    implementation: Implementation
    folder: Path
    log: Log
    guard: Guard | None = None

    def config(self, **account: Any) -> Config:
        told = {"url": self.implementation.url, "token": TOKEN, "portraits": "", **account}
        return Config.model_validate({"onebot": [told], "data": self.folder})

    async def says(self, who: str, text: str | None = None, **content: Any) -> int:
        return int((await self.playground.control.say("class", who, text, **content))["message_id"])

    async def scam(self) -> int:
        return await self.says("clone", photo={"qr": CODE}, caption=SCAM)

    async def tells(self, who: str, text: str) -> None:
        await self.playground.control.tell_bot(who, text)

    async def said(self, chat: str = "class", contains: str | None = None, wait: float = 0.0) -> list[str]:
        """What the bot said and did not take back, once something was said at all."""
        found = await self.playground.control.said(chat, contains=contains, wait=wait)
        return [one["text"] for one in found if not one["deleted"]]

    async def warned(self) -> Json:
        found = await self.playground.control.said("class", contains="👉", wait=PATIENCE)
        assert found
        return found[0]

    async def answers(self, who: str, word: str, contains: str) -> None:
        """Quote the bot's last message that holds these words, in the group, and reply."""
        found = await self.playground.control.said("class", contains=contains)
        await self.says(who, word, reply_to=found[-1]["message_id"])

    async def settled(self) -> None:
        assert self.guard is not None
        async with asyncio.timeout(PATIENCE):
            while not await self.playground.control.idle(quiet=0.1) or await self.guard.busy():
                pass  # the question itself waits
            await self.guard.router.inbox.flush()

    async def rows(self, *columns: Any) -> list[Any]:
        db = await Database.open(self.folder / "classguard.db")
        try:
            async with db.read() as tx:
                return list(await tx.execute(select(*columns)))
        finally:
            await db.close()

    @asynccontextmanager
    async def on_guard(self, config: Config | None = None, *, settled: bool = True) -> AsyncIterator[Guard]:
        """The real bot, in this process, until the block ends."""
        self.guard = guard = Guard(config or self.config(), clock=self.playground.clock)
        running = asyncio.create_task(guard.run())
        ready = asyncio.create_task(guard.ready.wait())
        try:
            if settled:
                await asyncio.wait({running, ready}, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
                assert guard.ready.is_set()
                await self.settled()
            yield guard
        finally:
            guard.stop()
            ready.cancel()
            with suppress(asyncio.CancelledError):
                await ready
            await asyncio.wait_for(running, PATIENCE)


@asynccontextmanager
async def qq_class(folder: Path, *, listening: bool = True, beats: float = 5.0) -> AsyncIterator[QQ]:
    """The class, with an implementation that waits to be called unless told otherwise."""
    async with AsyncExitStack() as house:
        log = house.enter_context(logged())
        playground = await house.enter_async_context(Playground.serve(now=MORNING))
        files = f"{playground.base_file_url}{playground.token}"
        implementation = Implementation(playground.world, files, TOKEN, beats)
        if listening:
            await house.enter_async_context(implementation.listening())
        await playground.control.reset(**world("class"))
        yield QQ(playground, implementation, folder / "data", log)
