"""What has become different about protected accounts, and what an admin said of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.moments import milliseconds
from bot.store.tables import changes

NAME, PICTURE = "name", "picture"
YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class Change:
    """An account shows another name or picture than before: `value` is the name, or the picture's fingerprint.

    `decision` is empty until an admin has said whether it is still the same person.
    """

    id: int
    chat: int
    user: str
    what: str
    value: str
    decision: str = ""


_COLUMNS = tuple(changes.c[name] for name in ("id", "chat_id", "user", "what", "value", "decision"))


async def note(
    tx: AsyncConnection, chat: int, user: str, what: str, value: str, now: datetime
) -> Change | None:
    """A change is news once: None while the same one waits for somebody's word."""
    waiting = select(changes.c.id).where(
        changes.c.chat_id == chat,
        changes.c.user == user,
        changes.c.what == what,
        changes.c.value == value,
        changes.c.decision == "",
    )
    if (await tx.execute(waiting)).first() is not None:
        return None
    values = {"chat_id": chat, "user": user, "what": what, "value": value, "decision": ""}
    row = await tx.execute(insert(changes).values(noticed_at=milliseconds(now), **values))
    key = row.inserted_primary_key
    assert key is not None
    return Change(int(key[0]), chat, user, what, value)


async def get(tx: AsyncConnection, number: int) -> Change | None:
    row = (await tx.execute(select(*_COLUMNS).where(changes.c.id == number))).first()
    return None if row is None else Change(*row)


async def decide(tx: AsyncConnection, number: int, decision: str) -> bool:
    """False when somebody has decided already."""
    undecided = changes.c.id == number, changes.c.decision == ""
    return (await tx.execute(update(changes).where(*undecided).values(decision=decision))).rowcount > 0


async def forget(tx: AsyncConnection, before: datetime) -> None:
    await tx.execute(delete(changes).where(changes.c.noticed_at < milliseconds(before)))
