"""Who administers a group, and what the bot may do in it, as the platform last told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.events import Membership, Right
from bot.store.moments import milliseconds
from bot.store.tables import admins, chats


@dataclass(frozen=True, slots=True)
class Admin:
    user: str
    name: str
    owner: bool = False
    can_restrict: bool = False


async def load(tx: AsyncConnection, chat: int) -> tuple[Admin, ...]:
    """The owner first, then by account, so that lists shown twice look the same."""
    columns = admins.c.user, admins.c.name, admins.c.owner, admins.c.can_restrict
    rows = await tx.execute(
        select(*columns).where(admins.c.chat_id == chat).order_by(admins.c.owner.desc(), admins.c.user)
    )
    return tuple(Admin(*row) for row in rows)


async def replace(tx: AsyncConnection, chat: int, known: Iterable[Admin], at: datetime) -> None:
    """The platform's present list takes the place of what was known."""
    await tx.execute(delete(admins).where(admins.c.chat_id == chat))
    rows = [
        {
            "chat_id": chat,
            "user": admin.user,
            "name": admin.name,
            "owner": admin.owner,
            "can_restrict": admin.can_restrict,
            "seen_at": milliseconds(at),
        }
        for admin in known
    ]
    if rows:
        await tx.execute(insert(admins), rows)


async def standing(tx: AsyncConnection, chat: int) -> tuple[Membership, frozenset[Right]]:
    """What the bot itself is in a group, and which rights it holds there."""
    row = (
        await tx.execute(select(chats.c.membership, chats.c.rights).where(chats.c.id == chat))
    ).one_or_none()
    if row is None:
        return Membership.OUT, frozenset()
    return Membership(row.membership), frozenset(Right(right) for right in row.rights)


async def stand(tx: AsyncConnection, chat: int, membership: Membership, rights: Iterable[Right]) -> None:
    """Keep what the bot has become in a group."""
    await tx.execute(
        update(chats)
        .where(chats.c.id == chat)
        .values(membership=membership.value, rights=sorted(right.value for right in rights))
    )
