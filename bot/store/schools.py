"""Schools: the groups joined into one, the roster, payees and addresses all of them have, the scams all of them know."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import case, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.places import MARKS, platform_kind
from bot.store.moments import milliseconds
from bot.store.payees import Payee
from bot.store.tables import (
    school_domains,
    school_groups,
    school_payees,
    school_people,
    schools,
    shared_marks,
)
from bot.store.upserts import insert as upsert
from patterns.model import Duty, Protected

VOICES = 2
# The platforms meant by a word in a list: a QQ number and an official bot's open id are both written "qq:" there.
_MEANT = {"qq": ("onebot", "qq"), "qqbot": ("qq",), "ding": ("dingtalk",)}
# The kind of the timer by which a running guard hears that a group's school has changed: after serving
# it in the group, it reads the group anew.
CHANGED = "school_changed"


@dataclass(frozen=True, slots=True)
class School:
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody on a school's roster; `accounts` are numbers as `/id` tells them, behind their platform: "telegram:123".
    `id` is known once stored.
    """

    name: str
    duty: Duty
    aliases: tuple[str, ...] = ()
    school_class: str = ""
    accounts: tuple[str, ...] = ()
    id: int = field(default=0, compare=False)

    @property
    def person(self) -> Protected:
        """As every group of the school knows them, whatever its platform."""
        ids = frozenset(number for account in self.accounts for _, number in _numbers(account))
        return Protected(self.name, ids, self.aliases, self.duty, school_class=self.school_class)

    def on(self, platform: str) -> frozenset[str]:
        """The numbers they have there."""
        told = (one for account in self.accounts for one in _numbers(account))
        return frozenset(number for where, number in told if where == platform_kind(platform))


def _numbers(account: str) -> Iterator[tuple[str, str]]:
    """An account of a list as each platform that may be meant and its number inside."""
    word, _, number = account.partition(":")
    for platform in _MEANT.get(platform_kind(word), (platform_kind(word),)):
        mark = MARKS.get(platform, f"{platform}:")
        yield platform, number if number.startswith(mark) else f"{mark}{number}"


def renumbered(account: str, platform: str, goes_by: Mapping[str, str]) -> str:
    """An account of a list by the number it goes by there."""
    for where, number in _numbers(account):
        if where == platform_kind(platform) and number in goes_by:
            return f"{account.partition(':')[0]}:{goes_by[number]}"
    return account


async def named(tx: AsyncConnection, name: str) -> School | None:
    row = (await tx.execute(select(schools.c.id, schools.c.name).where(schools.c.name == name))).first()
    return None if row is None else School(*row)


async def numbered(tx: AsyncConnection, number: str) -> School | None:
    """The one a button or a line names; None when there is no such school any more."""
    return next((one for one in await every(tx) if str(one.id) == number), None)


async def meant(tx: AsyncConnection, typed: str) -> School | None:
    """The one of this number or name; where none is named, the only one there is."""
    found = await every(tx)
    if not typed:
        return found[0] if len(found) == 1 else None
    return next((one for one in found if typed in (str(one.id), one.name)), None)


async def every(tx: AsyncConnection) -> tuple[School, ...]:
    rows = await tx.execute(select(schools.c.id, schools.c.name).order_by(schools.c.name))
    return tuple(School(*row) for row in rows)


async def make(tx: AsyncConnection, name: str, now: datetime) -> School:
    values = {"name": name, "made_at": milliseconds(now)}
    key = (await tx.execute(insert(schools).values(values))).inserted_primary_key
    assert key is not None
    return School(int(key[0]), name)


async def of_group(tx: AsyncConnection, chat: int) -> School | None:
    return (await of_groups(tx, [chat])).get(chat)


async def of_groups(tx: AsyncConnection, chats: Collection[int]) -> dict[int, School]:
    """The school of each of these groups; those that belong to none are left out."""
    rows = await tx.execute(
        select(school_groups.c.chat_id, schools.c.id, schools.c.name)
        .join(school_groups, school_groups.c.school_id == schools.c.id)
        .where(school_groups.c.chat_id.in_(chats))
    )
    return {chat: School(*school) for chat, *school in rows}


