"""DingTalk calls one person by several numbers: what turns out to be one account is one person, and stays it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import String, insert, select

from bot.events import AccountsJoined, MessageSeen
from bot.places import ChatKind, Place
from bot.platforms.dingtalk import Admin
from bot.platforms.dingtalk import platform as dingtalk
from bot.platforms.dingtalk.known import Known
from bot.platforms.dingtalk.people import OPEN, SENDER, STAFF, People
from bot.platforms.dingtalk.reading import Reader
from bot.playground.dingtalk.naming import open_id, sender, staff
from bot.store import accounts, chats, roster
from bot.store import schools as school_lists
from bot.store.db import Database
from bot.store.schools import Member
from bot.store.tables import (
    fees,
    incidents,
    joined_accounts,
    members,
    metadata,
    protected,
    school_people,
    schools,
    stolen,
    subscriptions,
)
from handlers.memory import Memory
from patterns.model import Duty, Protected, Role
from tests.dingtalk_class import Ding, ding_class, without_pacing
from tests.fakes import until
from tests.guarded import CODE, MORNING, PATIENCE
from tests.opened import for_each_test

OLD, NEW = "ding:id:$:LWCP_v1:$abc", "ding:staff:0123"
DEMAND = "各位家长，明天前请扫码交资料费85元，交完发截图"

unpaced = pytest.fixture(without_pacing, autouse=True)
school = for_each_test(ding_class)


async def registered_by_reply(school: Ding) -> None:
    """The deputy says something, and an admin answers it: the robot is told one number of the deputy's alone."""
    number = await school.says("deputy", "明天春游，每人带一瓶水")
    await school.asks("teacher", "/老师 添加 陈主任", reply_to=number)
    assert await school.said(contains="陈主任", wait=PATIENCE)
    await school.settled()


async def accounts_of(school: Ding) -> list[list[str]]:
    return [row.users for row in await school.rows(protected.c.users)]


async def test_a_teacher_registered_by_a_reply_is_the_one_who_names_the_robot(school: Ding) -> None:
    deputy = school.playground.world.user("deputy")
    async with school.on_guard():
        await registered_by_reply(school)
        assert await accounts_of(school) == [[f"{SENDER}{sender(deputy)}"]]
        await school.asks("deputy", "/状态")
        await school.settled()
        assert await accounts_of(school) == [[f"{STAFF}{staff(deputy)}"]]


async def test_the_two_are_one_after_a_restart_too_and_are_not_registered_twice(school: Ding) -> None:
    deputy = school.playground.world.user("deputy")
    async with school.on_guard():
        await registered_by_reply(school)
        await school.tells("deputy", "/帮助")
        await school.settled()
    async with school.on_guard():
        await registered_by_reply(school)
        assert await accounts_of(school) == [[f"{STAFF}{staff(deputy)}"]]
        number = await school.says("deputy", "带好雨衣")
        await school.asks("teacher", "/老师 删除", reply_to=number)
        await school.settled()
        assert await accounts_of(school) == []


async def test_who_was_registered_by_a_reply_is_not_accused_of_posing_as_themselves(school: Ding) -> None:
    async with school.on_guard():
        await registered_by_reply(school)
    async with school.on_guard(school.config(feed=True)) as guard:
        platform = guard.router.platforms["dingtalk"]
        assert isinstance(platform, dingtalk.DingTalk)
        await until(lambda: platform.heard, PATIENCE)
        # Both streams tell of this one: the robot's with two numbers, the admin's with a third.
        await school.asks("deputy", "大家早上好")
        deputy = school.playground.world.user("deputy")
        await _until_stored(school, {f"{SENDER}{sender(deputy)}", f"{OPEN}{open_id(deputy)}"})
        await school.says("deputy", photo={"qr": CODE}, caption=DEMAND)
        (warning,) = await school.said(contains="👉", wait=PATIENCE)
        assert "冒充" not in warning, (
            "an unregistered code under a registered account: to be asked about, no more"
        )
        await school.says("clone", photo={"qr": CODE}, caption=DEMAND)
        assert await school.said(contains="冒充", wait=PATIENCE), "the clone has no number of the teacher's"


async def _until_stored(school: Ding, numbers: set[str]) -> None:
    assert school.guard is not None
    db = school.guard.router.db
    async with asyncio.timeout(PATIENCE):
        while True:
            async with db.read() as tx:
                if numbers <= set(await accounts.joined(tx, "dingtalk")):
                    return
            await school.settled()


async def test_an_admin_named_by_one_number_steers_by_the_other(school: Ding) -> None:
    teacher = school.playground.world.user("teacher")
    named = [{"name": "王丽老师", "ids": [f"id:{sender(teacher)}"]}]
    async with school.on_guard(school.config(admins=named)):
        await school.asks("teacher", "/模式 守护")
        await school.settled()
        assert any("只能提醒" in text for text in await school.said())


# --- which number is kept ---------------------------------------------------------------------------


