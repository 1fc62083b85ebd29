"""Who may do what: every command, every kind of person, typed and pressed, in the group and in private."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.actions import Answer, Ban, Delete, Edit, Mute, Recall, Say
from bot.store import admins, incidents, subscriptions
from bot.store.admins import Admin
from bot.store.tables import metadata
from handlers.commands import commands
from patterns.model import Level, Message, Person, Role, Station
from tests.group_chat import (
    ADMIN,
    LINKED_CHANNEL,
    NOBODY_IN_PARTICULAR,
    OWNER,
    PARENT,
    STRANGER,
    GroupChat,
    group_chat,
    said,
)

SUBSCRIBED = Person("202", "小明爸爸")
TEACHER = Person("300", "李老师")
FORMER = Person("102", "前管理员", role=Role.ADMIN)
OTHER_BOT = Person("43", "别的机器人", station=Station.BOT)
# A member who says of themselves to be what they are not.
NAMESAKE = Person("667", OWNER.name, OWNER.username, tag="群主", role=Role.OWNER)
CHANNEL = Person("136817688", "王丽老师", station=Station.CHANNEL)
CHANNEL_OF_AN_ADMINS_NUMBER = Person(ADMIN.id, ADMIN.name, station=Station.CHANNEL)

MAY = {"owner": OWNER, "admin": ADMIN, "anonymous admin": NOBODY_IN_PARTICULAR}
MAY_NOT = {
    "parent": PARENT,
    "subscribed parent": SUBSCRIBED,
    "teacher without rights": TEACHER,
    "stranger": STRANGER,
    "former admin": FORMER,
    "namesake of the owner": NAMESAKE,
    "linked channel": LINKED_CHANNEL,
    "foreign channel": CHANNEL,
    "channel that has an admin's number": CHANNEL_OF_AN_ADMINS_NUMBER,
    "other bot": OTHER_BOT,
}

# What each command is tried with. A new command needs its line here.
TRIED = {
    "panel": "mode observe",
    "ask": "fee school called",
    "privacy": "",
    "forgetme": "yes",
    "setup": "",
    "teacher": "add 某老师",
    "payee": "add 6222021234567890128",
    "fee": "close 1",
    "domain": "add pay.school.example",
    "mode": "observe",
    "language": "en",
    "timezone": "London",
    "tips": "off",
    "quiz": "off",
    "answer": "quiz:1:who:0 1",
    "letter": "send",
    "bulletin": "1",
    "cases": "",
    "poster": "",
    "digest": "off",
    "drill": "consent 张校长",
    "would": "ask 1",
    "read": "",
    "scam": "1",
    "safe": "1",
    "mute": "1",
    "delete": "1",
    "ban": "1",
    "undo": "1",
    "unsure": "1",
    "incidents": "",
    "report": "",
    "appeal": "",
    "evidence": "1",
    "simulate": "",
    "status": "",
    "help": "",
    "id": "",
    "start": "",
    "subscribe": "",
    "unsubscribe": "",
    "check": "",
    "stolen": "",
    "verify": "setup",
    "why": "1",
    "paid": "",
    "enlist": "1 300",
    "known": "yes 1",
    "link": "ABCD-2345",
    "school": "make 阳光小学",
    "members": "alike",
}
GUARDED = sorted(name for name, command in commands().items() if command.admin)
OPEN_TO_ALL = sorted(name for name, command in commands().items() if not command.admin)
# What they keep is the asker's own.
OWN_BUSINESS = frozenset({"members", "reports", "subscriptions", "dialogues", "letter_readers"})


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[GroupChat]:
    async with group_chat(tmp_path) as open_room:
        room = open_room
        private = await room.private(SUBSCRIBED)
        async with room.db.transaction() as tx:
            known = [Admin(one.id, one.name, one is OWNER, True) for one in (OWNER, ADMIN, FORMER)]
            await admins.replace(tx, room.chat.id, known, room.now)
            await admins.replace(tx, room.chat.id, known[:2], room.now + timedelta(hours=1))
            await subscriptions.subscribe(tx, room.chat.id, SUBSCRIBED.id, private.id, room.now)
            opened = await incidents.open_(
                tx, room.chat.id, "user:666", STRANGER.id, STRANGER.name, "9", room.now
            )
            await incidents.save(tx, replace(opened, level=int(Level.ALARM)))
        yield room


async def everything(room: GroupChat) -> dict[str, list[tuple[object, ...]]]:
    """All that is stored, apart from what only carries messages."""
    async with room.db.read() as tx:
        return {
            table.name: [tuple(row) for row in await tx.execute(select(table))]
            for table in metadata.sorted_tables
            if table.name not in {"inbox", "outbox", "cursors"}
        }


def test_every_command_is_tried() -> None:
    assert set(TRIED) == set(commands())


def test_whatever_changes_a_group_is_for_its_admins() -> None:
    assert set(GUARDED) == {
        "setup", "teacher", "payee", "domain", "stolen", "mode", "language", "timezone", "tips", "quiz", "letter", "poster", "digest", "drill", "bulletin",
        "scam", "safe", "mute", "delete", "ban", "undo", "unsure", "incidents", "evidence", "simulate",
        "panel", "members",
    }  # fmt: skip


@pytest.mark.parametrize("name", GUARDED)
async def test_admins_may(room: GroupChat, name: str) -> None:
    for who, person in MAY.items():
        cited = Message("9", TEACHER, "大家好")
        answer = await room.says(person, f"/{name} {TRIED[name]}", cited=cited)
        assert answer, who
        assert "只有本群管理员" not in said(answer), who


@pytest.mark.parametrize("name", GUARDED)
async def test_nobody_else_may_by_typing(room: GroupChat, name: str) -> None:
    before = await everything(room)
    for who, person in MAY_NOT.items():
        actions = await room.says(person, f"/{name} {TRIED[name]}", cited=Message("9", TEACHER, "大家好"))
        if person.station is Station.BOT:
            assert actions == [], "bots are not talked to"
            continue
        assert [type(one) for one in actions] == [Say], who
        assert "只有本群管理员" in said(actions), who
    assert await everything(room) == before


@pytest.mark.parametrize("name", GUARDED)
async def test_nobody_else_may_by_pressing(room: GroupChat, name: str) -> None:
    before = await everything(room)
    for who, person in MAY_NOT.items():
        actions = await room.presses(person, f"/{name} {TRIED[name]}")
        assert [type(one) for one in actions] == [Answer], who
        assert "只有本群管理员" in said(actions), who
    assert await everything(room) == before


@pytest.mark.parametrize("name", GUARDED)
async def test_nothing_is_changed_from_a_strangers_private_chat(room: GroupChat, name: str) -> None:
    private = {person.id: await room.private(person) for person in (PARENT, STRANGER, FORMER, NAMESAKE)}
    before = await everything(room)
    for person in (PARENT, STRANGER, FORMER, NAMESAKE):
        for args in (TRIED[name], "#1", "#1 0", f"{room.chat.id} {TRIED[name]}"):
            chat = private[person.id]
            actions = await room.says(person, f"/{name} {args}", chat=chat)
            actions += await room.presses(person, f"/{name} {args}", chat=chat)
            assert not [one for one in actions if isinstance(one, Mute | Ban | Delete | Recall)]
            assert all(one.chat == chat.id for one in actions if isinstance(one, Say))
    after = await everything(room)
    own = {chat.id for chat in private.values()}
    # In their own chat they may choose their own language.
    after["settings"] = [row for row in after["settings"] if row[0] not in own]
    assert after == before


@pytest.mark.parametrize("name", OPEN_TO_ALL)
async def test_what_is_open_to_all_changes_nothing_of_the_group(room: GroupChat, name: str) -> None:
    before = await everything(room)
    for person in (PARENT, STRANGER, FORMER, LINKED_CHANNEL):
        actions = await room.says(person, f"/{name} {TRIED[name]}")
        actions += await room.presses(person, f"/{name} {TRIED[name]}")
        assert not [one for one in actions if isinstance(one, Mute | Ban | Delete | Recall | Edit)]
    after = await everything(room)
    assert {table: rows for table, rows in after.items() if table not in OWN_BUSINESS} == {
        table: rows for table, rows in before.items() if table not in OWN_BUSINESS
    }


async def test_refusals_are_not_repeated_to_the_same_person_within_a_minute(room: GroupChat) -> None:
    keys = {
        one.key for _ in range(20) for one in await room.says(PARENT, "/mode guard") if isinstance(one, Say)
    }
    assert len(keys) == 1, "the outbox keeps one message a key"
    others = {one.key for one in await room.says(STRANGER, "/mode guard") if isinstance(one, Say)}
    assert not keys & others
    room.now += timedelta(seconds=60)
    later = {one.key for one in await room.says(PARENT, "/mode guard") if isinstance(one, Say)}
    assert not keys & later


async def test_an_admin_of_one_group_is_nobody_in_another(room: GroupChat) -> None:
    other = await room.another("四(1)班", keepers=(PARENT,))
    assert "只有本群管理员" in said(await room.says(PARENT, "/mode observe"))
    assert "只有本群管理员" not in said(await room.says(PARENT, "/mode observe", chat=other))
    assert (await room.group()).settings["mode"] == "warn"


async def test_who_stopped_being_an_admin_between_seeing_a_button_and_pressing_it_may_no_more(
    room: GroupChat,
) -> None:
    async with room.db.transaction() as tx:
        await admins.replace(tx, room.chat.id, [Admin(OWNER.id, OWNER.name, True, True)], room.now)
    (answer,) = await room.presses(ADMIN, "/mode observe")
    assert isinstance(answer, Answer)
    assert answer.alert
    assert (await room.group()).settings["mode"] == "warn"
