"""The guard says truly how it is, on its page and to its operator."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.abilities import Right
from bot.config import Config
from bot.directory import Directory
from bot.events import Membership
from bot.health.ailments import Ailment, Vitals, ailments
from bot.health.pulse import Pulse
from bot.health.watch import Watch
from bot.places import ChatKind, Place
from bot.store import chats
from bot.store.db import Database
from bot.store.tables import inbox, outbox
from tests.fakes import StillClock
from tests.guarded import CODE, SCAM, School, on_guard, unguarded
from tests.ports import free_port


@pytest.mark.parametrize(
    ("vitals", "found"),
    [
        (Vitals(), set()),
        (Vitals(silent={"telegram": 119}), set()),
        (Vitals(silent={"telegram": 121}), {Ailment.DEAF}),
        (Vitals(refused=frozenset({"telegram"})), {Ailment.REFUSED}),
        (Vitals(oldest_in=200.0), {Ailment.BEHIND}),
        (Vitals(oldest_out=301.0), {Ailment.STUCK}),
        (Vitals(disk_free=10_000_000), {Ailment.DISK}),
        (Vitals(usable=False), {Ailment.DATABASE}),
        (Vitals(blind=(3,)), {Ailment.RIGHTS}),
    ],
)
def test_an_ailment_is_told_by_its_signs(vitals: Vitals, found: set[Ailment]) -> None:
    assert ailments(vitals) == found


class Ward:
    """A watch over a database of its own, with an operator to tell."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.clock = StillClock()
        self.pulse = Pulse()
        self.woken = 0
        self.watch = Watch(
            db,
            self.clock,
            Directory(db, self.clock),
            {"telegram": self.pulse},
            operators=(Place("telegram", "42", ChatKind.PRIVATE),),
            language="zh-Hans",
            wake=self._woken,
        )

    def _woken(self) -> None:
        self.woken += 1

    async def looks(self, times: int) -> None:
        for _ in range(times):
            self.clock.advance(seconds=5)
            await self.watch.look()

    async def told(self) -> list[str]:
        async with self.db.read() as tx:
            rows = await tx.execute(outbox.select().order_by(outbox.c.id))
            return [row.payload["text"] for row in rows]


@pytest.fixture
async def ward(tmp_path: Path) -> AsyncIterator[Ward]:
    db = await Database.open(tmp_path / "guard.db")
    yield Ward(db)
    await db.close()


async def test_the_operator_is_told_once_with_the_remedy_and_once_when_it_is_over(ward: Ward) -> None:
    ward.pulse.refuse()
    await ward.looks(10)
    (told,) = await ward.told()
    assert "@BotFather" in told.replace("＠", "@")
    ward.pulse.beat()
    await ward.looks(10)
    assert len(await ward.told()) == 2
    assert ward.woken == 2


async def test_a_full_disk_is_told_as_trouble_of_the_database_though_a_small_write_still_succeeds(
    ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.health.watch._free", lambda _path: 4096)
    await ward.looks(3)
    assert ward.db.trouble is None
    assert {Ailment.DATABASE, Ailment.DISK} <= ward.watch.ailing
    (told,) = await ward.told()
    assert "数据库" in told


async def test_what_passes_within_seconds_worries_nobody(ward: Ward) -> None:
    for _ in range(4):
        ward.pulse.refuse()
        await ward.looks(2)
        ward.pulse.beat()
        await ward.looks(2)
    assert await ward.told() == []


async def test_an_update_that_waits_too_long_is_noticed(ward: Ward) -> None:
    now = int(ward.clock.now().timestamp() * 1000)
    async with ward.db.transaction() as tx:
        await tx.execute(
            inbox.insert().values(
                platform="telegram", update_id="1", lane="-1", body=b"{}", state="waiting", received_at=now
            )
        )
    await ward.looks(1)
    assert ward.watch.well
    ward.clock.advance(seconds=200)
    await ward.looks(1)
    assert Ailment.BEHIND in ward.watch.ailing
    assert not ward.watch.well


async def test_a_group_that_cannot_be_seen_is_counted_but_the_others_are_still_guarded(ward: Ward) -> None:
    async with ward.db.transaction() as tx:
        for number, rights in enumerate(((), (Right.READ_ALL,))):
            chat, _ = await chats.register(tx, Place("telegram", f"-{number}", ChatKind.GROUP, "班"), 0)
            await chats.set_access(tx, chat.id, Membership.MEMBER, rights)
    await ward.looks(1)
    assert ward.watch.ailing == {Ailment.RIGHTS}
    assert ward.watch.well
    assert ward.watch.vitals.groups == 2


class Monitored(School):
    port: int = 0

    @property
    def config(self) -> Config:
        return super().config.model_copy(
            update={"web": Config.model_validate({"web": {"port": self.port}}).web}
        )

    async def page(self, path: str) -> httpx.Response:
        async with httpx.AsyncClient(trust_env=False) as client:
            return await client.get(f"http://127.0.0.1:{self.port}{path}")


@pytest.fixture
async def school(tmp_path: Path) -> AsyncIterator[Monitored]:
    async with unguarded(tmp_path) as plain:
        school = Monitored(plain.playground, plain.folder, plain.log)
        school.port = free_port()
        async with on_guard(school):
            yield school


async def test_a_monitor_sees_that_the_guard_is_well_and_how_soon_it_warned(school: Monitored) -> None:
    await school.says("mum", "今天作业是什么？")
    await school.says("clone", SCAM, photo={"qr": CODE})
    await school.warned()
    await school.settled()
    for path in ("/healthz", "/readyz"):
        answer = await school.page(path)
        assert answer.status_code == 200, answer.text
        assert answer.json()["well"] is True
    figures = (await school.page("/metrics")).text
    assert _figure(figures, 'classguard_judged_total{level="alarm"}') >= 1
    assert _figure(figures, 'classguard_send_seconds_count{priority="alarm"}') >= 1
    assert _figure(figures, 'classguard_events_total{kind="MessageSeen"}') >= 2


async def test_no_page_shows_names_words_or_the_token(school: Monitored) -> None:
    await school.says("clone", SCAM, photo={"qr": CODE})
    await school.warned()
    for path in ("/healthz", "/readyz", "/metrics"):
        text = (await school.page(path)).text
        for secret in (school.playground.token, "王丽", "资料费", "三(2)班", CODE):
            assert secret not in text


async def test_a_taken_port_is_told_and_the_class_is_guarded_all_the_same(tmp_path: Path) -> None:
    async with unguarded(tmp_path) as plain:
        school = Monitored(plain.playground, plain.folder, plain.log)
        other = await asyncio.start_server(lambda _r, _w: None, "127.0.0.1", 0)
        school.port = int(other.sockets[0].getsockname()[1])
        async with other, on_guard(school):
            await school.says("clone", SCAM, photo={"qr": CODE})
            assert await school.warned()
        assert school.log.entries("web_not_served")


def _figure(text: str, name: str) -> float:
    found: list[Any] = [line.split()[-1] for line in text.splitlines() if line.startswith(f"{name} ")]
    return float(found[0]) if found else 0.0
