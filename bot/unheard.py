"""A warning its group did not get, or may not see: the admins hear of it in private and warn the group themselves."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import outbox
from bot.events import Action, Chat, ChatKind, Place, Priority, Say
from bot.store import admins, chats, settings
from bot.store.moments import milliseconds
from bot.texts import say


def concerns(action: Action, chat: Chat) -> bool:
    """Whether it warns a group."""
    public = chat.place.kind is ChatKind.GROUP and isinstance(action, Say) and action.incident is not None
    return public and action.priority <= Priority.CAUTION


async def tell(tx: AsyncConnection, warning: str, chat: Chat, now: datetime) -> None:
    """Once a warning, named by its key, and admin."""
    spoken = (await settings.load(tx, chat.id))["language"]
    told: list[Action] = []
    for admin in await admins.load(tx, chat.id):
        place = Place(chat.place.platform, admin.user, ChatKind.PRIVATE)
        private, _ = await chats.register(tx, place, milliseconds(now))
        own = await settings.load(tx, private.id)
        language = own["language"] if "language" in own.chosen else spoken
        text = say(language, "incident.unheard", title=chat.place.title)
        told.append(Say(f"{warning}:unheard:{admin.user}"[:160], private.id, text, Priority.ADMIN))
    await outbox.put(tx, told, now)
