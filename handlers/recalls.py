"""A message that was taken back stays in the file of its incident: that it is gone is evidence too."""

from __future__ import annotations

from dataclasses import replace

from bot.actions import Action
from bot.events import MessageRecalled
from bot.store.incidents import Incident
from handlers import telling
from handlers.dossier import Dossier
from handlers.here import Here


async def recalled(event: MessageRecalled, here: Here) -> list[Action]:
    """Its words are in the file already. The admins' cards say that it was taken back; an admin who did so
    has removed it, and the group's warning says that.
    """
    if here.group is None or event.by == here.me.id:
        return []
    for incident in here.group.open:
        dossier = Dossier.from_json(incident.facts)
        if any(heard.id == event.message_id for heard in dossier.messages):
            return await _noted(event, incident, dossier, here)
    return []


async def _noted(event: MessageRecalled, incident: Incident, old: Dossier, here: Here) -> list[Action]:
    gone, own = event.message_id, event.by == event.sender
    # Its sender may be quicker than a deletion that is under way.
    if gone in old.recalled or (gone in old.removed and not own):
        return []
    dossier = (
        replace(old, recalled=(*old.recalled, gone)) if own else replace(old, removed=(*old.removed, gone))
    )
    dossier = dossier.did("recalled" if own else "removed", here.now)
    told = telling.Telling(incident, old, replace(incident, updated_at=here.now), dossier)
    if incident.public_key:
        told = await telling.group_told(told, None, here)
    told = await telling.admins_told(told, here, ring=False)
    await told.keep(here)
    return list(told.actions)
