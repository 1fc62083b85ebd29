"""Groups are kept in memory, and never as they were before a change."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path

import pytest
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.abilities import Right
from bot.events import Membership
from bot.groups import Groups
from bot.places import Chat, ChatKind, Place
from bot.store import (
    admins,
    chats,
    incidents,
    pardons,
    payees,
    portraits,
    roster,
    schools,
    settings,
    stolen,
    subscriptions,
)
from bot.store.db import Database
from handlers import loading
from handlers.group import Group
from patterns.model import Duty, Protected
from tests.fakes import until
from tests.group_chat import ME, NOON, mark

FIRST, SECOND = (Chat(number, Place("telegram", f"-{number}", ChatKind.GROUP, "班")) for number in (1, 2))


@dataclass
class Shelf:
    """Groups whose reading can be held up half-way."""

    db: Database
    read: list[int] = field(default_factory=list)
    go_on: asyncio.Event = field(default_factory=asyncio.Event)

    async def load(self, tx: AsyncConnection, chats: Sequence[Chat]) -> Mapping[Chat, Group]:
        self.read += [chat.id for chat in chats]
        found = await loading.load(tx, dict.fromkeys(chats, ME), mark)
        await self.go_on.wait()
        return found


@pytest.fixture
async def shelf(where: Path | URL) -> AsyncIterator[Shelf]:
    db = await Database.open(where)
    yield Shelf(db)
    await db.close()


@pytest.mark.parametrize(("changed", "times"), [(FIRST, 2), (SECOND, 1)])
async def test_what_changed_while_it_was_read_is_read_again_and_nothing_else(
    shelf: Shelf, changed: Chat, times: int
) -> None:
    groups = Groups(shelf.db, shelf.load)
    reading = asyncio.create_task(groups.of(FIRST))
    await until(lambda: shelf.read)
    groups.forget([changed.id])
    shelf.go_on.set()
    await reading
    await groups.of(FIRST)
    assert shelf.read == [FIRST.id] * times


async def test_many_groups_asked_for_at_once_are_as_when_each_is_asked_for_alone(shelf: Shelf) -> None:
    shelf.go_on.set()
    chats = [await _furnished(shelf.db, number) for number in range(3)]
    alone = [await Groups(shelf.db, shelf.load).of(chat) for chat in chats]
    shelf.read.clear()
    together = await asyncio.gather(*map(Groups(shelf.db, shelf.load).of, chats))
    assert [_told(group) for group in together] == [_told(group) for group in alone]
    assert len({_told(group) for group in together}) == 3
    assert shelf.read == [chat.id for chat in chats]


async def _furnished(db: Database, number: int) -> Chat:
    """A class with something of its own in everything that is read of it."""
    place = Place("telegram", f"-10{number}", ChatKind.GROUP, f"三({number})班")
    async with db.transaction() as tx:
        chat, _ = await chats.register(tx, place, 0)
        parent, _ = await chats.register(tx, Place("telegram", "9", ChatKind.PRIVATE), 0)
        await settings.choose(tx, chat.id, "mode", ("warn", "guard", "observe")[number])
        await admins.replace(tx, chat.id, [admins.Admin(f"1{number}", "陈主任", owner=True)], NOON)
        await roster.add(tx, chat.id, Protected(f"王{number}老师", ids=frozenset({f"2{number}"})), "1", NOON)
        await portraits.note(tx, portraits.Account("telegram", f"2{number}"), "a", f"face{number}", NOON)
        await payees.add(tx, chat.id, payees.Payee(payees.NAME, f"第{number}小学"), "1", NOON)
        await payees.add_hosts(tx, chat.id, [f"school{number}.example"], NOON)
        await pardons.grant(tx, chat.id, [pardons.Pardon(f"3{number}", "name", "mark", 2)], "1", NOON)
        found = await incidents.open_(tx, chat.id, f"user:5{number}", f"5{number}", "王丽老师", "5", NOON)
        await pardons.confirm(tx, chat.id, [f"scam{number}"], found.id, NOON)
        await stolen.mark(tx, chat.id, f"2{number}", "王老师", NOON)
        await subscriptions.subscribe(tx, chat.id, "9", parent.id, NOON)
        await chats.set_access(tx, chat.id, Membership.ADMIN, frozenset({Right.DELETE}))
        school = await schools.make(tx, f"学校{number}", NOON)
        await schools.join(tx, school.id, chat.id)
        teacher = schools.Member(f"李{number}主任", Duty.OFFICE, accounts=(f"telegram:4{number}",))
        await schools.replace(tx, school.id, [teacher], [], [f"district{number}.example"])
    return chat


def _told(found: Group) -> str:
    """Everything of a group but its functions, which are never equal."""
    return repr(
        (
            *(getattr(found, field.name) for field in fields(found) if field.name not in ("context", "mark")),
            sorted(found.context.payees),
            sorted(found.context.domains),
            found.context.stolen,
            found.context.title,
        )
    )
