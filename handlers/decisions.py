"""What an admin decides about an incident, and what follows from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.actions import Action
from bot.store import timers
from bot.store.incidents import SAFE, SCAM
from bot.texts import plain, say, shown
from handlers import appeals, lessons, measures, notices, register, spreading, subscribers, telling, warning
from handlers.commands import Call
from handlers.docket import Docket, named
from handlers.dossier import NAME, Before, Dossier
from handlers.here import Here
from handlers.telling import Telling
from patterns.model import Level, Person, Station


async def decide(call: Call, here: Here, state: str) -> list[Action]:
    """Scam or safe. Saying it twice changes nothing; saying the other thing changes it."""
    docket = await named(call, here)
    if isinstance(docket, str):
        return call.tell(here, docket)
    before = docket.incident
    stale = before.state in (SCAM, SAFE) and docket.shown not in (None, docket.dossier.decisions)
    if before.state == state == SCAM and before.decided_by != call.sender.id and not stale:
        return [*already(call, here, docket), *await spreading.voiced(docket, SCAM, call.sender)]
    if before.state == state or stale:
        return already(call, here, docket)
    acts, told = await settle(docket, state, call.sender)
    seen = await register.refreshed(call, here, told.incident, told.dossier)
    said = docket.group.promised("incident.answer.scam") if state == SCAM else f"incident.answer.{state}"
    return [*call.tell(here, said), *acts, *told.actions, *seen]


async def settle(docket: Docket, state: str, by: Person) -> tuple[Sequence[Action], Telling]:
    """What follows from scam or safe, whoever has found out: an admin, or with a code the account's own owner."""
    before, old, there = docket.incident, docket.dossier, docket.there
    incident = replace(
        before,
        state=state,
        level=int(Level.ALARM) if state == SCAM else before.level,
        decided_by=by.id,
        decided_at=there.now,
        updated_at=there.now,
    )
    dossier, acts = measures.released(docket) if state == SAFE else (old, [])
    dossier = signed(dossier, by, state, there.now)
    dossier = replace(await lessons.learn(docket, dossier, state, by), before=before_it(docket))
    await timers.cancel(there.tx, f"incident:{incident.id}:end")
    told = await _announced(Telling(before, old, incident, dossier), there)
    told = await appeals.answered(told, there)
    await told.keep(there)
    spread = await spreading.voiced(docket, state, by)
    down = await notices.taken_down(docket) if state == SAFE else ()
    return [*acts, *spread, *down], told


async def doubt(call: Call, here: Here) -> list[Action]:
    """An admin has looked and cannot tell: the others hear of it."""
    docket = await named(call, here)
    if isinstance(docket, str):
        return call.tell(here, docket)
    if docket.incident.state in (SCAM, SAFE):
        return already(call, here, docket)
    dossier = signed(docket.dossier, call.sender, "unsure", here.now)
    incident = replace(docket.incident, updated_at=here.now)
    told = Telling(docket.incident, docket.dossier, incident, dossier)
    told = await telling.admins_told(told, docket.there)
    await told.keep(docket.there)
    seen = await register.refreshed(call, here, told.incident, told.dossier)
    return [*call.tell(here, "incident.answer.unsure"), *told.actions, *seen]


async def _announced(told: Telling, there: Here) -> Telling:
    """The group where it was or may be told, the parents who were alerted, and every admin's card."""
    assert there.group is not None
    incident, settings = told.incident, there.group.settings
    if incident.state == SAFE:
        told = telling.rewritten(told, there, warning.resolved(settings["language"], incident))
    elif settings["mode"] != "observe":
        told = await telling.group_told(told, None, there)
        told = await subscribers.alerted(told, there)
    if told.old.parents:
        told = await subscribers.corrected(told, there)
    # An alarm called off is what a thief in an admin's account wants: the other admins' phones ring.
    called_off = incident.state == SAFE and incident.level >= Level.ALARM
    # Whoever decided has just read the card: it changes where it is.
    return await telling.admins_told(told, there, ring=False, anew=called_off, but=incident.decided_by)


def before_it(docket: Docket) -> Before:
    """What an undo of the next decision leads back to: how it stood when nobody had decided."""
    incident, dossier = docket.incident, docket.dossier
    if incident.state in (SCAM, SAFE) and dossier.before is not None:
        return dossier.before
    public = bool(incident.public_key)
    return Before(incident.state, incident.level, public, dossier.muted, dossier.banned)


def signed(dossier: Dossier, by: Person, what: str, now: datetime) -> Dossier:
    """The file with one more decision in it: who looks at an older card decides nothing more."""
    name = by.name if by.station is Station.USER else ""
    signed = replace(dossier, decisions=dossier.decisions + 1, decided_by=name[:NAME], reopened=False)
    return signed.did(what, now, by)


def already(call: Call, here: Here, docket: Docket) -> list[Action]:
    who = shown(docket.dossier.decided_by, warning.NAME) or plain(call.language, "incident.someone")
    what = plain(call.language, f"incident.answer.{docket.incident.state}_word")
    if call.press is not None:
        return call.flash(
            here, plain(call.language, "incident.answer.already", who=who, what=what), alert=True
        )
    return [call.reply(here, say(call.language, "incident.answer.already", who=who, what=what))]