def test_what_one_can_be_written_to_by_is_kept_and_what_the_operator_wrote_down_before_all() -> None:
    people = People([Admin("王丽老师", (f"{OPEN}1",))])
    assert people.joined(f"{SENDER}2", f"{STAFF}2") == (f"{STAFF}2", f"{SENDER}2")
    assert people.joined(f"{STAFF}1", f"{OPEN}1") == (f"{OPEN}1", f"{STAFF}1")
    people.learn({f"{STAFF}1": f"{OPEN}1"})
    assert people.person(f"{STAFF}1", "").role is Role.ADMIN
    assert people.staff(f"{OPEN}1") == "1"
    assert people.joined(f"{STAFF}1", f"{OPEN}1") is None


def test_numbers_meet_over_a_third_one() -> None:
    people = People()
    people.learn({f"{OPEN}3": f"{SENDER}3"})
    assert people.joined(f"{STAFF}3", f"{SENDER}3") == (f"{STAFF}3", f"{SENDER}3")
    people.learn({f"{SENDER}3": f"{STAFF}3"})
    assert people.person(f"{OPEN}3", "").id == f"{STAFF}3"


def test_two_members_of_the_organisation_are_never_one_person() -> None:
    people = People([Admin("王丽老师", (f"{STAFF}1",)), Admin("陈主任", (f"{OPEN}2",))])
    people.learn({f"{SENDER}5": f"{STAFF}5"})
    assert people.joined(f"{STAFF}6", f"{SENDER}5") is None
    assert people.joined(f"{STAFF}1", f"{OPEN}2") is None


@pytest.mark.parametrize(
    "told",
    [
        {"senderStaffId": "0123", "senderId": "$:LWCP_v1:$abc"},
        {"senderStaffId": "9", "text": {"content": "", "repliedMsg": {"senderId": "$:LWCP_v1:$abc", "senderStaffId": "0123"}}},
        {"senderStaffId": "9", "atUsers": [{"dingtalkId": "$:LWCP_v1:$abc", "staffId": "0123"}]},
    ],
)  # fmt: skip
def test_wherever_a_callback_tells_both_numbers_they_are_joined(told: dict[str, object]) -> None:
    people = People()
    reader = Reader("dingtalk", "班级卫士", people, Known())
    whole = {
        "conversationId": "cid",
        "conversationType": "2",
        "msgtype": "text",
        "msgId": "m",
        "text": {},
    } | told
    joined, seen = reader._callback(whole, MORNING)
    assert joined == AccountsJoined("dingtalk", NEW, OLD, MORNING)
    assert isinstance(seen, MessageSeen)
    people.learn({OLD: NEW})
    assert len(reader._callback(whole, MORNING)) == 1, "what is known is no news"


# --- what is kept of them ---------------------------------------------------------------------------


@pytest.fixture
async def db(tmp_path: Path) -> AsyncIterator[Database]:
    db = await Database.open(tmp_path / "classguard.db")
    yield db
    await db.close()


async def test_everything_known_of_the_one_number_is_known_of_the_other(db: Database) -> None:
    at = MORNING
    async with db.transaction() as tx:
        group, _ = await chats.register(tx, Place("dingtalk", "group:1", ChatKind.GROUP), 1)
        private, _ = await chats.register(tx, Place("dingtalk", OLD, ChatKind.PRIVATE), 1)
        await roster.add(tx, group.id, Protected("陈主任", frozenset({OLD})), OLD, at)
        seen = {"chat_id": group.id, "first_seen_at": 1, "last_seen_at": 1, "messages": 3}
        await tx.execute(insert(members).values(member_mark="old", account="00", **seen))
        await tx.execute(insert(stolen).values(chat_id=group.id, user=OLD, undo_by=OLD, marked_at=1))
        await tx.execute(insert(stolen).values(chat_id=group.id, user=NEW, name="陈主任", marked_at=1))
        subscribed = {"chat_id": group.id, "user": OLD, "private_chat_id": private.id, "since": 1}
        await tx.execute(insert(subscriptions).values(**subscribed))
        await tx.execute(insert(incidents).values(**_incident(group.id)))
        await tx.execute(insert(fees).values(**_fee(group.id)))
        await tx.execute(insert(schools).values(id=1, name="学校", made_at=1))
        listed = {"school_id": 1, "name": "陈主任", "duty": "teacher"}
        await tx.execute(insert(school_people).values(accounts=[f"dingtalk:{OLD}"], **listed))
        assert await accounts.join(tx, "dingtalk", NEW, OLD, {"old": "new"}, at) == private.id
    async with db.read() as tx:
        assert (await roster.load(tx, group.id))[0].person.ids == {NEW}
        member = (await tx.execute(select(members))).one()
        assert (member.member_mark, member.account, member.messages) == ("new", "", 3)
        assert [row.name for row in await tx.execute(select(stolen))] == ["陈主任"]
        assert (await tx.execute(select(subscriptions))).one().user == NEW
        incident = (await tx.execute(select(incidents))).one()
        assert (incident.user, incident.subject, incident.decided_by) == (NEW, f"user:{NEW}", NEW)
        assert (await tx.execute(select(fees))).one().proposed_by == NEW, "nobody agrees with themselves"
        assert (await tx.execute(select(school_people))).one().accounts == [f"dingtalk:{NEW}"]
        moved = await chats.get(tx, private.id)
        assert moved is not None and moved.place.address == NEW
        assert await accounts.joined(tx, "dingtalk") == {OLD: NEW}
        assert await accounts.joined(tx, "onebot") == {}


