"""A class guarded by the real bot on the playground's server, and what must hold of it whatever people send."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import structlog
from sqlalchemy import select
from sqlalchemy.engine import URL

from bench.hostile import live
from bot import logs
from bot.abilities import Tempo
from bot.config import Config
from bot.platforms.telegram.platform import ABILITIES
from bot.playground import Playground
from bot.playground.assembly import Guard
from bot.store.db import Database
from bot.store.tables import inbox

SCAM = "各位家长，请扫码交资料费86元，今晚8点前交齐，交完发截图"
CODE = "wxp://f2f0Qq7StolenCode9zXw2"
# A minute that has just begun, at an hour and on a day when nothing else is due.
MORNING = datetime(2026, 11, 25, 10, tzinfo=timezone(timedelta(hours=8)))
# How fast the bot may talk is another matter, and would make every test wait.
UNPACED = Tempo(30.0, 1_000.0, 60_000)
# For machines that have much else to do.
PATIENCE = 60.0

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Log:
    """What the bot logged, as an operator's machine collects it."""

    stream: io.StringIO

    def entries(self, event: str = "") -> list[Json]:
        found = [json.loads(line) for line in self.stream.getvalue().splitlines()]
        return [one for one in found if not event or one["event"] == event]

    @property
    def text(self) -> str:
        return self.stream.getvalue()


@dataclass(slots=True)
class School:
    """A class of a teacher (its owner), a deputy (an admin who never wrote to the bot), mum, dad, a stranger,
    and a clone who wears the teacher's name. An outsider is in no class.
    """

    playground: Playground
    folder: Path
    log: Log
    guard: Guard | None = None
    # The database's, where it is not the file.
    server: URL | None = None

    @property
    def config(self) -> Config:
        telegram = {"token": self.playground.token, "base_url": self.playground.base_url}
        database = {"url": self.server.render_as_string(hide_password=False)} if self.server else {}
        return Config.model_validate({"telegram": telegram, "data": self.folder, "database": database})

    async def says(self, who: str, text: str | None = None, chat: str = "class", **content: Any) -> int:
        """Somebody posts in the class; returns the number of the message."""
        return int((await self.playground.control.say(chat, who, text, **content))["message_id"])

    async def tells(self, who: str, text: str | None = None, **content: Any) -> None:
        """Somebody writes to the bot in private."""
        await self.playground.control.tell_bot(who, text, **content)

    async def subscribes(self, who: str) -> Json:
        """Somebody asks in the class to be told in private, and follows the button; returns what they read there."""
        control = self.playground.control
        await self.says(who, "/subscribe")
        (offer,) = await control.said("class", contains="想在手机上马上知道", wait=PATIENCE)
        await self.tells(who, f"/start {offer['buttons'][0][0]['url'].partition('start=')[2]}")
        (page,) = await control.said(who, contains="我马上在这里告诉您", wait=PATIENCE)
        return page

    async def said(self, chat: str | None = "class", contains: str | None = None) -> list[Json]:
        """What the bot has said and not taken back."""
        found = await self.playground.control.said(chat, contains=contains, count=0)
        return [one for one in found if not one["deleted"]]

    async def warnings(self, chat: str = "class") -> list[Json]:
        """The warnings that stand in a class, once everything has been dealt with."""
        await self.settled()
        return [one for one in await self.said(chat) if "/paid" in commands_on(one)]

    async def warned(self, chat: str = "class") -> Json:
        """The first warning in a class, waited for."""
        found = await self.playground.control.said(chat, contains="👉", wait=PATIENCE)
        assert found
        return found[0]

    async def settled(self) -> None:
        """Everything fetched, answered and delivered."""
        assert self.guard is not None
        await settled(self.playground, self.guard)

    async def rows(self, *columns: Any) -> list[Any]:
        """Rows of the database as somebody else would read them."""
        return await rows(self.config.database_url, *columns)

    async def unharmed(self, aside: int = 0) -> None:
        """No update lost (`aside`: so many could not be read), no failure logged, nothing live in what was said."""
        await self.settled()
        states = sorted(row.state for row in await self.rows(inbox.c.state))
        assert states == ["aside"] * aside + ["done"] * (len(states) - aside)
        failures = [one for one in self.log.entries() if "exception" in one]
        assert not failures, failures
        for method in ("sendMessage", "sendPhoto", "editMessageText", "editMessageCaption"):
            refused = [one for one in await self.playground.control.calls(method) if one["status"] == 400]
            assert not refused, refused
        for said in await self.playground.control.said(count=0):
            assert not list(live(said)), said


