"""Parents who asked to be told in private, by group."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.moments import milliseconds
from bot.store.tables import chats, settings, subscriptions
from bot.store.upserts import insert

# What one may be told of in private: warnings, what admins decided about them, and what the group is taught.
ALARM, CAUTION, OUTCOME, TIP, LETTER = WISHES = ("alarm", "caution", "outcome", "tip", "letter")


@dataclass(frozen=True, slots=True)
class Subscriber:
    """`language` is what they chose in private, empty where it is their group's."""

    user: str
    private_chat: int
    wishes: frozenset[str]
    language: str = ""


@dataclass(frozen=True, slots=True)
class Subscribed:
    """A group somebody is told of."""

    chat: int
    title: str
    wishes: frozenset[str]


async def subscribe(tx: AsyncConnection, chat: int, user: str, private_chat: int, at: datetime) -> bool:
    """Whether this is new; who is new is told of alarms."""
    new = insert(subscriptions).values(
        chat_id=chat, user=user, private_chat_id=private_chat, since=milliseconds(at)
    )
    return (await tx.execute(new.on_conflict_do_nothing())).rowcount > 0


async def unsubscribe(tx: AsyncConnection, chat: int, user: str) -> bool:
    """Whether there was anything to end."""
    mine = (subscriptions.c.chat_id == chat, subscriptions.c.user == user)
    return (await tx.execute(delete(subscriptions).where(*mine))).rowcount > 0


async def wish(tx: AsyncConnection, chat: int, user: str, wishes: Iterable[str]) -> None:
    """From now on this subscriber is told of these."""
    mine = (subscriptions.c.chat_id == chat, subscriptions.c.user == user)
    known = " ".join(one for one in WISHES if one in set(wishes))
    await tx.execute(update(subscriptions).where(*mine).values(wishes=known))


async def of_group(tx: AsyncConnection, chat: int) -> tuple[Subscriber, ...]:
    """Whom to alert; those who blocked the bot are left out."""
    rows = await tx.execute(
        select(
            subscriptions.c.user, subscriptions.c.private_chat_id, subscriptions.c.wishes, settings.c.value
        )
        .join(chats, chats.c.id == subscriptions.c.private_chat_id)
        .outerjoin(settings, and_(settings.c.chat_id == chats.c.id, settings.c.name == "language"))
        .where(subscriptions.c.chat_id == chat, chats.c.reachable)
        .order_by(subscriptions.c.since, subscriptions.c.user)
    )
    return tuple(
        Subscriber(user, private, frozenset(wishes.split()), language or "")
        for user, private, wishes, language in rows
    )


async def of_user(tx: AsyncConnection, user: str) -> tuple[Subscribed, ...]:
    rows = await tx.execute(
        select(chats.c.id, chats.c.title, subscriptions.c.wishes)
        .join(subscriptions, subscriptions.c.chat_id == chats.c.id)
        .where(subscriptions.c.user == user)
        .order_by(chats.c.id)
    )
    return tuple(Subscribed(chat, title, frozenset(wishes.split())) for chat, title, wishes in rows)


async def counts(tx: AsyncConnection, chats: Collection[int]) -> dict[int, int]:
    """How many each of these groups has; those without any are left out."""
    mine = subscriptions.c.chat_id
    rows = await tx.execute(select(mine, func.count()).where(mine.in_(chats)).group_by(mine))
    return {row.chat_id: int(row[1]) for row in rows}
