"""/evidence: an incident as an archive for the police, handed to an admin in private."""

from __future__ import annotations

from dataclasses import replace

from bot.actions import Action, Say
from bot.places import ChatKind
from bot.store import chats
from bot.store import incidents as store
from bot.texts import say
from handlers import docket as dockets
from handlers import evidence
from handlers.admins import spoken
from handlers.commands import Call, Command, door
from handlers.docket import Docket
from handlers.here import Here
from patterns.model import Station


async def run(call: Call, here: Here) -> list[Action]:
    docket = await dockets.named(call, here)
    if isinstance(docket, str):
        return call.tell(here, "evidence.which" if docket == "incident.answer.nothing" else docket)
    if not docket.incident.subject:
        return call.tell(here, "incidents.forgotten")
    private = await _private(call, here)
    if private is None:
        text = say(call.language, "evidence.private_first")
        return [call.reply(here, text, door(here, call.language)), *call.flash(here)]
    told = [] if private == here.chat.id else call.tell(here, "evidence.sent")
    return [await _handed_over(call, docket, private), *told, *call.flash(here)]


async def _private(call: Call, here: Here) -> int | None:
    """Where the admin can be handed something nobody else sees."""
    if here.group is None:
        return here.chat.id
    if call.sender.station is not Station.USER:
        return None
    known = await chats.find(here.tx, here.chat.place.platform, call.sender.id)
    if known is None or known.place.kind is not ChatKind.PRIVATE:
        return None
    access = await chats.access(here.tx, known.id)
    return known.id if access is not None and access.reachable else None


async def _handed_over(call: Call, docket: Docket, private: int) -> Say:
    language = await spoken(docket.there, private, docket.group)
    incident, now = docket.incident, docket.there.now
    paper = await evidence.paper(docket, language)
    dossier = docket.dossier.did("evidence", now, call.sender)
    await store.save(docket.there.tx, replace(incident, facts=dossier.to_json()))
    text = say(language, "evidence.here", number=incident.number)
    return Say(f"evidence:{incident.id}:{call.key}", private, text, paper=paper, fleeting=True)


COMMAND = Command("evidence", run, admin=True)
