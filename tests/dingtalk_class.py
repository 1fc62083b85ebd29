"""A DingTalk class on the playground's server: its gateway beside it, and the real bot as its robot."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from bot.abilities import Tempo
from bot.config import Config
from bot.platforms.dingtalk import platform as dingtalk
from bot.playground import Playground
from bot.playground.assembly import Guard
from bot.playground.dingtalk import dws
from bot.playground.dingtalk.doing import Hook
from bot.playground.dingtalk.gateway import Gateway
from bot.playground.dingtalk.naming import conversation, open_id, staff
from tests.elsewhere import Elsewhere
from tests.fakes import until
from tests.guarded import MORNING, PATIENCE, at_work, logged, world

CLIENT, SECRET = "dingclient", "only-for-tests"
HOOK, SIGN = "hook-token", "SECfor-tests"
CALLED = "班级卫士"
DOWNLOAD = "/v1.0/robot/messageFiles/download"
MESSAGES, RECALLS = "user_im_message_receive_group", "user_im_message_recall_group"

Json = dict[str, Any]


@dataclass(slots=True)
class Ding(Elsewhere):
    """The class of tests/guarded.py, on DingTalk: mum is no member of the organisation, everybody else is."""

    gateway: Gateway

    def config(
        self,
        *,
        feed: bool = False,
        missing: bool = False,
        hook: str = "",
        beside: Json | None = None,
        **more: Any,
    ) -> Config:
        """`more` belongs to DingTalk, `beside` to the whole."""
        teacher = self.playground.world.user("teacher")
        told: Json = {
            "client_id": CLIENT,
            "client_secret": SECRET,
            "called": CALLED,
            "api_url": self.gateway.url,
            "old_api_url": self.gateway.url,
            "admins": [{"name": "王丽老师", "ids": [f"staff:{staff(teacher)}", f"open:{open_id(teacher)}"]}],
        } | more
        if hook:
            url = f"{self.gateway.url}/robot/send?access_token={HOOK}"
            told["custom_robots"] = [{"title": "三(9)班家长群", "url": url, "secret": SIGN, "group": ""}]
        if missing:
            told["feed"] = {"command": ["/nowhere/dws"], "groups": {self.group: "三(2)班家长群"}}
        if feed:
            command = [sys.executable, "-m", dws.__name__, str(self.folder.parent / "feed")]
            told["feed"] = {"command": command, "groups": {self.group: "三(2)班家长群"}}
        return Config.model_validate({"dingtalk": told, "data": self.folder, **(beside or {})})

    @property
    def group(self) -> str:
        return conversation(self.playground.world.chat("class"))

    def feeds(self, event: str = MESSAGES) -> Path:
        return self.gateway.feed_file(self.group, event)

    def prints(self, line: str | Json) -> None:
        """Something `dws` prints, whatever it is."""
        text = line if isinstance(line, str) else json.dumps(line, ensure_ascii=False)
        with self.feeds().open("a", encoding="utf-8") as file:
            file.write(text + "\n")

    async def hooked(self, kind: str = "") -> list[Json]:
        """What the custom robot was asked to post."""
        calls = await self.playground.control.calls("send", count=0)
        return [one for one in calls if not kind or one["parameters"]["msgtype"] == kind]

    async def overheard(self) -> None:
        """Until the admin's stream tells of the group."""
        assert self.guard is not None
        robot = self.guard.router.platforms["dingtalk"]
        assert isinstance(robot, dingtalk.DingTalk)
        await until(lambda: self.group in robot.heard, PATIENCE)
        await until(lambda: all(self.feeds(event).exists() for event in (MESSAGES, RECALLS)), PATIENCE)
        await self.settled()

    async def asks(self, who: str, text: str = "", **content: Any) -> int:
        """Somebody names the robot in the group."""
        return await self.says(who, f"@{CALLED} {text}".strip(), **content)

    @asynccontextmanager
    async def on_guard(self, config: Config | None = None, *, ready: bool = True) -> AsyncIterator[Guard]:
        self.guard = guard = Guard(config or self.config(), clock=self.playground.clock)
        async with at_work(guard, ready=ready):
            if ready:
                await self.settled()
            yield guard


def without_pacing(monkeypatch: pytest.MonkeyPatch) -> None:
    """How fast the robot may talk is another matter, and would make these tests slow."""
    fast = replace(dingtalk.ABILITIES, tempo=Tempo(1_000.0, 1_000.0, 60_000))
    monkeypatch.setattr(dingtalk, "ABILITIES", fast)


@asynccontextmanager
async def ding_class(folder: Path) -> AsyncIterator[Ding]:
    (folder / "feed").mkdir()
    async with AsyncExitStack() as house:
        log = house.enter_context(logged())
        playground = await house.enter_async_context(Playground.serve(now=MORNING))
        files = f"{playground.base_file_url}{playground.token}"
        gateway = Gateway(
            playground.world,
            files,
            client_id=CLIENT,
            secret=SECRET,
            outsiders=frozenset({"mum"}),
            feed=folder / "feed",
        )
        await house.enter_async_context(gateway.listening())
        await playground.control.reset(**world("class"), bot={"first_name": CALLED})
        gateway.doing.hooks[HOOK] = Hook("class", SIGN)
        yield Ding(playground, folder / "data", log, gateway)
