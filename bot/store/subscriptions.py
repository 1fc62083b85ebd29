"""Parents who asked to be told in private, by group."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.moments import milliseconds
from bot.store.tables import chats, subscriptions


@dataclass(frozen=True, slots=True)
class Subscriber:
    user: str
    private_chat: int


@dataclass(frozen=True, slots=True)
class Subscribed:
    """A group somebody gets alerts from."""

    chat: int
    title: str


async def subscribe(tx: AsyncConnection, chat: int, user: str, private_chat: int, at: datetime) -> bool:
    """Whether this is new."""
    new = insert(subscriptions).values(
        chat_id=chat, user=user, private_chat_id=private_chat, since=milliseconds(at)
    )
    return (await tx.execute(new.on_conflict_do_nothing())).rowcount > 0


async def unsubscribe(tx: AsyncConnection, chat: int, user: str) -> bool:
    """Whether there was anything to end."""
    mine = (subscriptions.c.chat_id == chat, subscriptions.c.user == user)
    return (await tx.execute(delete(subscriptions).where(*mine))).rowcount > 0


async def of_group(tx: AsyncConnection, chat: int) -> tuple[Subscriber, ...]:
    """Whom to alert; those who blocked the bot are left out."""
    rows = await tx.execute(
        select(subscriptions.c.user, subscriptions.c.private_chat_id)
        .join(chats, chats.c.id == subscriptions.c.private_chat_id)
        .where(subscriptions.c.chat_id == chat, chats.c.reachable)
        .order_by(subscriptions.c.since, subscriptions.c.user)
    )
    return tuple(Subscriber(*row) for row in rows)


async def of_user(tx: AsyncConnection, user: str) -> tuple[Subscribed, ...]:
    rows = await tx.execute(
        select(chats.c.id, chats.c.title)
        .join(subscriptions, subscriptions.c.chat_id == chats.c.id)
        .where(subscriptions.c.user == user)
        .order_by(chats.c.id)
    )
    return tuple(Subscribed(*row) for row in rows)


async def count(tx: AsyncConnection, chat: int) -> int:
    counted = select(func.count()).select_from(subscriptions).where(subscriptions.c.chat_id == chat)
    return int((await tx.execute(counted)).scalar_one())