async def groups(tx: AsyncConnection, school: int) -> tuple[int, ...]:
    found = select(school_groups.c.chat_id).where(school_groups.c.school_id == school)
    return tuple((await tx.execute(found.order_by(school_groups.c.chat_id))).scalars())


async def join(tx: AsyncConnection, school: int, chat: int) -> None:
    """A group belongs to one school at a time."""
    await tx.execute(delete(school_groups).where(school_groups.c.chat_id == chat))
    await tx.execute(insert(school_groups).values(chat_id=chat, school_id=school))


async def leave(tx: AsyncConnection, chat: int) -> bool:
    """Whether it belonged to one."""
    return (await tx.execute(delete(school_groups).where(school_groups.c.chat_id == chat))).rowcount > 0


async def replace(
    tx: AsyncConnection,
    school: int,
    people: Iterable[Member],
    payees: Iterable[Payee],
    hosts: Iterable[str],
) -> None:
    """A new roster, new payees and addresses in the place of all there were."""
    for table in (school_people, school_payees, school_domains):
        await tx.execute(delete(table).where(table.c.school_id == school))
    for person in people:
        values = {
            "name": person.name,
            "aliases": list(person.aliases),
            "accounts": list(person.accounts),
            "duty": person.duty.value,
            "school_class": person.school_class,
        }
        await tx.execute(insert(school_people).values(school_id=school, **values))
    for payee in dict.fromkeys(payees):
        await tx.execute(
            insert(school_payees).values(
                school_id=school, kind=payee.kind, mark=payee.mark, label=payee.label
            )
        )
    for host in dict.fromkeys(hosts):
        await tx.execute(insert(school_domains).values(school_id=school, host=host))


async def people(tx: AsyncConnection, school: int) -> tuple[Member, ...]:
    rows = await tx.execute(
        select(school_people).where(school_people.c.school_id == school).order_by(school_people.c.id)
    )
    return tuple(
        Member(row.name, Duty(row.duty), tuple(row.aliases), row.school_class, tuple(row.accounts), row.id)
        for row in rows
    )


async def add_account(tx: AsyncConnection, member: Member, account: str) -> None:
    """One more account of somebody's; `account` carries its platform."""
    accounts = [*member.accounts, account]
    await tx.execute(update(school_people).where(school_people.c.id == member.id).values(accounts=accounts))


async def payees(tx: AsyncConnection, school: int) -> tuple[Payee, ...]:
    columns = school_payees.c.kind, school_payees.c.label, school_payees.c.mark
    rows = await tx.execute(
        select(*columns).where(school_payees.c.school_id == school).order_by(school_payees.c.id)
    )
    return tuple(Payee(*row) for row in rows)


async def hosts(tx: AsyncConnection, school: int) -> frozenset[str]:
    found = select(school_domains.c.host).where(school_domains.c.school_id == school)
    return frozenset((await tx.execute(found)).scalars())


# --- scams all classes know ---------------------------------------------------------------------


async def say(
    tx: AsyncConnection,
    school: int,
    marks: Iterable[str],
    voice: str,
    strong: bool,
    incident: int,
    now: datetime,
) -> None:
    """One more voice that these are a scam's. `voice` is keyed."""
    rows = [
        {
            "school_id": school,
            "mark": mark,
            "voice_mark": voice,
            "strong": strong,
            "incident_id": incident,
            "said_at": milliseconds(now),
        }
        for mark in dict.fromkeys(marks)
    ]
    if rows:
        await tx.execute(upsert(shared_marks).on_conflict_do_nothing(), rows)


async def unsay(tx: AsyncConnection, incident: int) -> None:
    """Take back all that was said by an incident's decision."""
    await tx.execute(delete(shared_marks).where(shared_marks.c.incident_id == incident))


async def agreed(tx: AsyncConnection, school: int) -> frozenset[str]:
    """The marks that count for all classes."""
    voices = func.count(shared_marks.c.voice_mark)
    strong = func.sum(case((shared_marks.c.strong, 1), else_=0))
    found = (
        select(shared_marks.c.mark)
        .where(shared_marks.c.school_id == school)
        .group_by(shared_marks.c.mark)
        .having(or_(voices >= VOICES, strong > 0))
    )
    return frozenset((await tx.execute(found)).scalars())
