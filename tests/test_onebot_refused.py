"""A wrong token, a wrong address: said once, shown on the health page, told to the operator elsewhere, right again once
it is mended.
"""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.config import Config
from bot.playground import Playground
from bot.playground.assembly import Guard
from tests.fakes import until
from tests.guarded import MORNING, PATIENCE, at_work, world
from tests.onebot_class import QQ, TOKEN, qq_class, without_pacing
from tests.opened import for_each_test
from tests.ports import free_port

Json = dict[str, Any]


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    without_pacing(monkeypatch)
    monkeypatch.setattr("bot.health.watch.EVERY", 0.05)


@dataclass(frozen=True, slots=True)
class Operated:
    """A class on QQ, and its operator on Telegram."""

    school: QQ
    telegram: Playground
    port: int

    def config(self, **account: Any) -> Config:
        operator = str(self.telegram.world.user("teacher").id)
        telegram = {"token": self.telegram.token, "base_url": self.telegram.base_url, "operator": operator}
        return self.school.config(beside={"telegram": telegram, "web": {"port": self.port}}, **account)

    async def health(self) -> httpx.Response:
        async with httpx.AsyncClient(trust_env=False) as monitor:
            return await monitor.get(f"http://127.0.0.1:{self.port}/healthz")

    async def told(self, words: str) -> list[Json]:
        return await self.telegram.control.said("teacher", contains=words, wait=PATIENCE)

    @asynccontextmanager
    async def guarded(self, config: Config) -> AsyncIterator[None]:
        """The guard, from before it knows who it is on QQ."""
        guard = Guard(config, clock=self.school.playground.clock)
        async with at_work(guard):
            self.school.guard = guard
            yield

    async def warns(self) -> None:
        await self.school.scam()
        assert "冒充王丽老师" in (await self.school.warned())["text"]


@asynccontextmanager
async def operated(folder: Path) -> AsyncIterator[Operated]:
    async with qq_class(folder) as school, Playground.serve(now=MORNING) as telegram:
        await telegram.control.reset(**world("class"))
        yield Operated(school, telegram, free_port())


there = for_each_test(operated)


@pytest.mark.parametrize("in_words", [False, True], ids=["401", "1403 in the first frame"])
async def test_a_wrong_token_is_said_once_shown_told_elsewhere_and_tried_again(
    there: Operated, in_words: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.platforms.DENIED", 0.05)
    implementation = there.school.implementation
    implementation.refuses_in_words = in_words
    async with there.guarded(there.config(token="of last year")):
        assert await there.told("QQ 不认机器人的密钥")
        page = await there.health()
        assert page.status_code == httpx.codes.SERVICE_UNAVAILABLE and page.json()["ailing"]["refused"]
        assert page.json()["troubles"] == {"onebot": "the implementation does not accept the token"}
        await refused_again(implementation, 5)
        (said,) = shouted(there.school, "platform_refuses")
        assert said["level"] == "error" and "WebSocket settings" in said["remedy"]
        implementation.token = "of last year"
        assert await there.told("密钥又认了")
        await there.warns()
        assert (await there.health()).json()["troubles"] == {}
    assert not [one for one in there.school.log.entries() if "exception" in one]


@pytest.mark.parametrize("in_words", [False, True], ids=["401", "1403 in the first frame"])
async def test_a_token_that_is_changed_under_a_running_guard_is_noticed_at_the_next_connection(
    there: Operated, in_words: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.platforms.DENIED", 0.05)
    monkeypatch.setattr("bot.listening.LONGEST_DENIED", 0.2)
    implementation = there.school.implementation
    implementation.refuses_in_words = in_words
    async with there.guarded(there.config()):
        await there.warns()
        implementation.token = "another"
        await implementation.hang_up()
        assert await there.told("QQ 不认机器人的密钥")
        await refused_again(implementation, 5)
        assert len(shouted(there.school, "platform_refuses")) == 1
        await there.school.says("mum", "没人听见")
        implementation.token = TOKEN
        assert await there.told("密钥又认了")
        await there.school.settled()
        assert len(await there.school.said(contains="👉")) == 1


async def refused_again(implementation: Any, times: int) -> None:
    """The guard has tried so many times more."""
    before = implementation.turned_away
    await until(lambda: implementation.turned_away >= before + times, PATIENCE)


def shouted(school: QQ, event: str) -> list[Json]:
    """What an operator sees of it."""
    return [one for one in school.log.entries(event) if one["level"] != "debug"]


@pytest.mark.parametrize(
    "url", ["ws://127.0.0.1:1", "ws://127.0.0.1:{http}/nothing", "wss://127.0.0.1:{port}"]
)
async def test_a_wrong_address_is_said_once_with_the_address_shown_and_told_elsewhere(
    there: Operated, url: str
) -> None:
    ports = {"http": there.school.playground.port, "port": there.school.implementation.port}
    wrong = url.format(**ports)
    async with there.guarded(there.config(url=f"{wrong}?access_token=secret-word")):
        assert there.school.guard is not None
        # Two minutes of silence.
        there.school.guard._entrance.pulses["onebot"]._last -= 121.0
        (told,) = await there.told("守护听不到了")
        assert "QQ" in told["text"]
        page = await there.health()
        assert page.status_code == httpx.codes.SERVICE_UNAVAILABLE and page.json()["ailing"]["deaf"]
        assert wrong in page.json()["troubles"]["onebot"] and "secret-word" not in page.text
        (said,) = shouted(there.school, "platform_silent")
        assert wrong in said["reason"] and "implementation" in said["reason"]
        assert "secret-word" not in there.school.log.text
        assert [one for one in there.school.log.entries("ailing") if one["platforms"] == ["onebot"]]
    assert not [one for one in there.school.log.entries() if "exception" in one]


async def test_a_hang_up_signal_puts_a_wrong_token_and_address_right(there: Operated) -> None:
    school = there.school
    file = school.folder.parent / "config.yaml"
    wrong, right = school.account(token="wrong", url="ws://127.0.0.1:1"), school.account()
    clock = school.playground.clock_url
    file.write_text(written(school.folder, wrong, clock))
    guard = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run", "--config", str(file)), stderr=asyncio.subprocess.PIPE
    )
    try:
        assert "cannot be reached" in await logged(guard, "platform_silent")
        for account, event in ((school.account(token="wrong"), "platform_refuses"), (right, "ready")):
            file.write_text(written(school.folder, account, clock))
            guard.send_signal(signal.SIGHUP)
            await logged(guard, event)
        await until(lambda: school.implementation.sockets, PATIENCE)
        await school.scam()
        assert "冒充王丽老师" in (await school.warned())["text"]
        guard.send_signal(signal.SIGTERM)
        await asyncio.wait_for(guard.communicate(), 20)
    finally:
        if guard.returncode is None:
            guard.kill()
            await guard.communicate()
    assert guard.returncode == 0


def written(folder: Path, account: Json, clock: str) -> str:
    return json.dumps({"onebot": [account], "data": str(folder)} | {"playground": {"clock_url": clock}})


async def logged(guard: asyncio.subprocess.Process, event: str) -> str:
    """The next line of the log that tells of this."""
    assert guard.stderr is not None
    async with asyncio.timeout(2 * PATIENCE):
        async for line in guard.stderr:
            if f'"event": "{event}"'.encode() in line:
                return line.decode()
    raise AssertionError(f"it ended and said nothing of {event}")
