"""Chats in which a platform lets the bot say nothing of its own accord for a while: a timer each, gone when that is over."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import timers
from bot.store.moments import moment

KIND = "spent"


async def spend(tx: AsyncConnection, chat: int, until: datetime) -> None:
    await timers.plan(tx, _timer(chat), KIND, until, chat)


async def spent(tx: AsyncConnection, chat: int) -> datetime | None:
    """Until when; None where the bot may speak."""
    due = await timers.planned(tx, _timer(chat))
    return None if due is None else moment(due)


async def known(tx: AsyncConnection, platform: str) -> dict[str, datetime]:
    """All of a platform, by the chats' addresses."""
    return await timers.of_kind(tx, KIND, platform)


def _timer(chat: int) -> str:
    return f"{KIND}:{chat}"
