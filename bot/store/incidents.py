"""Incidents: what happened, what was said about it, what was decided."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import json_lists
from bot.store.gathered import gathered
from bot.store.moments import milliseconds, moment
from bot.store.tables import chats, incidents, outbox

OPEN, SCAM, SAFE, ENDED = "open", "scam", "safe", "ended"
LASTS = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Incident:
    """One chat and one subject. `marks` are keyed, `parties` the accounts that asked; `facts` is the handlers' own
    account of it, as JSON.
    """

    id: int
    chat: int
    number: int
    subject: str
    user: str
    user_name: str
    level: int
    state: str
    opened_at: datetime
    updated_at: datetime
    closes_at: datetime
    decided_by: str
    decided_at: datetime | None
    message_id: str
    public_key: str
    revision: int
    marks: tuple[str, ...]
    facts: dict[str, Any]
    parties: tuple[str, ...] = ()

    def concerns(self, user: str) -> bool:
        """Whether it began with this account, or the account asked in it too."""
        return user == self.user or user in self.parties


@dataclass(frozen=True, slots=True)
class Entry:
    """An incident as a list shows it. `users` are all who had a part in it; `blank` once only number, date and outcome
    are left.
    """

    id: int
    chat: int
    number: int
    user: str
    name: str
    level: int
    state: str
    opened_at: datetime
    blank: bool
    users: frozenset[str]


async def open_(
    tx: AsyncConnection,
    chat: int,
    subject: str,
    user: str,
    user_name: str,
    message_id: str,
    at: datetime,
) -> Incident:
    """A new incident under the group's next number."""
    highest = select(func.coalesce(func.max(incidents.c.number), 0)).where(incidents.c.chat_id == chat)
    values = {
        "chat_id": chat,
        "number": int((await tx.execute(highest)).scalar_one()) + 1,
        "subject": subject,
        "user": user,
        "user_name": user_name,
        "level": 0,
        "opened_at": milliseconds(at),
        "updated_at": milliseconds(at),
        "closes_at": milliseconds(at + LASTS),
        "message_id": message_id,
        "parties": [user],
    }
    key = (await tx.execute(insert(incidents).values(values))).inserted_primary_key
    assert key is not None
    opened = await get(tx, int(key[0]))
    assert opened is not None
    return opened


async def save(tx: AsyncConnection, incident: Incident) -> None:
    """Write back everything about an incident that may change."""
    decided = None if incident.decided_at is None else milliseconds(incident.decided_at)
    values = {
        "user_name": incident.user_name,
        "level": incident.level,
        "state": incident.state,
        "updated_at": milliseconds(incident.updated_at),
        "closes_at": milliseconds(incident.closes_at),
        "decided_by": incident.decided_by,
        "decided_at": decided,
        "message_id": incident.message_id,
        "public_key": incident.public_key,
        "revision": incident.revision,
        "marks": list(incident.marks),
        "parties": list(incident.parties),
        "evidence": incident.facts,
    }
    await tx.execute(update(incidents).where(incidents.c.id == incident.id).values(values))


async def get(tx: AsyncConnection, incident: int) -> Incident | None:
    row = (await tx.execute(select(incidents).where(incidents.c.id == incident))).one_or_none()
    return None if row is None else _incident(row)


async def numbered(tx: AsyncConnection, chat: int, number: int) -> Incident | None:
    """The incident a group knows under this number."""
    found = select(incidents).where(incidents.c.chat_id == chat, incidents.c.number == number)
    row = (await tx.execute(found)).one_or_none()
    return None if row is None else _incident(row)


async def ongoing(tx: AsyncConnection, chat: int) -> tuple[Incident, ...]:
    """Undecided ones, the newest first."""
    return (await ongoing_in_each(tx, [chat])).get(chat, ())


async def ongoing_in_each(tx: AsyncConnection, chats: Collection[int]) -> dict[int, tuple[Incident, ...]]:
    found = (
        select(incidents)
        .where(incidents.c.chat_id.in_(chats), incidents.c.state == OPEN)
        .order_by(incidents.c.id.desc())
    )
    return gathered((row.chat_id, _incident(row)) for row in await tx.execute(found))


async def latest(tx: AsyncConnection, chat: int, user: str, since: datetime) -> tuple[Incident, ...]:
    """What an account had a part in in this group lately, the newest first, whatever became of it."""
    found = (
        select(incidents)
        .where(incidents.c.chat_id == chat, _concerns(user))
        .where(incidents.c.opened_at >= milliseconds(since))
        .order_by(incidents.c.id.desc())
        .limit(20)
    )
    return tuple(map(_incident, await tx.execute(found)))


