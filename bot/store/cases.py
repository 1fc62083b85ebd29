"""Confirmed scams an admin let the class learn from: what kind and when, nothing of anybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.incidents import SCAM
from bot.store.moments import milliseconds, moment
from bot.store.tables import cases, incidents


@dataclass(frozen=True, slots=True)
class Case:
    incident: int
    kind: str
    at: datetime


async def add(tx: AsyncConnection, chat: int, case: Case) -> bool:
    """One more to learn from; False when it was one already."""
    if await tx.scalar(select(cases.c.incident_id).where(cases.c.incident_id == case.incident)):
        return False
    values = {
        "incident_id": case.incident,
        "chat_id": chat,
        "kind": case.kind,
        "happened_at": milliseconds(case.at),
        "told": False,
    }
    await tx.execute(insert(cases).values(values))
    return True


async def waiting(tx: AsyncConnection, chat: int) -> Case | None:
    """The next to be told in the place of a weekly tip."""
    row = (await tx.execute(_standing(chat).where(cases.c.told.is_(False)).limit(1))).first()
    return None if row is None else Case(row.incident_id, row.kind, moment(row.happened_at))


async def told(tx: AsyncConnection, incident: int) -> None:
    await tx.execute(update(cases).where(cases.c.incident_id == incident).values(told=True))


async def latest(tx: AsyncConnection, chat: int, number: int) -> list[Case]:
    """The newest first."""
    rows = await tx.execute(_standing(chat).limit(number))
    return [Case(row.incident_id, row.kind, moment(row.happened_at)) for row in rows]


def _standing(chat: int) -> Select[tuple[int, str, int]]:
    """Those still held to be scams: who decides otherwise takes the case back."""
    return (
        select(cases.c.incident_id, cases.c.kind, cases.c.happened_at)
        .join(incidents, incidents.c.id == cases.c.incident_id)
        .where(cases.c.chat_id == chat, incidents.c.state == SCAM)
        .order_by(cases.c.happened_at.desc(), cases.c.incident_id.desc())
    )
