"""Every scam is warned of, once, whatever becomes of the line, the server and the bot itself."""

from __future__ import annotations

import asyncio
import gc
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
from bot.store.tables import inbox, incidents, outbox
from tests.fakes import until
from tests.guarded import CODE, PATIENCE, SCAM, School, commands_on, guarded, on_guard, unguarded, world

Json = dict[str, Any]


async def _posts(school: School, chat: str = "class") -> list[Json]:
    """Everything the bot tried to post in a class, in order."""
    number = school.playground.world.number(chat)
    calls = await school.playground.control.calls("sendMessage", count=0)
    return [call for call in calls if call["parameters"]["chat_id"] == number]


async def test_being_told_to_slow_down_is_obeyed(tmp_path: Path) -> None:
    async with guarded(tmp_path) as school:
        await school.playground.control.fault(method="sendMessage", status=429, retry_after=2, chat="class")
        await school.says("clone", SCAM)
        assert len(await school.warnings()) == 1
        refused, sent = [call for call in await _posts(school) if "👉" in call["parameters"]["text"]][:2]
        assert (refused["status"], sent["status"]) == (429, 200)
        assert sent["at"] - refused["at"] >= 2
        await school.unharmed()


async def test_one_class_told_to_slow_down_holds_up_no_other(tmp_path: Path) -> None:
    async with guarded(tmp_path, "class", "other") as school:
        await school.playground.control.fault(method="sendMessage", status=429, retry_after=3, chat="class")
        await school.says("clone", SCAM)
        await school.says("clone", SCAM, chat="other")
        await school.warned("other")
        assert not [one for one in await school.said() if "/paid" in commands_on(one)]
        assert len(await school.warnings()) == 1


async def test_admins_who_never_pressed_start_are_no_error(tmp_path: Path) -> None:
    async with guarded(tmp_path) as school:
        await school.says("clone", SCAM)
        assert len(await school.warnings()) == 1
        assert await school.said("teacher")
        assert not await school.said("deputy")
        assert not [one for one in school.log.entries() if one["level"] in ("warning", "error")]
        await school.unharmed()


async def test_a_group_that_moves_while_its_warning_is_under_way_is_warned_once(tmp_path: Path) -> None:
    async with guarded(tmp_path) as school:
        control = school.playground.control
        members = [{"user": "teacher", "status": "creator"}, "mum", "clone"]
        await control.chat("小班", key="small", type="group", members=members, bot="administrator")
        await school.settled()
        await control.fault(method="sendMessage", status=429, retry_after=1, chat="small")
        await school.says("clone", SCAM, chat="small")
        async with asyncio.timeout(PATIENCE):
            while True:
                if any(call["status"] == 429 for call in await control.calls("sendMessage", count=0)):
                    break
                await asyncio.sleep(0.02)
        await control.migrate("small")
        assert len(await school.warnings("small")) == 1
        await school.says("clone", f"{SCAM}！", chat="small")
        assert len(await school.warnings("small")) == 1
        await school.unharmed()


async def test_a_class_with_two_hundred_waiting_updates_delays_no_other(tmp_path: Path) -> None:
    async with guarded(tmp_path, "busy", "other") as school:
        control = school.playground.control
        # While it is asked who the admins are, nothing else of that class is answered.
        await control.fault(method="getChatAdministrators", chat="busy", delay=3)
        await control.member("busy", "dad", "administrator")
        await control.say_all(
            [{"chat": "busy", "from": "mum", "text": f"第{number}条"} for number in range(200)]
        )
        await school.says("clone", SCAM, chat="other")
        await school.warned("other")
        waiting = await school.rows(inbox.c.lane, inbox.c.state)
        number = str(school.playground.world.number("busy"))
        assert [row.state for row in waiting if row.lane == number].count("waiting") >= 200
        await school.says("clone", SCAM, chat="busy")
        assert len(await school.warnings("busy")) == 1
        await school.unharmed()


async def test_an_alarm_overtakes_tips(tmp_path: Path) -> None:
    async with guarded(tmp_path) as school:
        for method in ("sendPhoto", "sendMessage"):
            await school.playground.control.fault(method=method, status=429, retry_after=3, chat="class")
        for _ in range(3):
            await school.says("teacher", "/tips now")
        await school.says("clone", SCAM)
        (warning,) = await school.warnings()
        after = [one for one in await school.said() if one["message_id"] > warning["message_id"]]
        assert len(after) == 3
        await school.unharmed()


CLASSES = tuple(f"class{number}" for number in range(8))


async def test_a_line_in_trouble_costs_no_warning_and_doubles_none_whose_fate_is_known(
    tmp_path: Path,
) -> None:
    async with guarded(tmp_path, *CLASSES) as school:
        control = school.playground.control
        trouble: tuple[Json, ...] = (
            {"status": 502, "ratio": 0.1},
            {"status": 429, "retry_after": 1, "ratio": 0.1},
            {"drop": "before", "ratio": 0.1},
            {"drop": "after", "ratio": 0.1},
        )
        for one in trouble:
            await control.fault(polls=True, **one)
        for key in CLASSES:
            await school.says("clone", SCAM, chat=key)
        for key in CLASSES:
            await school.warned(key)
        await control.end_faults()
        await school.settled()
        rows = await school.rows(outbox.c.key, outbox.c.state, outbox.c.doubled)
        public = [row for row in rows if ":public:" in row.key]
        assert len(public) == len(CLASSES)
        assert {row.state for row in public} == {"sent"}
        warnings = [one for key in CLASSES for one in await school.warnings(key)]
        assert len(CLASSES) <= len(warnings) <= len(CLASSES) + sum(row.doubled for row in public)


