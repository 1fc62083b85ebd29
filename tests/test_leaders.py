"""An account in trouble on one platform: the admins of its groups hear of it on another, where they are known."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot import unheard
from bot.directory import Directory
from bot.events import Membership
from bot.health.pulse import Pulse
from bot.health.watch import Watch
from bot.places import Chat, ChatKind, Place
from bot.store import admins, chats, roster, schools
from bot.store.admins import Admin
from bot.store.db import Database
from bot.store.moments import milliseconds
from bot.store.schools import Member
from bot.store.tables import outbox
from patterns.model import Duty, Protected
from tests.fakes import StillClock

GROUP = Place("onebot", "group:5", ChatKind.GROUP, "三(2)班家长群")
ON_QQ, ON_TELEGRAM = "qq:10", "10"


@dataclass
class Ward:
    """A class on QQ whose teacher has written to the bot on Telegram, and somebody else there."""

    db: Database
    group: Chat
    private: Chat
    clock: StillClock
    pulse: Pulse
    watch: Watch
    silenced: bool = False

    async def knows(self, *accounts: str) -> None:
        async with self.db.transaction() as tx:
            teacher = Protected("王丽老师", frozenset(accounts), duty=Duty.TEACHER)
            await roster.add(tx, self.group.id, teacher, ON_QQ, self.clock.now())

    async def looks(self, times: int = 4) -> None:
        for _ in range(times):
            self.clock.advance(seconds=5)
            await self.watch.look()

    async def told(self, chat: Chat | None = None) -> list[str]:
        async with self.db.read() as tx:
            rows = await tx.execute(outbox.select().order_by(outbox.c.id))
            return [row.payload["text"] for row in rows if row.chat_id == (chat or self.private).id]


@pytest.fixture
async def ward(tmp_path: Path) -> AsyncIterator[Ward]:
    db = await Database.open(tmp_path / "guard.db")
    clock = StillClock()
    now = milliseconds(clock.now())
    async with db.transaction() as tx:
        group, _ = await chats.register(tx, GROUP, now)
        await chats.set_access(tx, group.id, Membership.ADMIN, frozenset())
        await admins.replace(tx, group.id, [Admin(ON_QQ, "王丽老师", owner=True)], clock.now())
        private, _ = await chats.register(tx, Place("telegram", ON_TELEGRAM, ChatKind.PRIVATE), now)
        await chats.register(tx, Place("telegram", "11", ChatKind.PRIVATE), now)
    made: list[Ward] = []
    pulse = Pulse(lambda: made[0].silenced)
    pulses = {"onebot": pulse, "telegram": Pulse()}
    watch = Watch(
        db, clock, Directory(db, clock), pulses, operators=(), language="zh-Hans", wake=lambda: None
    )
    made.append(Ward(db, group, private, clock, pulse, watch))
    yield made[0]
    await db.close()


async def test_a_warning_nobody_saw_on_qq_is_told_to_its_admins_on_telegram_too(ward: Ward) -> None:
    await ward.knows(ON_QQ, ON_TELEGRAM)
    for _ in range(2):
        async with ward.db.transaction() as tx:
            await unheard.tell(tx, "incident:1:public:0", ward.group, ward.clock.now())
    (told,) = await ward.told()
    assert "三(2)班家长群" in told and "没人看得到" in told


async def test_who_leads_a_group_on_a_silenced_account_hears_of_it_once_and_of_its_end(ward: Ward) -> None:
    await ward.knows(ON_QQ, ON_TELEGRAM)
    ward.silenced = True
    await ward.looks(8)
    (told,) = await ward.told()
    assert "QQ" in told and "三(2)班家长群" in told and "打电话核实" in told
    ward.silenced = False
    await ward.looks(8)
    assert "又有守护了" in (await ward.told())[-1] and len(await ward.told()) == 2


async def test_an_account_that_is_not_accepted_any_more_is_told_of_in_the_same_way(ward: Ward) -> None:
    await ward.knows(ON_QQ, ON_TELEGRAM)
    ward.pulse.refuse()
    await ward.looks()
    assert len(await ward.told()) == 1


async def test_the_schools_roster_joins_accounts_as_well_as_the_groups(ward: Ward) -> None:
    async with ward.db.transaction() as tx:
        school = await schools.make(tx, "阳光小学", ward.clock.now())
        await schools.join(tx, school.id, ward.group.id)
        teacher = Member("王丽老师", Duty.TEACHER, accounts=("qq:10", "telegram:10"))
        await schools.replace(tx, school.id, (teacher,), (), frozenset())
        await unheard.tell(tx, "incident:1:public:0", ward.group, ward.clock.now())
    assert len(await ward.told()) == 1


async def test_nobody_who_is_no_admin_of_the_group_is_told_of_its_trouble(ward: Ward) -> None:
    await ward.knows("qq:77", ON_TELEGRAM)
    ward.silenced = True
    await ward.looks()
    async with ward.db.transaction() as tx:
        await unheard.tell(tx, "incident:1:public:0", ward.group, ward.clock.now())
    assert await ward.told() == []
