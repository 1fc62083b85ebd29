"""The implementation calls the guard: heard, warned, away and back, and nobody else let in."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

from bot.store.tables import inbox
from tests.fakes import until
from tests.guarded import PATIENCE
from tests.onebot_class import QQ, TOKEN, qq_class, without_pacing
from tests.opened import for_each_test
from tests.ports import free_port

Json = dict[str, Any]


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    without_pacing(monkeypatch)
    monkeypatch.setattr("bot.platforms.onebot.lines.WAITING", 0.2)
    monkeypatch.setattr("bot.health.watch.EVERY", 0.05)


@dataclass(frozen=True, slots=True)
class Called:
    """A class on QQ whose implementation calls the guard when told to."""

    school: QQ
    port: int
    web: int

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/onebot/v11/ws"

    @asynccontextmanager
    async def guarded(self, **account: Any) -> AsyncIterator[None]:
        """The guard, from when it has waited for a call in vain."""
        listen = f"127.0.0.1:{self.port}"
        config = self.school.config(beside={"web": {"port": self.web}}, listen=listen, **account)
        async with self.school.on_guard(config, settled=False):
            await until(lambda: self.school.log.entries("platform_silent"), PATIENCE)
            yield

    @asynccontextmanager
    async def connected(self, url: str = "") -> AsyncIterator[None]:
        async with self.school.implementation.calling(url or self.url):
            await until(lambda: self.school.implementation.sockets, PATIENCE)
            yield

    async def is_heard(self, words: str) -> None:
        """Somebody says it, and it has arrived."""
        await self.school.says("mum", words)
        await self.arrives(words)

    async def arrives(self, words: str) -> None:
        async with asyncio.timeout(PATIENCE):
            while not any(words in body for body in await self.bodies()):  # noqa: ASYNC110
                await asyncio.sleep(0.05)

    async def bodies(self) -> list[str]:
        return [bytes(row.body).decode() for row in await self.school.rows(inbox.c.body)]

    async def troubles(self, words: str) -> None:
        """The health page says so."""
        async with httpx.AsyncClient(trust_env=False) as monitor, asyncio.timeout(PATIENCE):
            while True:
                page = (await monitor.get(f"http://127.0.0.1:{self.web}/healthz")).json()
                if words in page["troubles"].get("onebot", ""):
                    return
                await asyncio.sleep(0.05)


@asynccontextmanager
async def called(folder: Path) -> AsyncIterator[Called]:
    async with qq_class(folder, listening=False) as school:
        yield Called(school, free_port(), free_port())


there = for_each_test(called)


async def test_a_scam_is_warned_of_and_what_was_missed_until_the_next_call_is_judged(there: Called) -> None:
    school = there.school
    async with there.guarded():
        async with there.connected():
            await there.is_heard("早上好")
            await school.says("clone", "各位家长，请加我微信 wx-teacher-li 交资料费86元，今晚截止")
            await school.settled()
            assert len(await school.said(contains="👉")) == 1
        await school.scam()
        await school.says("dad", "没人听着的时候")
        async with there.connected():
            await there.arrives("没人听着的时候")
            await school.settled()
            assert len([one for one in await school.said() if "👉" in one]) == 1, "one incident, one warning"
            await there.is_heard("又听得到了")
    assert not [one for one in school.log.entries() if "exception" in one]


@pytest.mark.parametrize("in_query", [False, True], ids=["header", "query"])
async def test_the_token_may_come_in_the_header_or_in_the_address(there: Called, in_query: bool) -> None:
    there.school.implementation.token = "" if in_query else TOKEN
    async with (
        there.guarded(),
        there.connected(f"{there.url}?access_token={TOKEN}" if in_query else there.url),
    ):
        await there.school.scam()
        assert "冒充王丽老师" in (await there.school.warned())["text"]


async def test_a_wrong_token_is_turned_away_said_once_shown_and_right_by_itself_once_mended(
    there: Called,
) -> None:
    school = there.school
    school.implementation.token = "of last year"
    async with there.guarded(), school.implementation.calling(there.url):
        await there.troubles("another token")
        await until(lambda: school.log.entries("platform_refuses"), PATIENCE)
        await asyncio.sleep(1.0)
        for event in ("onebot_caller_refused", "platform_refuses"):
            said = [one for one in school.log.entries(event) if one["level"] != "debug"]
            assert len(said) == 1 and "token" in said[0]["remedy"], event
        school.implementation.token = TOKEN
        await until(lambda: school.implementation.sockets, PATIENCE)
        await school.scam()
        assert await school.warned()
        await there.troubles("")
    assert "of last year" not in school.log.text


async def test_another_account_at_this_address_is_turned_away_and_named(there: Called) -> None:
    async with there.guarded(account="10001"), there.school.implementation.calling(there.url):
        await there.troubles("7000000001 calls at the address of 10001")
        assert not there.school.implementation.sockets


async def test_who_called_first_keeps_the_line_against_another_account(there: Called) -> None:
    async with there.guarded(), there.connected():
        await there.is_heard("早上好")
        with pytest.raises(InvalidStatus, match="403"):
            await calls(there, "Universal", account="10002")
        await there.is_heard("还在")


async def calls(there: Called, role: str, account: str = "") -> ClientConnection:
    """A connection by hand, for one thing only."""
    headers = {"Authorization": f"Bearer {TOKEN}", "X-Client-Role": role}
    headers["X-Self-ID"] = account or str(there.school.playground.world.bot.id)
    return await connect(there.url, additional_headers=headers, proxy=None)


@asynccontextmanager
async def answering(there: Called) -> AsyncIterator[None]:
    """The connection on which the guard's calls are answered, and no events told."""
    socket = await calls(there, "API")

    async def answer() -> None:
        async for frame in socket:
            asked = json.loads(frame)
            told = there.school.implementation._answered(asked["action"], asked["params"])
            await socket.send(json.dumps(told | {"echo": asked["echo"]}))

    serving = asyncio.create_task(answer())
    try:
        yield
    finally:
        await socket.close()
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)


async def test_calls_and_events_may_have_a_connection_each_and_lost_events_are_fetched(there: Called) -> None:
    school = there.school
    chat = school.playground.world.chat("class")

    async def said(socket: ClientConnection, words: str) -> None:
        number = await school.says("mum", words)
        told = school.implementation.telling.shown(chat, chat.posts[number].body)
        await socket.send(json.dumps(told, ensure_ascii=False))

    async with there.guarded(), answering(there):
        events = await calls(there, "Event")
        await said(events, "第一句")
        await there.arrives("第一句")
        await events.close()
        await school.scam()
        events = await calls(there, "Event")
        assert "冒充王丽老师" in (await school.warned())["text"]
        await said(events, "第二句")
        await there.arrives("第二句")
        await events.close()


async def test_a_connection_made_anew_beside_a_dead_one_takes_its_place(there: Called) -> None:
    school = there.school
    async with there.guarded(), there.connected():
        await there.is_heard("早上好")
        school.implementation.fall_silent()
        await school.scam()
        async with answering(there):
            assert "冒充王丽老师" in (await school.warned())["text"]
            await school.settled()