async def settled(playground: Playground, guard: Guard, quiet: float = 0.05) -> None:
    """Everything fetched, answered and delivered, and the platform left in peace for so many seconds."""
    async with asyncio.timeout(PATIENCE):
        while True:
            # Who asks without a pause, or over HTTP before anything else, takes the time from what is waited for.
            calm = not await guard.busy() and await playground.control.idle(quiet=quiet)
            if calm and not await guard.busy():
                break
            await asyncio.sleep(0.02)
        await guard.router.inbox.flush()


async def rows(database: Path | URL, *columns: Any) -> list[Any]:
    """Rows of a database as somebody else would read them."""
    db = await Database.open(database)
    try:
        async with db.read() as tx:
            return list(await tx.execute(select(*columns)))
    finally:
        await db.close()


def commands_on(said: Json) -> set[str]:
    """The commands on a message's buttons, without what follows them."""
    return {button["data"].split()[0] for row in said["buttons"] for button in row if "data" in button}


@contextmanager
def logged() -> Iterator[Log]:
    """The real logs of a running bot, in memory."""
    before, root = structlog.get_config(), logging.getLogger()
    handlers, level = list(root.handlers), root.level
    log = Log(io.StringIO())
    logs.set_up("debug", json=True, stream=log.stream)
    try:
        yield log
    finally:
        structlog.configure(**before)
        root.handlers[:] = handlers
        root.setLevel(level)


def world(*classes: str, title: str = "三(2)班家长群", faces: bool = False, **names: str) -> Json:
    """The people, under other names if wished, and a class of that key each.

    Without `faces`, nobody has a profile picture: to look at one costs a process.
    """
    people = {
        "teacher": "王丽老师",
        "deputy": "陈主任",
        "mum": "小雨妈妈",
        "dad": "浩浩爸爸",
        "stranger": "路人甲",
        "clone": "王丽老师",
        "outsider": "过客",
    } | names
    members = [
        {"user": "teacher", "status": "creator"},
        {"user": "deputy", "status": "administrator"},
        *("mum", "dad", "stranger", "clone"),
    ]
    return {
        "users": [
            {"key": key, "first_name": name, "started": key == "teacher", "picture": {} if faces else None}
            for key, name in people.items()
        ],
        "chats": [
            {"key": key, "title": title, "members": members, "bot": "administrator"} for key in classes
        ],
    }


@asynccontextmanager
async def unguarded(folder: Path, *classes: str, **wishes: Any) -> AsyncIterator[School]:
    """The classes, and no bot yet."""
    with logged() as log:
        async with Playground.serve(now=MORNING) as playground:
            await playground.control.reset(**world(*(classes or ("class",)), **wishes))
            yield School(playground, folder / "data", log)


@asynccontextmanager
async def on_guard(school: School, tempo: Tempo = UNPACED) -> AsyncIterator[School]:
    """The real bot beside the server, in this process, until the block ends."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.platforms.telegram.platform.ABILITIES", replace(ABILITIES, tempo=tempo))
        school.guard = Guard(school.config, clock=school.playground.clock)
        async with at_work(school.guard):
            yield school


@asynccontextmanager
async def at_work(guard: Guard, *, ready: bool = True) -> AsyncIterator[None]:
    """A guard in this process until the block ends; unless `ready` is not waited for, it is so from the beginning."""
    running = asyncio.create_task(guard.run())
    waiting = asyncio.create_task(guard.ready.wait())
    try:
        if ready:
            await asyncio.wait({running, waiting}, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
            assert guard.ready.is_set()
        yield
    finally:
        guard.stop()
        waiting.cancel()
        with suppress(asyncio.CancelledError):
            await waiting
        await asyncio.wait_for(running, PATIENCE)


@asynccontextmanager
async def guarded(folder: Path, *classes: str, **wishes: Any) -> AsyncIterator[School]:
    """The classes with the bot on guard, which has said hello."""
    async with unguarded(folder, *classes, **wishes) as school, on_guard(school):
        await school.settled()
        yield school


@asynccontextmanager
async def held(school: School) -> AsyncIterator[None]:
    """Another program writes to the database and does not let go."""
    with closing(sqlite3.connect(school.config.database_path, isolation_level=None, timeout=0)) as other:
        while True:
            try:
                other.execute("BEGIN IMMEDIATE")
                break
            except sqlite3.OperationalError:
                # The guard itself is writing, in this very thread.
                await asyncio.sleep(0.005)
        yield
        other.execute("ROLLBACK")
