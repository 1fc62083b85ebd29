"""A class on the official QQ bot platform: the playground's gateway beside it, and the real bot on it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.config import Config
from bot.platforms.qq import QQ
from bot.playground import Playground
from bot.playground.assembly import Guard
from bot.playground.qq.gateway import Gateway
from bot.playground.qq.side import TEMPO
from bot.store.db import Database
from tests.fakes import until
from tests.guarded import CODE, MORNING, PATIENCE, SCAM, Log, logged, world

APP, SECRET = "102000001", "only-for-tests"

Json = dict[str, Any]


@dataclass(slots=True)
class Official:
    """The class of tests/guarded.py, on the official QQ bot platform."""

    playground: Playground
    gateway: Gateway
    folder: Path
    log: Log
    guard: Guard | None = None

    def platform(self, secret: str = SECRET) -> QQ:
        clock = self.playground.clock
        url, auth = self.gateway.url, self.gateway.auth_url
        return QQ(APP, secret, api=url, auth=auth, tempo=TEMPO, now=lambda: clock.now().timestamp())

    async def says(self, who: str, text: str | None = None, **content: Any) -> int:
        return int((await self.playground.control.say("class", who, text, **content))["message_id"])

    async def scam(self) -> int:
        return await self.says("clone", photo={"qr": CODE}, caption=SCAM)

    async def tells(self, who: str, text: str) -> None:
        await self.playground.control.tell_bot(who, text)

    async def said(self, chat: str = "class", contains: str | None = None, wait: float = 0.0) -> list[str]:
        found = await self.playground.control.said(chat, contains=contains, wait=wait)
        return [one["text"] for one in found if not one["deleted"]]

    async def settled(self) -> None:
        assert self.guard is not None
        async with asyncio.timeout(PATIENCE):
            while not await self.playground.control.idle(quiet=0.15) or await self.guard.busy():
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
    async def on_guard(
        self, *, secret: str = SECRET, ready: bool = True, connected: bool = True, **config: Any
    ) -> AsyncIterator[Guard]:
        told = Config.model_validate({"data": self.folder, **config})
        self.guard = guard = Guard(told, platforms=[self.platform(secret)], clock=self.playground.clock)
        running = asyncio.create_task(guard.run())
        waiting = asyncio.create_task(guard.ready.wait())
        try:
            if ready:
                await asyncio.wait({running, waiting}, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
                assert guard.ready.is_set()
                if connected:
                    await self.connected()
                await self.settled()
            yield guard
        finally:
            guard.stop()
            waiting.cancel()
            with suppress(asyncio.CancelledError):
                await waiting
            await asyncio.wait_for(running, PATIENCE)

    async def connected(self) -> None:
        await until(lambda: self.gateway.connections, PATIENCE)


@asynccontextmanager
async def official_class(folder: Path, beats: float = 5.0) -> AsyncIterator[Official]:
    async with AsyncExitStack() as house:
        log = house.enter_context(logged())
        playground = await house.enter_async_context(Playground.serve(now=MORNING))
        files = f"{playground.base_file_url}{playground.token}"
        gateway = Gateway(playground.world, files, app_id=APP, secret=SECRET, beats=beats)
        await house.enter_async_context(gateway.listening())
        await playground.control.reset(**world("class"))
        yield Official(playground, gateway, folder / "data", log)
