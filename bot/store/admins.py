"""Who administers a group, as the platform last told."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import admins


@dataclass(frozen=True, slots=True)
class Admin:
    user: str
    name: str
    owner: bool
    can_restrict: bool


async def of(tx: AsyncConnection, chat: int) -> tuple[Admin, ...]:
    rows = await tx.execute(
        select(admins.c.user, admins.c.name, admins.c.owner, admins.c.can_restrict)
        .where(admins.c.chat_id == chat)
        .order_by(admins.c.owner.desc(), admins.c.user)
    )
    return tuple(Admin(row.user, row.name, bool(row.owner), bool(row.can_restrict)) for row in rows)


async def replace(tx: AsyncConnection, chat: int, now: int, told: Collection[Admin]) -> None:
    await tx.execute(delete(admins).where(admins.c.chat_id == chat))
    if told:
        await tx.execute(
            insert(admins),
            [
                {
                    "chat_id": chat,
                    "user": admin.user,
                    "name": admin.name,
                    "owner": admin.owner,
                    "can_restrict": admin.can_restrict,
                    "seen_at": now,
                }
                for admin in told
            ],
        )


async def seen_at(tx: AsyncConnection, chat: int) -> int | None:
    """When the list was last asked for; None when it never was."""
    latest = (
        await tx.execute(select(func.max(admins.c.seen_at)).where(admins.c.chat_id == chat))
    ).scalar_one()
    return None if latest is None else int(latest)
