"""The register of genuine fees: written down by one admin, agreed to by another, open until their last day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.moments import milliseconds
from bot.store.payees import Payee
from bot.store.tables import fees

PROPOSED, OPEN, CLOSED = "proposed", "open", "closed"


@dataclass(frozen=True, slots=True)
class Fee:
    """`amount` is a plain number ("86.5"), `until` the last day on which it may be paid."""

    what: str
    amount: str
    payee: Payee
    until: date
    channel: str = ""
    number: int = 0
    state: str = PROPOSED
    proposed_by: str = ""


async def load(tx: AsyncConnection, chat: int) -> tuple[Fee, ...]:
    """All that are not closed, the oldest first."""
    rows = await tx.execute(
        select(fees).where(fees.c.chat_id == chat, fees.c.state != CLOSED).order_by(fees.c.number)
    )
    return tuple(map(_fee, rows))


async def numbered(tx: AsyncConnection, chat: int, number: int) -> Fee | None:
    """The fee the class knows under this number, whatever became of it."""
    row = (await tx.execute(select(fees).where(fees.c.chat_id == chat, fees.c.number == number))).first()
    return None if row is None else _fee(row)


async def propose(tx: AsyncConnection, chat: int, fee: Fee, by: str, at: datetime) -> int:
    """Write it down under the group's next number, which is returned."""
    highest = select(func.coalesce(func.max(fees.c.number), 0)).where(fees.c.chat_id == chat)
    number = int((await tx.execute(highest)).scalar_one()) + 1
    await tx.execute(
        insert(fees).values(
            chat_id=chat,
            number=number,
            what=fee.what,
            amount=fee.amount,
            payee_kind=fee.payee.kind,
            payee_mark=fee.payee.mark,
            payee_label=fee.payee.label,
            channel=fee.channel,
            until=fee.until.isoformat(),
            proposed_by=by,
            proposed_at=milliseconds(at),
        )
    )
    return number


async def move(tx: AsyncConnection, chat: int, number: int, before: str, after: str) -> bool:
    """From one state to the next; False when somebody else was faster."""
    mine = fees.c.chat_id == chat, fees.c.number == number, fees.c.state == before
    return (await tx.execute(update(fees).where(*mine).values(state=after))).rowcount > 0


def _fee(row: Any) -> Fee:
    return Fee(
        what=row.what,
        amount=row.amount,
        payee=Payee(row.payee_kind, row.payee_label, row.payee_mark),
        until=date.fromisoformat(row.until),
        channel=row.channel,
        number=row.number,
        state=row.state,
        proposed_by=row.proposed_by,
    )
