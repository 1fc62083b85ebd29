"""What was to be done to somebody in a group and the platform refused: its admins hear of it and do it themselves."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import outbox
from bot.actions import Action, Ban, Delete, Mute, Priority, Say
from bot.places import Chat
from bot.store import admins, settings
from bot.texts import say, shown

_TITLE = 24


async def tell(tx: AsyncConnection, measure: Delete | Mute | Ban, chat: Chat, now: datetime) -> None:
    """Once an incident and kind of measure, however many people and messages it was about."""
    what = _what(measure)
    if not what:
        return
    spoken = (await settings.load(tx, chat.id))["language"]
    told: list[Action] = []
    for private in await admins.private_chats(tx, chat, now):
        language = (await settings.load(tx, private.id)).chosen.get("language", spoken)
        text = say(language, f"incident.undone.{what}", title=shown(chat.place.title, _TITLE))
        key = f"{_about(measure)}:{what}:undone:{private.place.address}"[:160]
        told.append(Say(key, private.id, text, Priority.ADMIN, may_be_refused=True))
    await outbox.put(tx, told, now)


def _what(measure: Delete | Mute | Ban) -> str:
    """What could not be done; what lets somebody go, or tidies up after the bot itself, is nobody's concern."""
    match measure:
        case Delete():
            return "" if measure.own else "delete"
        case Mute():
            return "mute" if measure.on else ""
        case Ban():
            return "ban" if measure.on else ""


def _about(measure: Delete | Mute | Ban) -> str:
    """The incident, as keys of what is done about it begin: `incident:7`."""
    return ":".join(measure.key.split(":")[:2])
