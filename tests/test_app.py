"""The whole bot against the playground: guarded from the first update, and after every crash."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.config import Config
from bot.inbox import Inbox
from bot.places import Place
from bot.platforms import Sent
from bot.platforms.arrivals import Batch
from bot.platforms.telegram import Telegram
from bot.playground import Playground
from bot.playground.assembly import Guard
from bot.store.db import Database
from bot.store.tables import inbox, outbox
from tests.guarded import PATIENCE, at_work, settled

SCAM = "各位家长，请扫码交资料费86元，今晚8点前交齐，交完发截图"
CODE = {"qr": "wxp://f2f0example"}


@dataclass
class School:
    """A class with its teacher, a parent, and a stranger who wears the teacher's name."""

    playground: Playground
    folder: Path
    guard: Guard | None = None

    def config(self, **changes: Any) -> Config:
        telegram = {"token": self.playground.token, "base_url": self.playground.base_url}
        return Config.model_validate({"telegram": telegram, "data": self.folder, **changes})

    @asynccontextmanager
    async def guarded(self, telegram: Telegram | None = None, **changes: Any) -> AsyncIterator[Guard]:
        platforms = [telegram] if telegram else None
        self.guard = Guard(self.config(**changes), platforms=platforms, clock=self.playground.clock)
        async with at_work(self.guard):
            yield self.guard
        self.guard = None

    async def scam(self, **content: Any) -> None:
        await self.playground.control.say("class", "clone", SCAM, photo=CODE, **content)

    async def warnings(self, seconds: float = PATIENCE) -> list[str]:
        """The warnings in the group, waiting for the first."""
        said = await self.playground.control.said("class", contains="🚨", wait=seconds)
        return [one["text"] for one in said if not one["deleted"]]

    async def done(self) -> None:
        """Everything fetched; and answered and delivered, where the guard is one that can be asked."""
        if self.guard is None:
            assert await self.playground.control.idle(quiet=0.3, within=PATIENCE)
        else:
            await settled(self.playground, self.guard)

    async def rows(self, table: Any, *columns: Any) -> list[Any]:
        db = await Database.open(self.config().database_url)
        async with db.read() as tx:
            rows = list(await tx.execute(select(*columns).select_from(table)))
        await db.close()
        return rows


@pytest.fixture
async def school(tmp_path: Path) -> AsyncIterator[School]:
    async with Playground.serve() as playground:
        await playground.control.reset(
            users=[
                {"key": "teacher", "first_name": "王丽老师", "started": True},
                {"key": "mum", "first_name": "小雨妈妈"},
                {"key": "clone", "first_name": "王丽老师"},
            ],
            chats=[
                {
                    "key": "class",
                    "title": "三(2)班家长群",
                    "members": [{"user": "teacher", "status": "creator"}, "mum", "clone"],
                    "bot": "administrator",
                }
            ],
        )
        yield School(playground, tmp_path / "data")


@pytest.mark.usefixtures("on_either_database")
async def test_a_clone_who_asks_for_money_is_alarmed_once_and_ordinary_talk_is_not(school: School) -> None:
    async with school.guarded():
        await school.playground.control.say("class", "mum", "明天几点放学？")
        await school.scam()
        warnings = await school.warnings()
        await school.done()
        assert len(await school.warnings()) == len(warnings) == 1
        assert "wxp" not in warnings[0]
        admins = await school.playground.control.said("teacher")
        assert admins
    states = {row.state for row in await school.rows(inbox, inbox.c.state)}
    assert states == {"done"}


@pytest.mark.usefixtures("on_either_database")
async def test_an_update_stored_but_not_answered_before_a_crash_is_answered_after_it(school: School) -> None:
    async with school.guarded():
        await school.done()
    # The crash: the update is stored and confirmed, and nothing else has happened.
    await school.scam()
    telegram = Telegram(school.playground.token, school.playground.base_url)
    batch = await telegram.poll(None)
    await store_only(school, batch)
    await telegram.stop()
    async with school.guarded():
        assert len(await school.warnings()) == 1
        await school.done()
    assert {row.state for row in await school.rows(inbox, inbox.c.state)} == {"done"}


async def store_only(school: School, batch: Batch) -> None:
    db = await Database.open(school.config().database_url)
    await Inbox(db, school.playground.clock).store("telegram", batch)
    await db.close()


class Deaf(Telegram):
    """Sends nothing: the crash comes first."""

    async def perform(self, action: Any, place: Place, target: Any = None) -> Sent:
        await asyncio.Event().wait()
        raise AssertionError


