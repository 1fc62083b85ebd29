"""Who asked the admins to look at a message: keyed, and only as long as a flood has to be told from a second one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.moments import milliseconds
from bot.store.tables import reports


async def add(tx: AsyncConnection, chat: int, message_id: str, reporter: str, now: datetime) -> bool:
    """Note a report; False when this one reported this message before."""
    known = select(func.count()).where(
        reports.c.chat_id == chat, reports.c.message_id == message_id, reports.c.reporter_mark == reporter
    )
    if await tx.scalar(known):
        return False
    values = {"chat_id": chat, "message_id": message_id, "reporter_mark": reporter, "at": milliseconds(now)}
    await tx.execute(insert(reports).values(values))
    return True


async def count(tx: AsyncConnection, chat: int, since: datetime, reporter: str = "") -> int:
    """How many reports came in this group since then, from everybody or from one."""
    found = select(func.count()).where(reports.c.chat_id == chat, reports.c.at >= milliseconds(since))
    if reporter:
        found = found.where(reports.c.reporter_mark == reporter)
    return int(await tx.scalar(found) or 0)


async def forget(tx: AsyncConnection, before: datetime) -> None:
    await tx.execute(delete(reports).where(reports.c.at < milliseconds(before)))
