"""The registers of genuine fees: written down by one admin, agreed to by another, open until their last day.

A class has its own register, which holds nowhere else; a school has one that holds in all its classes.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import schools
from bot.store.gathered import gathered
from bot.store.moments import milliseconds
from bot.store.payees import Payee
from bot.store.tables import fees, school_fees

PROPOSED, OPEN, CLOSED = "proposed", "open", "closed"
# What the numbers of a school's fees begin with, so that none passes for a class's own.
SCHOOL = "S"


@dataclass(frozen=True, slots=True)
class Register:
    """Whose fees: those of the class or of the school of this number."""

    owner: int
    whole_school: bool = False

    @property
    def key(self) -> str:
        """What is said and planned about its fees is named after it."""
        return f"school-{self.owner}" if self.whole_school else str(self.owner)


@dataclass(frozen=True, slots=True)
class Fee:
    """`amount` is a plain number ("86.5"), `until` the last day on which it may be paid.

    `proposed_in` is the class in which a whole school's fee was written down, None where it is not known any more.
    """

    what: str
    amount: str
    payee: Payee
    until: date
    channel: str = ""
    number: int = 0
    state: str = PROPOSED
    proposed_by: str = ""
    whole_school: bool = False
    proposed_in: int | None = None

    @property
    def sign(self) -> str:
        """What its notice goes by, and what is typed to mean it: "3", of a whole school "S3"."""
        return f"{SCHOOL}{self.number}" if self.whole_school else str(self.number)


async def registers(tx: AsyncConnection, chat: int) -> tuple[Register, ...]:
    """Those that hold in a class: its own and, if it belongs to a school, that school's."""
    school = await schools.of_group(tx, chat)
    return (Register(chat), *(() if school is None else (Register(school.id, whole_school=True),)))


async def holding(tx: AsyncConnection, chat: int) -> tuple[Fee, ...]:
    """All that are not closed in a class: its own, then its school's, the oldest first."""
    found = list[Fee]()
    for register in await registers(tx, chat):
        found += await load(tx, register)
    return tuple(found)


async def load(tx: AsyncConnection, register: Register) -> tuple[Fee, ...]:
    """All that are not closed, the oldest first."""
    table = _table(register)
    found = select(table).where(_of(register), table.c.state != CLOSED)
    return tuple(_fee(row, register) for row in await tx.execute(found.order_by(table.c.number)))


async def of_each(tx: AsyncConnection, chats: Collection[int]) -> dict[int, tuple[Fee, ...]]:
    """All of these classes' own that are not closed, the oldest first."""
    found = select(fees).where(fees.c.chat_id.in_(chats), fees.c.state != CLOSED).order_by(fees.c.number)
    return gathered((row.chat_id, _fee(row, Register(row.chat_id))) for row in await tx.execute(found))


async def signed(tx: AsyncConnection, chat: int, sign: str) -> tuple[Register, Fee] | None:
    """The fee a class knows under this number, whatever became of it, and in which register it stands."""
    bare = sign.removeprefix("#").upper()
    number = bare.removeprefix(SCHOOL)
    if not (number.isascii() and number.isdecimal() and len(number) < 10):
        return None
    for register in await registers(tx, chat):
        if register.whole_school == bare.startswith(SCHOOL):
            fee = await numbered(tx, register, int(number))
            return None if fee is None else (register, fee)
    return None


async def numbered(tx: AsyncConnection, register: Register, number: int) -> Fee | None:
    found = select(_table(register)).where(_of(register), _table(register).c.number == number)
    row = (await tx.execute(found)).first()
    return None if row is None else _fee(row, register)


async def propose(tx: AsyncConnection, register: Register, fee: Fee, by: str, chat: int, at: datetime) -> Fee:
    """Write it down under the register's next number, in this class; returned as it stands there."""
    table = _table(register)
    highest = select(func.coalesce(func.max(table.c.number), 0)).where(_of(register))
    number = int((await tx.execute(highest)).scalar_one()) + 1
    whose = (
        {"school_id": register.owner, "proposed_in": chat}
        if register.whole_school
        else {"chat_id": register.owner}
    )
    row = insert(table).values(
        **whose,
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
    await tx.execute(row)
    written = await numbered(tx, register, number)
    assert written is not None
    return written


async def move(tx: AsyncConnection, register: Register, number: int, before: str, after: str) -> bool:
    """From one state to the next; False when somebody else was faster."""
    table = _table(register)
    mine = _of(register), table.c.number == number, table.c.state == before
    return (await tx.execute(update(table).where(*mine).values(state=after))).rowcount > 0


def _table(register: Register) -> Table:
    return school_fees if register.whole_school else fees


def _of(register: Register) -> ColumnElement[bool]:
    if register.whole_school:
        return school_fees.c.school_id == register.owner
    return fees.c.chat_id == register.owner


def _fee(row: Any, register: Register) -> Fee:
    return Fee(
        what=row.what,
        amount=row.amount,
        payee=Payee(row.payee_kind, row.payee_label, row.payee_mark),
        until=date.fromisoformat(row.until),
        channel=row.channel,
        number=row.number,
        state=row.state,
        proposed_by=row.proposed_by,
        whole_school=register.whole_school,
        proposed_in=row.proposed_in if register.whole_school else register.owner,
    )
