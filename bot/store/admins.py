"""Who administers a group, as the platform last told."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.places import Chat
from bot.store import chats as chats_store
from bot.store.gathered import gathered
from bot.store.moments import milliseconds
from bot.store.tables import admins


@dataclass(frozen=True, slots=True)
class Admin:
    user: str
    name: str
    owner: bool = False
    can_restrict: bool = False


async def load(tx: AsyncConnection, chat: int) -> tuple[Admin, ...]:
    """The owner first, then by account, so that lists shown twice look the same."""
    return (await of_each(tx, [chat])).get(chat, ())


async def of_each(tx: AsyncConnection, chats: Collection[int]) -> dict[int, tuple[Admin, ...]]:
    columns = admins.c.chat_id, admins.c.user, admins.c.name, admins.c.owner, admins.c.can_restrict
    rows = await tx.execute(
        select(*columns).where(admins.c.chat_id.in_(chats)).order_by(admins.c.owner.desc(), admins.c.user)
    )
    return gathered((chat, Admin(*row)) for chat, *row in rows)


async def private_chats(tx: AsyncConnection, chat: Chat, now: datetime) -> list[Chat]:
    """Where each of a group's admins reads in private, on its own platform; registered where nobody wrote there yet."""
    platform = chat.place.platform
    return [await chats_store.private(tx, platform, admin.user, now) for admin in await load(tx, chat.id)]


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
