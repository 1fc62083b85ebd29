"""A QQ class on the playground's server: a OneBot implementation beside it, and the real bot on its account."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from bot.abilities import Tempo
from bot.config import Config
from bot.platforms.onebot import platform as onebot
from bot.playground import Playground
from bot.playground.assembly import Guard
from bot.playground.onebot.implementation import Implementation
from tests.elsewhere import Elsewhere
from tests.guarded import MORNING, PATIENCE, at_work, logged, world

TOKEN = "only-for-tests"

Json = dict[str, Any]


@dataclass(slots=True)
class QQ(Elsewhere):
    """The class of tests/guarded.py, on QQ."""

    implementation: Implementation

    def account(self, **told: Any) -> Json:
        """The account as the operator's file has it; `listen` instead of `url` where the implementation calls."""
        way = {} if "listen" in told else {"url": self.implementation.url}
        return {**way, "token": TOKEN, "portraits": "", **told}

    def config(self, *, beside: Mapping[str, Any] | None = None, **account: Any) -> Config:
        """`beside` are the file's other sections."""
        told = {"onebot": [self.account(**account)], "data": self.folder}
        return Config.model_validate(told | dict(beside or {}))

    async def warned(self) -> Json:
        found = await self.playground.control.said("class", contains="👉", wait=PATIENCE)
        assert found
        return found[0]

    async def answers(self, who: str, word: str, contains: str) -> None:
        """Quote the bot's last message that holds these words, in the group, and reply."""
        found = await self.playground.control.said("class", contains=contains)
        await self.says(who, word, reply_to=found[-1]["message_id"])

    @asynccontextmanager
    async def on_guard(self, config: Config | None = None, *, settled: bool = True) -> AsyncIterator[Guard]:
        """The real bot, in this process, until the block ends."""
        self.guard = guard = Guard(config or self.config(), clock=self.playground.clock)
        async with at_work(guard, ready=settled):
            if settled:
                await self.settled()
            yield guard


def without_pacing(monkeypatch: pytest.MonkeyPatch) -> None:
    """How fast the account may talk is another matter, and would make these tests slow."""
    fast = replace(onebot.ABILITIES, tempo=Tempo(1_000.0, 1_000.0, 60_000))
    monkeypatch.setattr(onebot, "ABILITIES", fast)


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
        yield QQ(playground, folder / "data", log, implementation)
