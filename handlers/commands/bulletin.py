"""/bulletin: an admin lets the class learn from a confirmed scam: next week's tip, and an entry in /cases; or at once, as
the group's announcement.
"""

from __future__ import annotations

from bot.actions import Action, Button
from bot.store import cases
from bot.store.cases import Case
from bot.store.incidents import SCAM
from bot.texts import lines, plain, say
from handlers import docket as dockets
from handlers import notices
from handlers.cases import story, worded
from handlers.commands import Buttons, Call, Command
from handlers.docket import Docket
from handlers.here import Here


async def run(call: Call, here: Here) -> list[Action]:
    docket = await dockets.found(call, here)
    if isinstance(docket, str):
        return call.tell(here, docket)
    incident = docket.incident
    if incident.state != SCAM:
        return call.tell(here, "cases.confirm_first")
    case = Case(incident.id, docket.dossier.kind, incident.opened_at)
    if any(notices.asked(word) for word in docket.rest):
        text, about = worded(case, docket.group.settings["language"]), notices.of_incident(incident.id)
        return await notices.put_up(call, here, docket.group, about, text)
    if not await cases.add(here.tx, incident.chat, case):
        return call.tell(here, "cases.already")
    text = lines(say(call.language, "cases.taken"), "", story(call.language, case))
    return [call.reply(here, text, _at_once(call, here, docket)), *call.flash(here)]


def _at_once(call: Call, here: Here, docket: Docket) -> Buttons:
    if not notices.possible(here, docket.group):
        return ()
    label = plain(call.language, "notice.button")
    return ((Button(label, f"/bulletin #{docket.incident.id} {notices.WORD}"),),)


COMMAND = Command("bulletin", run, admin=True, menu=None)
