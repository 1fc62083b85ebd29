"""What waits to be answered and to be sent, and which groups the bot cannot see: the guard's own pulse."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, cast, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.abilities import Right
from bot.actions import Priority
from bot.store import chats
from bot.store.moments import milliseconds
from bot.store.tables import chats as chats_table
from bot.store.tables import inbox, outbox


@dataclass(frozen=True, slots=True)
class Backlog:
    """Counts, and the age of the oldest in seconds. `out` is by priority number; `blind` are groups' numbers.

    Tips and menus may wait: they do not count for `oldest_out`.
    """

    waiting_in: int
    oldest_in: float
    out: dict[int, int]
    oldest_out: float
    groups: int
    blind: tuple[int, ...]


async def backlog(tx: AsyncConnection, now: datetime, deaf: Collection[str] = ()) -> Backlog:
    """How things stand. On platforms that are `deaf` to groups by nature no group counts as blind."""
    stamp = milliseconds(now)
    came = (
        await tx.execute(
            select(func.count(), func.min(inbox.c.received_at)).where(inbox.c.state == "waiting")
        )
    ).one()
    leaving = (
        await tx.execute(
            select(outbox.c.priority, func.count(), func.min(outbox.c.due_at))
            .where(outbox.c.state.in_(("waiting", "sending")))
            .group_by(outbox.c.priority)
        )
    ).all()
    return Backlog(
        waiting_in=int(came[0]),
        oldest_in=_age(stamp, came[1]),
        out={int(row[0]): int(row[1]) for row in leaving},
        oldest_out=max((_age(stamp, row[2]) for row in leaving if row[0] < Priority.TIP), default=0.0),
        groups=int((await tx.execute(select(func.count()).where(*chats.INSIDE))).scalar_one()),
        blind=await _blind(tx, deaf),
    )


async def _blind(tx: AsyncConnection, deaf: Collection[str]) -> tuple[int, ...]:
    """Looked for by the database: this is asked every few seconds, of ten thousand groups."""
    sees = cast(chats_table.c.rights, String).contains(f'"{Right.READ_ALL.value}"')
    heard = chats_table.c.platform.not_in(deaf)
    rows = await tx.execute(
        select(chats_table.c.id).where(*chats.INSIDE, ~sees, heard).order_by(chats_table.c.id)
    )
    return tuple(rows.scalars())


def _age(now: int, since: int | None) -> float:
    return max(0.0, (now - since) / 1000) if since is not None else 0.0
