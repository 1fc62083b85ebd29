"""/bulletin: an admin lets the class learn from a confirmed scam: next week's tip, and an entry in /cases."""

from __future__ import annotations

from bot.actions import Action
from bot.store import cases
from bot.store.cases import Case
from bot.store.incidents import SCAM
from bot.texts import lines, say
from handlers import docket as dockets
from handlers.cases import story
from handlers.commands import Call, Command
from handlers.here import Here


async def run(call: Call, here: Here) -> list[Action]:
    docket = await dockets.found(call, here)
    if isinstance(docket, str):
        return call.tell(here, docket)
    incident = docket.incident
    if incident.state != SCAM:
        return call.tell(here, "cases.confirm_first")
    case = Case(incident.id, docket.dossier.kind, incident.opened_at)
    if not await cases.add(here.tx, incident.chat, case):
        return call.tell(here, "cases.already")
    text = lines(say(call.language, "cases.taken"), "", story(call.language, case))
    return [call.reply(here, text), *call.flash(here)]


COMMAND = Command("bulletin", run, admin=True, menu=None)