async def test_a_warning_committed_but_not_sent_before_a_crash_is_sent_after_it(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.app.GRACE", 0.1)
    async with school.guarded(Deaf(school.playground.token, school.playground.base_url)):
        await school.scam()
        async with asyncio.timeout(PATIENCE):
            while True:
                if any(":public:" in row.key for row in await school.rows(outbox, outbox.c.key)):
                    break
                await asyncio.sleep(0.1)
    assert await school.warnings(seconds=0) == []
    async with school.guarded():
        assert len(await school.warnings()) == 1
        await school.done()
        assert len(await school.warnings()) == 1


async def test_a_conversation_goes_on_after_a_restart(school: School) -> None:
    control = school.playground.control
    async with school.guarded():
        await control.say("class", "clone", "各位家长，资料费的事情说一下")
        await school.done()
    async with school.guarded() as app:
        await control.say("class", "clone", "每人86元，今晚8点前交齐")
        await control.say("class", "clone", photo=CODE)
        assert len(await school.warnings()) == 1
        assert app.ready.is_set()


@pytest.mark.usefixtures("on_either_database")
async def test_an_answer_lost_on_the_way_costs_a_double_at_most_and_is_counted(school: School) -> None:
    async with school.guarded():
        await school.done()
        await school.playground.control.fault(method="sendMessage", drop="after", chat="class")
        await school.scam()
        await school.warnings()
        await school.done()
    rows = await school.rows(outbox, outbox.c.key, outbox.c.state, outbox.c.doubled)
    (public,) = [row for row in rows if ":public:" in row.key]
    assert (public.state, public.doubled) == ("sent", 1)


async def test_a_broken_line_while_polling_is_survived(school: School) -> None:
    async with school.guarded():
        await school.playground.control.fault(method="getUpdates", status=502, times=2, polls=True)
        await school.playground.control.say("class", "mum", "在吗")
        await school.scam()
        assert len(await school.warnings()) == 1


async def test_a_group_that_moves_stays_guarded(school: School) -> None:
    control = school.playground.control
    await control.chat(
        "小班家长群",
        key="small",
        type="group",
        members=[{"user": "teacher", "status": "creator"}, "clone"],
        bot="administrator",
    )
    async with school.guarded():
        await school.done()
        await control.migrate("small")
        await control.say("small", "clone", SCAM, photo=CODE)
        said = await control.said("small", contains="🚨", wait=PATIENCE)
        assert len(said) == 1


async def test_a_parent_whom_the_bot_may_not_write_to_is_no_error(school: School) -> None:
    await school.playground.control.change_user("teacher", blocked=True)
    async with school.guarded():
        await school.scam()
        assert len(await school.warnings()) == 1
        await school.done()
    rows = await school.rows(outbox, outbox.c.key, outbox.c.state)
    states = {row.state for row in rows if ":admin:" in row.key}
    # Who cannot be written to is shown it in the group, alone.
    assert "failed" in states and states <= {"failed", "dropped", "sent"}


async def test_the_operators_language_is_where_new_groups_begin(school: School) -> None:
    async with school.guarded(language="en"):
        said = await school.playground.control.said("class", wait=PATIENCE)
    assert "I " in said[0]["text"]


@asynccontextmanager
async def process(school: School) -> AsyncIterator[asyncio.subprocess.Process]:
    """The bot as an operator starts it."""
    school.folder.mkdir(exist_ok=True)
    file = school.folder / "config.yaml"
    file.write_text(
        f"telegram:\n  base_url: {school.playground.base_url}\ndata: {school.folder}\n"
        f"playground:\n  clock_url: {school.playground.clock_url}\n"
    )
    environment = os.environ | {"CLASSGUARD_TELEGRAM_TOKEN": school.playground.token}
    started = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run", "--config", str(file)),
        env=environment,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield started
    finally:
        if started.returncode is None:
            started.kill()
            await started.communicate()


async def test_a_killed_process_warns_after_its_restart_and_never_logs_its_token(school: School) -> None:
    async with process(school) as first:
        await school.playground.control.said("class", wait=60)
        await school.scam()
        first.send_signal(signal.SIGKILL)
        _, killed = await first.communicate()
    async with process(school) as second:
        assert await school.warnings(seconds=60)
        await school.done()
        second.send_signal(signal.SIGTERM)
        _, ended = await asyncio.wait_for(second.communicate(), 10)
        assert second.returncode == 0
    assert b'"event": "stopped"' in ended
    assert school.playground.token.encode() not in killed + ended
    assert SCAM.encode() not in killed + ended


async def logged(guard: asyncio.subprocess.Process, event: str) -> str:
    """The next line of the log that tells of this."""
    assert guard.stderr is not None
    async with asyncio.timeout(60):
        async for line in guard.stderr:
            if f'"event": "{event}"'.encode() in line:
                return line.decode()
    raise AssertionError(f"it ended and said nothing of {event}")


async def test_a_hang_up_makes_it_read_its_configuration_again_and_costs_no_warning(school: School) -> None:
    async with process(school) as guard:
        await logged(guard, "ready")
        file = school.folder / "config.yaml"
        file.write_text(file.read_text() + "language: en\n")
        guard.send_signal(signal.SIGHUP)
        await school.scam()
        assert await school.warnings(seconds=60)
        await logged(guard, "ready")
        await school.playground.control.chat("Class 4", key="new", members=["mum"], bot="administrator")
        said = await school.playground.control.said("new", wait=60)
        await school.done()
        assert len(await school.warnings()) == 1
        guard.send_signal(signal.SIGTERM)
        await asyncio.wait_for(guard.communicate(), 10)
    assert guard.returncode == 0
    assert "I " in said[0]["text"]


@pytest.mark.parametrize(
    ("line", "told"),
    [("langage: en", "langage is not a key that exists"), ("data: elsewhere", "data has changed")],
)
async def test_a_configuration_it_cannot_take_leaves_the_guard_as_it_is(
    school: School, line: str, told: str
) -> None:
    async with process(school) as guard:
        await logged(guard, "ready")
        file = school.folder / "config.yaml"
        kept = [one for one in file.read_text().splitlines() if not one.startswith("data:")]
        file.write_text("\n".join([*kept, line]))
        guard.send_signal(signal.SIGHUP)
        assert told in await logged(guard, "configuration_refused")
        await school.scam()
        assert len(await school.warnings(seconds=60)) == 1
        guard.send_signal(signal.SIGTERM)
        _, rest = await asyncio.wait_for(guard.communicate(), 10)
    assert guard.returncode == 0
    assert b'"event": "ready"' not in rest
