"""A guard that is killed in the middle: what it had begun is finished, and nothing is said twice that is known."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.playground.client import Control
from tests.fakes import until
from tests.guarded import CODE, PATIENCE, SCAM, commands_on, world


@dataclass(frozen=True, slots=True)
class Server:
    """A playground in a process of its own, and where a bot started beside it keeps its things."""

    addresses: dict[str, str]
    control: Control
    folder: Path

    @property
    def database(self) -> Path:
        return self.folder / "data" / "classguard.db"

    def rows(self, question: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as db:
            return db.execute(question).fetchall()

    async def until(self, question: str) -> None:
        """Wait until the bot's database has an answer."""
        await until(lambda: self.rows(question), PATIENCE)

    async def warnings(self, chat: str) -> int:
        return sum("/paid" in commands_on(one) for one in await self.control.said(chat, count=0))

    @asynccontextmanager
    async def bot(self) -> AsyncIterator[asyncio.subprocess.Process]:
        """The bot as an operator starts it; ended at the end, if nobody killed it before."""
        config = self.folder / "config.yaml"
        config.write_text(
            f"telegram:\n  base_url: {self.addresses['base_url']}\ndata: {self.folder / 'data'}\n"
            f"playground:\n  clock_url: {self.addresses['clock_url']}\n"
        )
        environment = os.environ | {"CLASSGUARD_TELEGRAM_TOKEN": self.addresses["token"]}
        with (self.folder / "log").open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "run", "--config", str(config)), env=environment, stderr=log
            )
        try:
            yield process
        finally:
            if process.returncode is None:
                process.terminate()
            await asyncio.wait_for(process.wait(), PATIENCE)


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "playground", "--server-only", "--port", "0"),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        addresses = json.loads(await asyncio.wait_for(process.stdout.readline(), PATIENCE))
        async with Control(addresses["control_url"], addresses["control_token"]) as control:
            yield Server(addresses, control, tmp_path)
    finally:
        process.terminate()
        await process.communicate()


async def _scam(server: Server, chat: str) -> None:
    await server.control.say(chat, "clone", SCAM, photo={"qr": CODE})


async def _fetched_not_answered(server: Server) -> None:
    """The class waits for an answer of the server; what was said in it since is stored and confirmed."""
    await server.control.fault(method="getChatAdministrators", chat="fetched", hang=True)
    await server.control.member("fetched", "dad", "administrator")
    await _scam(server, "fetched")
    lane = next(chat["id"] for chat in await server.control.chats() if chat["key"] == "fetched")
    await server.until(
        f"SELECT 1 FROM inbox WHERE lane = '{lane}' AND state = 'waiting' AND CAST(body AS TEXT) LIKE '%资料费%'"
    )


async def _answered_not_sent(server: Server) -> None:
    """The class may not be written to for a while; the warning lies in the outbox."""
    await server.control.fault(method="sendMessage", chat="answered", status=429, retry_after=60)
    await server.control.say("answered", "teacher", "/help")
    await server.until(
        "SELECT 1 FROM outbox WHERE key LIKE 'answer:%' AND state = 'waiting' AND attempts = 1"
    )
    await _scam(server, "answered")
    await server.until("SELECT 1 FROM outbox WHERE key LIKE '%:public:%' AND state = 'waiting'")


async def _sent_answer_lost(server: Server, bot: asyncio.subprocess.Process) -> None:
    """The warning stands behind a dozen messages that were said before the bot came to it."""
    await server.control.fault(method="sendMessage", chat="sent", lose_answer=True)
    bot.send_signal(signal.SIGSTOP)
    await _scam(server, "sent")
    for number in range(12):
        await server.control.say("sent", "teacher", f"第{number + 1}组打扫教室")
    bot.send_signal(signal.SIGCONT)
    await server.control.said("sent", contains="👉", wait=PATIENCE)


async def test_a_killed_bot_warns_of_every_scam_and_finds_the_warning_whose_answer_was_lost(
    server: Server,
) -> None:
    await server.control.reset(**world("fetched", "answered", "sent"))
    async with server.bot() as bot:
        for chat in ("fetched", "answered", "sent"):
            await server.control.said(chat, wait=PATIENCE)
        assert await server.control.idle(within=PATIENCE)
        await _sent_answer_lost(server, bot)
        await _answered_not_sent(server)
        await _fetched_not_answered(server)
        bot.kill()
        await bot.wait()
    assert [await server.warnings(chat) for chat in ("fetched", "answered", "sent")] == [0, 0, 1]
    await server.control.end_faults()
    async with server.bot():
        await server.control.said("fetched", contains="👉", wait=PATIENCE)
        await server.control.said("answered", contains="👉", wait=PATIENCE)
        assert await server.control.idle(within=PATIENCE)
    assert [await server.warnings(chat) for chat in ("fetched", "answered", "sent")] == [1, 1, 1]
    doubled = server.rows("SELECT key FROM outbox WHERE key LIKE '%:public:%' AND doubled > 0")
    assert len(doubled) == 1
    assert server.rows("SELECT 1 FROM inbox WHERE state <> 'done'") == []
