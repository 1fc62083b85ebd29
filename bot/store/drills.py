"""Exercises a class was put through: the school's consent, who agreed, and how the class as a whole answered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.moments import milliseconds, moment
from bot.store.tables import drill_answers, drill_consents, drills
from bot.store.upserts import insert as insert_once

PROPOSED, RUNNING, DONE, CALLED_OFF, REFUSED = "proposed", "running", "done", "called_off", "refused"


@dataclass(frozen=True, slots=True)
class Consent:
    """`given` is who at the school consented, as an admin wrote it; `admins` who administered the group then."""

    given: str
    noted_by: str
    noted_at: datetime
    admins: frozenset[str]


@dataclass(frozen=True, slots=True)
class Drill:
    """`asked` and `paid` count what parents pressed first."""

    id: int
    chat: int
    item: str
    state: str
    proposed_by: str
    proposed_at: datetime
    started_at: datetime | None
    asked: int
    paid: int

    @property
    def answers(self) -> int:
        return self.asked + self.paid


async def consent(tx: AsyncConnection, chat: int) -> Consent | None:
    row = (await tx.execute(select(drill_consents).where(drill_consents.c.chat_id == chat))).first()
    if row is None:
        return None
    return Consent(row.given, row.noted_by, moment(row.noted_at), frozenset(row.admins))


async def note_consent(
    tx: AsyncConnection, chat: int, given: str, by: str, admins: Iterable[str], now: datetime
) -> None:
    """From now on the school consents; what was noted before is replaced."""
    await withdraw_consent(tx, chat)
    values = {"given": given, "noted_by": by, "noted_at": milliseconds(now), "admins": sorted(admins)}
    await tx.execute(insert(drill_consents).values(chat_id=chat, **values))


async def withdraw_consent(tx: AsyncConnection, chat: int) -> bool:
    """Whether there was one."""
    return (await tx.execute(delete(drill_consents).where(drill_consents.c.chat_id == chat))).rowcount > 0


async def propose(tx: AsyncConnection, chat: int, item: str, by: str, now: datetime) -> int:
    """An exercise waits for a second admin. Returns its number."""
    values = {"chat_id": chat, "item": item, "state": PROPOSED, "proposed_by": by}
    made = await tx.execute(insert(drills).values(**values, proposed_at=milliseconds(now)))
    assert made.inserted_primary_key is not None
    return int(made.inserted_primary_key[0])


async def start(tx: AsyncConnection, drill: int, by: str, now: datetime) -> None:
    began = {"state": RUNNING, "agreed_by": by, "started_at": milliseconds(now)}
    await tx.execute(update(drills).where(drills.c.id == drill).values(**began))


async def end(tx: AsyncConnection, drill: int, state: str, now: datetime) -> None:
    """It is over: who has answered is forgotten, only the totals stay."""
    ended = {"state": state, "ended_at": milliseconds(now)}
    await tx.execute(update(drills).where(drills.c.id == drill).values(**ended))
    await tx.execute(delete(drill_answers).where(drill_answers.c.drill_id == drill))


async def answer(tx: AsyncConnection, drill: int, member_mark: str, asks: bool) -> bool:
    """Count one member's first answer; False when they had answered."""
    first = insert_once(drill_answers).values(drill_id=drill, member_mark=member_mark)
    if not (await tx.execute(first.on_conflict_do_nothing())).rowcount:
        return False
    column = drills.c.asked if asks else drills.c.paid
    await tx.execute(update(drills).where(drills.c.id == drill).values({column: column + 1}))
    return True


async def of_group(tx: AsyncConnection, chat: int) -> tuple[Drill, ...]:
    """The group's exercises, the newest first."""
    rows = await tx.execute(select(drills).where(drills.c.chat_id == chat).order_by(drills.c.id.desc()))
    return tuple(_drill(row) for row in rows)


async def running(tx: AsyncConnection, chat: int) -> Drill | None:
    """The one the group is going through now."""
    present = (drills.c.chat_id == chat) & (drills.c.state == RUNNING)
    row = (await tx.execute(select(drills).where(present).order_by(drills.c.id.desc()).limit(1))).first()
    return None if row is None else _drill(row)


def _drill(row: Row[Any]) -> Drill:
    return Drill(
        id=row.id,
        chat=row.chat_id,
        item=row.item,
        state=row.state,
        proposed_by=row.proposed_by,
        proposed_at=moment(row.proposed_at),
        started_at=None if row.started_at is None else moment(row.started_at),
        asked=row.asked,
        paid=row.paid,
    )
