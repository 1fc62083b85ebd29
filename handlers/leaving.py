"""A group the bot was taken out of: for a while it may come back to what it knew, then all of that is forgotten."""

from __future__ import annotations

from datetime import timedelta

from bot.actions import Action
from bot.events import TimerDue
from bot.store import chats, timers
from handlers.here import Here

KIND = "left"
KEPT = timedelta(days=30)


async def left(here: Here) -> None:
    await timers.plan(here.tx, _key(here), KIND, here.now + KEPT, here.chat.id)


async def back(here: Here) -> None:
    await timers.cancel(here.tx, _key(here))


async def due(event: TimerDue, here: Here) -> list[Action]:
    access = await chats.access(here.tx, here.chat.id)
    if access is not None and not access.membership.inside:
        await chats.forget(here.tx, here.chat.id)
    return []


def _key(here: Here) -> str:
    return f"left:{here.chat.id}"
