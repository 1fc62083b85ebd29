"""Whether what an earlier try may have sent stands already, where the platform lets that be found out."""

from __future__ import annotations

from datetime import datetime

import structlog
from sqlalchemy.exc import DBAPIError

from bot import inbox
from bot.actions import Action, Notice, Say
from bot.outbox import Parcel
from bot.places import Chat
from bot.platforms import Platform, Recounts, Sent
from bot.store import posted
from bot.store.db import Database
from bot.store.moments import moment
from bot.store.trouble import trouble

log = structlog.get_logger(__name__)


async def found(db: Database, parcel: Parcel, action: Action, chat: Chat, platform: Platform) -> Sent | None:
    """The message that says this already; None when there is none, nobody knows, or nothing was tried before."""
    if not parcel.doubled or parcel.tried_at is None:
        return None
    if not (isinstance(action, Say | Notice) and isinstance(platform, Recounts)):
        return None
    try:
        others = await _others(db, chat, platform)
    except DBAPIError as error:
        log.error("outbox_unreadable", reason=str(trouble(error)))
        return None
    standing = await platform.standing(action, chat.place, moment(parcel.tried_at), others)
    if standing is not None:
        log.info("send_found", key=parcel.key, chat=parcel.chat)
    return standing


async def _others(db: Database, chat: Chat, platform: Recounts) -> dict[str, datetime]:
    """The messages known to be something else, of all chats that are numbered together with this one."""
    together = chat.place.kind in platform.numbered_together
    async with db.read() as tx:
        if together:
            ours = await posted.said_in_all(tx, platform.name, chat.place.kind)
            bodies = await inbox.heard_in_all(tx, platform.name, chat.place.kind)
        else:
            ours = await posted.said_in(tx, chat.id)
            bodies = await inbox.heard(tx, platform.name, chat.place.address)
    theirs = {number: at for body, at in bodies if (number := platform.number(body))}
    return theirs | ours
