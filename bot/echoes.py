"""What was said shortly before a start, told to a platform that hears it like anybody's words."""

from __future__ import annotations

from datetime import timedelta

from bot import outbox, substitutes
from bot.actions import Say
from bot.clock import Clock
from bot.platforms import Echoes, Platform
from bot.store import chats, settings
from bot.store.db import Database

# What is heard again was printed before the end, or while nobody listened.
LATELY = timedelta(days=1)


async def recall(db: Database, clock: Clock, platform: Platform) -> None:
    if not isinstance(platform, Echoes):
        return
    async with db.read() as tx:
        groups = {chat.id: chat for chat in await chats.joined(tx) if chat.place.platform == platform.name}
        tried = await outbox.tried(tx, groups, clock.now() - LATELY)
        chosen = await settings.of_each(tx, groups)
    for number, action in tried:
        chat = groups[number]
        said = substitutes.instead(action, platform.abilities, chosen[number]["language"], chat)
        if isinstance(said, Say):
            platform.spoke(said, chat.place)
