"""What comes each week by itself, what a class is taught and what its admins are told, as its settings say."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.settings import Settings
from handlers import digest, quiz, tips

# A change of one of these moves what is planned.
SETTINGS = frozenset({"tips", "tip_day", "tip_time", "timezone", "quiz", "digest", "digest_day"})


async def plan(tx: AsyncConnection, chat_id: int, settings: Settings, now: datetime) -> None:
    await tips.plan(tx, chat_id, settings, now)
    await quiz.plan(tx, chat_id, settings, now)
    await digest.plan(tx, chat_id, settings, now)