async def about(tx: AsyncConnection, chat: int, message_id: str) -> Incident | None:
    """The incident a message belongs to: one it began with, one it added to, or one the bot spoke of in it."""
    spoken = select(outbox.c.incident_id).where(
        outbox.c.chat_id == chat, outbox.c.message_id == message_id, outbox.c.incident_id.is_not(None)
    )
    if own := (await tx.execute(spoken.limit(1))).scalar_one_or_none():
        return await get(tx, own)
    recent = select(incidents).where(incidents.c.chat_id == chat).order_by(incidents.c.id.desc()).limit(50)
    for row in await tx.execute(recent):
        messages = [row.message_id, *(heard["id"] for heard in row.evidence.get("messages", ()))]
        if message_id in messages:
            return _incident(row)
    return None


async def concerning(tx: AsyncConnection, platform: str, user: str, since: datetime) -> tuple[Incident, ...]:
    """What an account of a platform was part of since then, in any group, the newest first."""
    found = (
        select(incidents)
        .join(chats, chats.c.id == incidents.c.chat_id)
        .where(chats.c.platform == platform, _concerns(user))
        .where(incidents.c.opened_at >= milliseconds(since))
        .order_by(incidents.c.id.desc())
        .limit(20)
    )
    return tuple(map(_incident, await tx.execute(found)))


async def listed(tx: AsyncConnection, groups: Collection[int], limit: int) -> tuple[Entry, ...]:
    """The incidents of these groups, undecided ones first, then the newest."""
    columns = incidents.c
    rows = await tx.execute(
        select(
            columns.id,
            columns.chat_id,
            columns.number,
            columns.user,
            columns.user_name,
            columns.level,
            columns.state,
            columns.opened_at,
            columns.subject,
            columns.parties,
        )
        .where(columns.chat_id.in_(groups))
        .order_by(columns.state != OPEN, columns.opened_at.desc(), columns.id.desc())
        .limit(limit)
    )
    return tuple(
        Entry(*row[:7], moment(row.opened_at), row.subject == "", frozenset((row.user, *row.parties)) - {""})
        for row in rows
    )


async def since(tx: AsyncConnection, chat: int, at: datetime) -> tuple[Incident, ...]:
    """What began in a group since then and is not forgotten, the oldest first."""
    found = (
        select(incidents)
        .where(incidents.c.chat_id == chat, incidents.c.subject != "")
        .where(incidents.c.opened_at >= milliseconds(at))
        .order_by(incidents.c.id)
    )
    return tuple(map(_incident, await tx.execute(found)))


async def warned_at(tx: AsyncConnection, incident: int) -> list[datetime]:
    """When the group was told of it, as far as it is still remembered."""
    rows = await tx.execute(
        select(outbox.c.sent_at)
        .where(outbox.c.incident_id == incident, outbox.c.sent_at.is_not(None))
        .where(outbox.c.key.startswith(f"incident:{incident}:public:"))
        .order_by(outbox.c.sent_at)
    )
    return [moment(sent) for sent in rows.scalars() if sent is not None]


async def kinds_since(tx: AsyncConnection, chat: int, since: datetime) -> frozenset[str]:
    """What kinds of things happened here since then, those called off left out."""
    rows = await tx.execute(
        select(incidents.c.evidence).where(
            incidents.c.chat_id == chat,
            incidents.c.state != SAFE,
            incidents.c.opened_at >= milliseconds(since),
        )
    )
    return frozenset(str(row.evidence.get("kind", "")) for row in rows)


async def forget(tx: AsyncConnection, before: datetime) -> None:
    """Blank who and what in incidents nothing was heard of since; their numbers stay taken."""
    blank = {
        "subject": "",
        "user": "",
        "user_name": "",
        "decided_by": "",
        "message_id": "",
        "public_key": "",
        "marks": [],
        "parties": [],
        "evidence": {},
    }
    old = incidents.c.updated_at < milliseconds(before)
    await tx.execute(update(incidents).where(old, incidents.c.subject != "").values(blank))


def _concerns(user: str) -> ColumnElement[bool]:
    asked = json_lists.texts(incidents.c.parties)
    among = select(asked.c.value).select_from(asked).where(asked.c.value == user).correlate(incidents)
    return or_(incidents.c.user == user, among.exists())


def _incident(row: Any) -> Incident:
    return Incident(
        id=row.id,
        chat=row.chat_id,
        number=row.number,
        subject=row.subject,
        user=row.user,
        user_name=row.user_name,
        level=row.level,
        state=row.state,
        opened_at=moment(row.opened_at),
        updated_at=moment(row.updated_at),
        closes_at=moment(row.closes_at),
        decided_by=row.decided_by,
        decided_at=None if row.decided_at is None else moment(row.decided_at),
        message_id=row.message_id,
        public_key=row.public_key,
        revision=row.revision,
        marks=tuple(row.marks),
        facts=dict(row.evidence),
        parties=tuple(row.parties),
    )
