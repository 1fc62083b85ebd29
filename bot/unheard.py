"""What its group did not get, or may not see. Of a warning the admins hear in private and warn the group themselves; of an
announcement whoever asked for it.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import outbox
from bot.actions import Action, Notice, Priority, Say
from bot.places import Chat, ChatKind
from bot.store import admins, elsewhere, settings
from bot.texts import say


def concerns(action: Action, chat: Chat) -> bool:
    """Whether it warns a group."""
    public = chat.place.kind is ChatKind.GROUP and isinstance(action, Say) and action.incident is not None
    return public and action.priority <= Priority.CAUTION


async def tell(tx: AsyncConnection, warning: str, chat: Chat, now: datetime) -> None:
    """Once a warning, named by its key, and admin: in private where they are, and wherever else they can be written to,
    for an account that is silenced in a group is often silenced altogether.
    """
    spoken = (await settings.load(tx, chat.id))["language"]
    reached = [*await admins.private_chats(tx, chat, now), *await elsewhere.of(tx, chat)]
    await outbox.put(tx, [await _word(tx, warning, chat, private, spoken) for private in reached], now)


async def not_put_up(tx: AsyncConnection, notice: Notice, now: datetime) -> None:
    language = (await settings.load(tx, notice.asked))["language"]
    text = say(language, "notice.refused")
    await outbox.put(tx, [Say(f"{notice.key}:refused"[:160], notice.asked, text, Priority.ADMIN)], now)


async def _word(tx: AsyncConnection, warning: str, chat: Chat, private: Chat, spoken: str) -> Say:
    language = (await settings.load(tx, private.id)).chosen.get("language", spoken)
    text = say(language, "incident.unheard", title=chat.place.title)
    return Say(f"{warning}:unheard:{private.place.address}"[:160], private.id, text, Priority.ADMIN)
