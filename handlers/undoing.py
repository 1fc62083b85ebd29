"""A decision is taken back: the incident stands again as it did when nobody had decided it."""

from __future__ import annotations

from dataclasses import replace

from bot.actions import Action
from bot.store import timers
from bot.store.incidents import LASTS, OPEN, SAFE, SCAM
from handlers import lessons, measures, notices, register, spreading, subscribers, telling, warning
from handlers.commands import Call
from handlers.decisions import already, signed
from handlers.docket import Docket, named
from handlers.dossier import Before
from handlers.here import Here
from handlers.incidents import TIMER
from handlers.telling import Telling


async def undo(call: Call, here: Here) -> list[Action]:
    docket = await named(call, here)
    if isinstance(docket, str):
        return call.tell(here, docket)
    incident, old = docket.incident, docket.dossier
    if incident.state not in (SCAM, SAFE) or old.before is None:
        return call.tell(here, "incident.answer.nothing_to_undo")
    if docket.shown not in (None, old.decisions):
        return already(call, here, docket)
    told, acts = await _reopened(call, docket, old.before)
    if told.incident.state == OPEN:
        key, due = f"incident:{incident.id}:end", told.incident.closes_at
        await timers.plan(here.tx, key, TIMER, due, incident.chat, payload=str(incident.id))
    over = await spreading.withdrawn(docket)
    down = await notices.taken_down(docket)
    told = await _announced(told, docket.there, old.before)
    await told.keep(docket.there)
    seen = await register.refreshed(call, here, told.incident, told.dossier)
    return [*call.tell(here, "incident.answer.undone"), *acts, *over, *down, *told.actions, *seen]


async def _reopened(call: Call, docket: Docket, then: Before) -> tuple[Telling, list[Action]]:
    """The incident as it was, and whoever was silenced or let go since, too."""
    incident, now = docket.incident, docket.there.now
    dossier, acts = measures.returned(docket, then.muted, then.banned)
    dossier = signed(await lessons.unlearn(docket, dossier, call.sender), call.sender, "undone", now)
    again = replace(
        incident,
        state=then.state,
        level=then.level,
        decided_by="",
        decided_at=None,
        updated_at=now,
        closes_at=max(incident.closes_at, now + LASTS) if then.state == OPEN else incident.closes_at,
    )
    dossier = replace(dossier, before=None, reopened=True)
    return Telling(incident, docket.dossier, again, dossier), acts


async def _announced(told: Telling, there: Here, then: Before) -> Telling:
    """Who was told of the decision learns that it no longer holds; who was not hears nothing."""
    assert there.group is not None
    settings = there.group.settings
    if not then.public:
        told = telling.withdrawn(told)
    elif settings["mode"] == "observe":
        text = warning.public(settings["language"], told.incident, told.dossier)
        told = telling.rewritten(told, there, text, telling.public_buttons(there, settings["language"]))
    else:
        told = await telling.group_told(told, None, there)
    if told.old.parents:
        told = await subscribers.corrected(told, there)
    return await telling.admins_told(told, there, ring=False)
