"""A class on the official QQ bot platform: the playground's gateway beside it, and the real bot on it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from bot.config import Config
from bot.places import ChatKind, Place
from bot.platforms.qq import QQ
from bot.playground import Playground
from bot.playground.assembly import Guard
from bot.playground.qq.gateway import Gateway
from bot.playground.qq.naming import group_openid
from bot.playground.serving import TEMPO
from tests.elsewhere import Elsewhere
from tests.fakes import until
from tests.guarded import MORNING, PATIENCE, at_work, logged, world

APP, SECRET = "102000001", "only-for-tests"

Json = dict[str, Any]


@dataclass(slots=True)
class Official(Elsewhere):
    """The class of tests/guarded.py, on the official QQ bot platform."""

    quiet: ClassVar = 0.15

    gateway: Gateway

    def platform(self, secret: str = SECRET) -> QQ:
        clock = self.playground.clock
        url, auth = self.gateway.url, self.gateway.auth_url
        return QQ(APP, secret, api=url, auth=auth, tempo=TEMPO, now=lambda: clock.now().timestamp())

    @asynccontextmanager
    async def on_guard(
        self, *, secret: str = SECRET, ready: bool = True, connected: bool = True, **config: Any
    ) -> AsyncIterator[Guard]:
        told = Config.model_validate({"data": self.folder, **config})
        self.guard = guard = Guard(told, platforms=[self.platform(secret)], clock=self.playground.clock)
        async with at_work(guard, ready=ready):
            if ready and connected:
                await self.connected()
            if ready:
                await self.settled()
            yield guard

    @property
    def place(self) -> Place:
        return Place("qq", f"group:{group_openid(self.playground.world.chat('class'))}", ChatKind.GROUP)

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
        yield Official(playground, folder / "data", log, gateway)
