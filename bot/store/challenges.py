"""What waits for somebody's code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.moments import milliseconds, moment
from bot.store.second_factors import Account
from bot.store.tables import challenges

INCIDENT, DEED, RETURN = "incident", "deed", "return"


@dataclass(frozen=True, slots=True)
class Challenge:
    """`chat` is the group (or private chat) it is about; `wrong` how many wrong codes came."""

    id: int
    chat: int
    account: Account
    kind: str
    matter: Mapping[str, Any]
    wrong: int
    asked_at: datetime


async def ask(
    tx: AsyncConnection, chat: int, account: Account, kind: str, matter: Mapping[str, Any], now: datetime
) -> int:
    values = {
        "chat_id": chat,
        "platform": account.platform,
        "user": account.user,
        "kind": kind,
        "matter": dict(matter),
        "asked_at": milliseconds(now),
    }
    key = (await tx.execute(insert(challenges).values(values))).inserted_primary_key
    assert key is not None
    return int(key[0])


async def get(tx: AsyncConnection, number: int) -> Challenge | None:
    row = (await tx.execute(select(challenges).where(challenges.c.id == number))).first()
    return None if row is None else _challenge(row)


async def of_account(tx: AsyncConnection, account: Account) -> tuple[Challenge, ...]:
    """All that wait for this account's owner, the newest first."""
    mine = challenges.c.platform == account.platform, challenges.c.user == account.user
    rows = await tx.execute(select(challenges).where(*mine).order_by(challenges.c.id.desc()))
    return tuple(map(_challenge, rows))


async def note_wrong(tx: AsyncConnection, number: int) -> None:
    await tx.execute(update(challenges).where(challenges.c.id == number).values(wrong=challenges.c.wrong + 1))


async def end(tx: AsyncConnection, number: int) -> bool:
    """Whether it was still waiting."""
    return (await tx.execute(delete(challenges).where(challenges.c.id == number))).rowcount > 0


def _challenge(row: Any) -> Challenge:
    return Challenge(
        id=row.id,
        chat=row.chat_id,
        account=Account(row.platform, row.user),
        kind=row.kind,
        matter=row.matter,
        wrong=row.wrong,
        asked_at=moment(row.asked_at),
    )