async def test_a_card_whose_answer_was_lost_is_found_and_not_sent_again(tmp_path: Path) -> None:
    async with guarded(tmp_path) as school:
        await school.tells("mum", "/help")
        await school.settled()
        await school.playground.control.fault(method="sendMessage", chat="teacher", lose_answer=True)
        await school.says("clone", SCAM)
        await school.warnings()
        await school.settled()
        rows = await school.rows(outbox.c.key, outbox.c.state, outbox.c.doubled)
        assert [row.state for row in rows if row.doubled] == ["sent"]
        assert len(await school.said("teacher", contains="疑似诈骗")) == 1


# --- killed in the middle -------------------------------------------------------------------


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


# --- privacy --------------------------------------------------------------------------------

TALK = (
    "明天带彩笔和一张旧报纸，谢谢老师",
    "浩浩今天发烧请半天假，作业晚点补",
    "下周三春游几点集合，要带水壶吗",
    "Lena forgot her recorder on bus 7 again",
)
TYPED = "外婆住院了想请教一下这个链接是真的吗"


def _kept(folder: Path) -> bytes:
    """The database as it lies on the disk, with its log."""
    return b"".join(file.read_bytes() for file in sorted(folder.glob("classguard.db*")))


def _found(folder: Path, sentence: str) -> bool:
    """Whether it lies there, as it was written or as JSON writes it."""
    kept = _kept(folder)
    return sentence.encode() in kept or json.dumps(sentence)[1:-1].encode() in kept


async def _gone(folder: Path, *sentences: str) -> None:
    await until(lambda: not any(_found(folder, one) for one in sentences), PATIENCE)


async def test_ordinary_talk_leaves_no_trace_on_the_disk_after_a_quarter_of_an_hour(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.upkeep.FORGET_SECONDS", 0.1)
    async with guarded(tmp_path) as school:
        for who, text in zip(("mum", "dad", "stranger", "mum"), TALK, strict=True):
            await school.says(who, text)
        await school.tells("mum", TYPED)
        unreadable = {"message_id": "?", "text": "这条更新读不懂但也不能留"}
        school.playground.world.queue.put("message", unreadable)
        await school.settled()
        sentences = (*TALK, TYPED, unreadable["text"])
        assert all(_found(school.folder, one) for one in sentences)
        await school.playground.control.advance(14 * 60)
        await asyncio.sleep(0.3)
        assert _found(school.folder, TALK[0])
        await school.playground.control.advance(2 * 60)
        await _gone(school.folder, *sentences)
        await school.unharmed(aside=1)
    assert not any(_found(school.folder, one) for one in sentences)


async def test_an_incident_keeps_no_more_than_its_number_after_the_retention_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.upkeep.FORGET_SECONDS", 0.1)
    async with guarded(tmp_path) as school:
        control = school.playground.control
        await school.says("clone", SCAM)
        await school.settled()
        await school.says("teacher", "/scam 1")
        await school.settled()
        await control.advance(179 * 86_400)
        await asyncio.sleep(0.3)
        assert _found(school.folder, SCAM)
        await control.advance(2 * 86_400)
        await _gone(school.folder, SCAM)
        columns = (incidents.c.number, incidents.c.state, incidents.c.user, incidents.c.evidence)
        assert await school.rows(*columns) == [(1, "scam", "", {})]
        await school.says("teacher", "/why 1")
        await school.says("dad", SCAM)
        await school.settled()
        assert [row.number for row in await school.rows(incidents.c.number)] == [1, 2]
        await school.unharmed()


async def test_logs_hold_no_words_no_names_and_no_token(tmp_path: Path) -> None:
    async with guarded(tmp_path) as school:
        control, token = school.playground.control, school.playground.token
        for who, text in zip(("mum", "dad", "stranger", "mum"), TALK, strict=True):
            await school.says(who, text)
        await school.tells("mum", f"{TYPED} {token}")
        school.playground.world.queue.put("message", {"message_id": "?", "text": TALK[0]})
        # The server's own words come with the token, the line breaks with the address in hand.
        await control.fault(
            method="sendMessage", status=400, description=f"Bad Request: {token} is odd", times=2
        )
        await control.fault(method="sendMessage", drop="before", times=1)
        await control.fault(method="getUpdates", polls=True, drop="before", times=2)
        await control.fault(method="file", status=404, times=4)
        await school.says("clone", f"{SCAM} {token}", photo={"qr": CODE})
        await school.says("stranger", "看看这个", document={"name": "王丽老师的通知.exe", "text": "MZ"})
        await school.says("teacher", "/status")
        await school.settled()
        users = [user["first_name"] for user in await control.users() if not user["is_bot"]]
        words = (*TALK, TYPED, SCAM[:12], "三(2)班家长群", "通知.exe", token, token.split(":")[1], *users)
        assert "<token>" in school.log.text
        assert not [word for word in words if word in school.log.text]


async def test_a_stop_right_after_a_warning_leaves_nothing_open(tmp_path: Path) -> None:
    """A send begun during the stop would be torn off in the middle of its note."""
    async with unguarded(tmp_path) as school:
        async with on_guard(school):
            await school.says("clone", SCAM, photo={"qr": CODE})
            await school.warned()
        gc.collect()
