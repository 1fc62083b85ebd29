"""What a class is taught by itself, planned as its settings say."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.settings import Settings
from handlers import quiz, tips

# A change of one of these moves what is planned.
SETTINGS = frozenset({"tips", "tip_day", "tip_time", "timezone", "quiz"})


async def plan(tx: AsyncConnection, chat_id: int, settings: Settings, now: datetime) -> None:
    await tips.plan(tx, chat_id, settings, now)
    await quiz.plan(tx, chat_id, settings, now)
