"""Which tip a group has read in which week."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.moments import milliseconds
from bot.store.tables import own_tips, tips_sent


async def was_sent(tx: AsyncConnection, chat_id: int, week: str) -> bool:
    found = await tx.scalar(
        select(tips_sent.c.tip).where(tips_sent.c.chat_id == chat_id, tips_sent.c.week == week)
    )
    return found is not None


async def history(tx: AsyncConnection, chat_id: int) -> list[str]:
    """The tips this group has read, latest first."""
    found = await tx.execute(
        select(tips_sent.c.tip)
        .where(tips_sent.c.chat_id == chat_id)
        .order_by(tips_sent.c.sent_at.desc(), tips_sent.c.week.desc())
    )
    return list(found.scalars())


async def record(tx: AsyncConnection, chat_id: int, week: str, tip: str, now: datetime) -> None:
    await tx.execute(insert(tips_sent).values(chat_id=chat_id, week=week, tip=tip, sent_at=milliseconds(now)))


async def record_extra(tx: AsyncConnection, chat_id: int, week: str, tip: str, now: datetime) -> None:
    """One asked for out of turn: it counts as read, and leaves the week's own tip to come."""
    extras = await tx.scalar(
        select(func.count())
        .select_from(tips_sent)
        .where(tips_sent.c.chat_id == chat_id, tips_sent.c.week.startswith(f"{week}+", autoescape=True))
    )
    await record(tx, chat_id, f"{week}+{(extras or 0) + 1}", tip, now)


async def write_own(tx: AsyncConnection, chat_id: int, text: str, now: datetime) -> None:
    """A tip of the group's own for the next time; the latest wins."""
    await tx.execute(delete(own_tips).where(own_tips.c.chat_id == chat_id))
    await tx.execute(insert(own_tips).values(chat_id=chat_id, text=text, written_at=milliseconds(now)))


async def own(tx: AsyncConnection, chat_id: int) -> str:
    """The group's own tip that waits for its turn, or nothing."""
    return str(await tx.scalar(select(own_tips.c.text).where(own_tips.c.chat_id == chat_id)) or "")


async def take_own(tx: AsyncConnection, chat_id: int) -> str:
    """The same, taken away."""
    text = await own(tx, chat_id)
    await tx.execute(delete(own_tips).where(own_tips.c.chat_id == chat_id))
    return text
