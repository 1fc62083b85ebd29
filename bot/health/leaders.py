"""A platform on which nothing can be heard or said: the admins of its groups hear of it on another one, where they
are known there.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import outbox
from bot.actions import Priority, Say
from bot.health.names import platform_name
from bot.store import chats, elsewhere, settings
from bot.store.moments import milliseconds
from bot.texts import plain, say, shown

UNGUARDED, GUARDED = "operator.unguarded", "operator.guarded"
_TITLES = 3
_TITLE = 24


async def tell(tx: AsyncConnection, what: str, platform: str, now: datetime) -> int:
    """One word to each of them, whichever and however many groups they lead there. Returns how many there are."""
    led: dict[int, list[str]] = defaultdict(list)
    for group in await chats.joined(tx):
        if group.place.platform == platform:
            for chat in await elsewhere.of(tx, group):
                led[chat.id].append(shown(group.place.title, _TITLE))
    said = [await _word(tx, what, platform, chat, titles, now) for chat, titles in led.items()]
    await outbox.put(tx, said, now)
    return len(said)


async def _word(
    tx: AsyncConnection, what: str, platform: str, chat: int, titles: list[str], now: datetime
) -> Say:
    language = (await settings.load(tx, chat))["language"]
    listed = plain(language, "list.separator").join(titles[:_TITLES])
    text = say(language, what, platform=platform_name(language, platform), titles=listed)
    return Say(f"leaders:{chat}:{platform}:{milliseconds(now)}"[:160], chat, text, Priority.ADMIN)