async def test_where_both_were_written_to_what_was_subscribed_to_is_said_at_the_one_that_stays(
    db: Database,
) -> None:
    async with db.transaction() as tx:
        group, _ = await chats.register(tx, Place("dingtalk", "group:1", ChatKind.GROUP), 1)
        old, _ = await chats.register(tx, Place("dingtalk", OLD, ChatKind.PRIVATE), 1)
        new, _ = await chats.register(tx, Place("dingtalk", NEW, ChatKind.PRIVATE), 1)
        subscribed = {"chat_id": group.id, "user": OLD, "private_chat_id": old.id, "since": 1}
        await tx.execute(insert(subscriptions).values(**subscribed))
        for _ in range(2):
            assert await accounts.join(tx, "dingtalk", NEW, OLD, {}, MORNING) is None
        assert (await tx.execute(select(subscriptions.c.private_chat_id))).scalar_one() == new.id


async def test_whoever_is_registered_under_the_other_number_afterwards_is_the_same_person(
    db: Database,
) -> None:
    async with db.transaction() as tx:
        group, _ = await chats.register(tx, Place("dingtalk", "group:1", ChatKind.GROUP), 1)
        elsewhere, _ = await chats.register(tx, Place("onebot", "1", ChatKind.GROUP), 1)
        await accounts.join(tx, "dingtalk", NEW, OLD, {}, MORNING)
        for chat in (group, elsewhere):
            await roster.add(tx, chat.id, Protected("陈主任", frozenset({OLD, "ding:id:2"})), NEW, MORNING)
        assert (await roster.load(tx, group.id))[0].person.ids == {NEW, "ding:id:2"}
        assert (await roster.load(tx, elsewhere.id))[0].person.ids == {OLD, "ding:id:2"}, "nobody's there"


@pytest.mark.parametrize(
    "written", ["dingtalk:ding:id:$:LWCP_v1:$abc", "dingtalk:id:$:LWCP_v1:$abc", "ding:id:$:LWCP_v1:$abc"]
)
@pytest.mark.parametrize("late", [True, False])
async def test_a_school_list_names_the_same_person_however_and_whenever_it_was_written(
    db: Database, written: str, late: bool
) -> None:
    listed = Member("陈主任", Duty.TEACHER, accounts=(written, "telegram:7"))
    async with db.transaction() as tx:
        one = await school_lists.make(tx, "学校", MORNING)
        if late:
            await accounts.join(tx, "dingtalk", NEW, OLD, {}, MORNING)
        people = await accounts.by_the_numbers_used(tx, [listed])
        await school_lists.replace(tx, one.id, people, (), ())
        if not late:
            await accounts.join(tx, "dingtalk", NEW, OLD, {}, MORNING)
        (known,) = await school_lists.people(tx, one.id)
    assert known.person.ids == {NEW, "7"}


def _incident(chat: int) -> dict[str, object]:
    moments = {"opened_at": 1, "updated_at": 1, "closes_at": 1}
    return {"chat_id": chat, "number": 1, "subject": f"user:{OLD}", "user": OLD, "level": 3, "decided_by": OLD} | moments  # fmt: skip


def _fee(chat: int) -> dict[str, object]:
    payee = {"payee_kind": "name", "payee_label": "学校", "until": "2026-12-01"}
    return {"chat_id": chat, "number": 1, "what": "春游", "amount": "85", "proposed_by": OLD, "proposed_at": 1} | payee  # fmt: skip


def test_no_column_that_holds_an_account_is_forgotten() -> None:
    others = {"address", "picture", "other", "goes_by", "lane", "update_id", "cursor", "name", "payload", "message_id", "key", "value"}  # fmt: skip
    long = {
        column.name
        for table in metadata.sorted_tables
        for column in table.c
        if isinstance(column.type, String) and column.type.length == 128
    }
    assert long - others <= accounts.ACCOUNTS
    assert joined_accounts.c.goes_by.name in long


def test_what_is_remembered_of_a_member_goes_on_under_their_number() -> None:
    memory = Memory(lambda text: f"mark of {text}")
    early: datetime = MORNING
    memory.hear(1, OLD, "陈主任", early)
    memory.hear(2, OLD, "陈主任", early)
    memory.hear(2, NEW, "陈主任", early)
    memory.join(NEW, OLD)
    assert memory.met(1, NEW) and not memory.met(1, OLD)
    assert memory.standing(1, NEW, early).messages == 1
    assert memory.size == 2
