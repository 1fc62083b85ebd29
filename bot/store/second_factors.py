"""Second factors and their one-time codes; nothing here could be typed in as a code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.chats import INSIDE
from bot.store.moments import milliseconds, moment
from bot.store.tables import admins, chats, protected, second_factors, spare_codes


@dataclass(frozen=True, slots=True)
class Account:
    """A person's account, on its platform."""

    platform: str
    user: str


@dataclass(frozen=True, slots=True)
class Factor:
    """`ready`: its owner has shown that they can make codes. `step` is the last half-minute a code was taken for."""

    nonce: str
    ready: bool
    since: datetime
    step: int = 0
    wrong: int = 0
    wrong_since: datetime | None = None


async def of(tx: AsyncConnection, account: Account) -> Factor | None:
    row = (await tx.execute(select(second_factors).where(*_is(second_factors, account)))).first()
    if row is None:
        return None
    return Factor(
        nonce=row.nonce,
        ready=bool(row.ready),
        since=moment(row.since),
        step=row.step,
        wrong=row.wrong,
        wrong_since=moment(row.wrong_since) if row.wrong else None,
    )


async def every(tx: AsyncConnection) -> list[tuple[Account, datetime]]:
    """The accounts that have one set up, and since when."""
    rows = await tx.execute(
        select(second_factors.c.platform, second_factors.c.user, second_factors.c.since)
        .where(second_factors.c.ready)
        .order_by(second_factors.c.platform, second_factors.c.user)
    )
    return [(Account(row.platform, row.user), moment(row.since)) for row in rows]


async def groups_of(tx: AsyncConnection, account: Account) -> list[int]:
    """The groups in which this account has a say or a protected name."""
    here = (chats.c.platform == account.platform, *INSIDE)
    leading = await tx.scalars(
        select(chats.c.id)
        .join(admins, admins.c.chat_id == chats.c.id)
        .where(*here, admins.c.user == account.user)
    )
    rosters = await tx.execute(
        select(chats.c.id, protected.c.users).join(protected, protected.c.chat_id == chats.c.id).where(*here)
    )
    return sorted({*leading, *(row.id for row in rosters if account.user in row.users)})


async def ready_among(tx: AsyncConnection, platform: str, users: Iterable[str]) -> frozenset[str]:
    """Those of the accounts that have one set up."""
    rows = await tx.execute(
        select(second_factors.c.user).where(
            second_factors.c.platform == platform,
            second_factors.c.user.in_(list(users)),
            second_factors.c.ready,
        )
    )
    return frozenset(rows.scalars())


async def begin(tx: AsyncConnection, account: Account, nonce: str, now: datetime) -> None:
    """A new one in the place of any before it, not ready yet."""
    await forget(tx, account)
    await tx.execute(
        insert(second_factors).values(
            platform=account.platform, user=account.user, nonce=nonce, since=milliseconds(now)
        )
    )


async def forget(tx: AsyncConnection, account: Account) -> None:
    for table in (spare_codes, second_factors):
        await tx.execute(delete(table).where(*_is(table, account)))


async def take(tx: AsyncConnection, account: Account, step: int) -> None:
    """A code for this half-minute was taken: neither it nor an older one is taken again."""
    values = {"step": step, "wrong": 0, "wrong_since": 0}
    await tx.execute(update(second_factors).where(*_is(second_factors, account)).values(values))


async def note_wrong(tx: AsyncConnection, account: Account, wrong: int, since: datetime) -> None:
    values = {"wrong": wrong, "wrong_since": milliseconds(since)}
    await tx.execute(update(second_factors).where(*_is(second_factors, account)).values(values))


async def make_ready(tx: AsyncConnection, account: Account, marks: Iterable[str], now: datetime) -> None:
    """From now on it counts; `marks` are those of its one-time codes, in place of any before."""
    values = {"ready": True, "since": milliseconds(now)}
    await tx.execute(update(second_factors).where(*_is(second_factors, account)).values(values))
    await tx.execute(delete(spare_codes).where(*_is(spare_codes, account)))
    rows = [{"platform": account.platform, "user": account.user, "mark": mark} for mark in marks]
    await tx.execute(insert(spare_codes), rows)


async def spend(tx: AsyncConnection, account: Account, mark: str) -> bool:
    """Use up a one-time code; False when there is none such."""
    mine = (*_is(spare_codes, account), spare_codes.c.mark == mark)
    return (await tx.execute(delete(spare_codes).where(*mine))).rowcount > 0


async def spares(tx: AsyncConnection, account: Account) -> int:
    counted = select(func.count()).select_from(spare_codes).where(*_is(spare_codes, account))
    return int((await tx.execute(counted)).scalar_one())


def _is(table: Any, account: Account) -> tuple[Any, Any]:
    return table.c.platform == account.platform, table.c.user == account.user
