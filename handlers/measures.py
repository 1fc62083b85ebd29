"""What an admin has done about an incident besides deciding it: whom to silence or put out, what to delete."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, Literal

from bot.actions import Action
from bot.store.incidents import OPEN, Incident
from handlers import acts, appeals, register, telling
from handlers.commands import Call
from handlers.docket import Docket, named
from handlers.dossier import Dossier
from handlers.here import Here
from handlers.policy import Powers
from handlers.telling import Telling

_Acts = Callable[[Incident, Dossier, Iterable[str], bool], Sequence[Action]]


async def silence(call: Call, here: Here) -> list[Action]:
    """Mute every member the incident is about, or let them speak again."""
    return await _shut_out(call, here, "mute", "muted", acts.mutes)


async def banish(call: Call, here: Here) -> list[Action]:
    """Put every member the incident is about out of the group for good, or let them come back where the bot can."""
    return await _shut_out(call, here, "ban", "banned", acts.bans)


async def _shut_out(
    call: Call, here: Here, what: Literal["mute", "ban"], done: Literal["muted", "banned"], act: _Acts
) -> list[Action]:
    docket = await named(call, here)
    if isinstance(docket, str):
        return call.tell(here, docket)
    off, before = "off" in docket.rest, docket.dossier
    if refused := _refused(call, docket, what, off=off):
        return call.tell(here, refused)
    already: tuple[str, ...] = getattr(before, done)
    people = already if off else _within_reach(docket)
    changed: dict[str, Any] = {done: () if off else tuple({*already, *people})}
    dossier = replace(before, **changed)
    measures = act(docket.incident, before, people, not off)
    return await _acted(call, here, docket, dossier, measures, f"un{done}" if off else done)


async def remove(call: Call, here: Here) -> list[Action]:
    """Delete the incident's messages; what was seen of them stays in its file."""
    docket = await named(call, here)
    if isinstance(docket, str):
        return call.tell(here, docket)
    if unable := _unable(docket.powers, "delete"):
        return call.tell(here, unable)
    incident, dossier = docket.incident, docket.dossier
    gone = [one for one in dict.fromkeys(h.id for h in dossier.askers) if one not in dossier.removed]
    if not gone:
        return call.tell(here, "incident.answer.gone")
    measures = acts.deletes(incident, dossier, gone)
    dossier = replace(dossier, removed=(*dossier.removed, *gone))
    return await _acted(call, here, docket, dossier, measures, "removed")


def released(docket: Docket) -> tuple[Dossier, list[Action]]:
    """Whoever was silenced or put out over it may come back and speak."""
    return returned(docket, (), ())


def returned(docket: Docket, muted: Sequence[str], banned: Sequence[str]) -> tuple[Dossier, list[Action]]:
    """Exactly these silenced and put out, whatever was done since, as far as the bot may see to it."""
    incident, now = docket.incident, docket.dossier
    dossier = now
    done: list[Action] = []
    if docket.powers.ban:
        back = [one for one in now.banned if one not in banned and docket.powers.readmit]
        done += acts.bans(incident, now, back, on=False)
        done += acts.bans(incident, now, [one for one in banned if one not in now.banned])
        still = [one for one in now.banned if one not in back]
        dossier = replace(dossier, banned=tuple(dict.fromkeys((*banned, *still))))
    if docket.powers.mute:
        done += acts.mutes(incident, now, [one for one in now.muted if one not in muted], on=False)
        done += acts.mutes(incident, now, [one for one in muted if one not in now.muted])
        dossier = replace(dossier, muted=tuple(muted))
    return dossier, done


def _refused(call: Call, docket: Docket, what: Literal["mute", "ban"], *, off: bool) -> str:
    """Why not; the bot does for nobody what they may not do themselves."""
    if unable := _unable(docket.powers, what):
        return unable
    if off and what == "ban" and not docket.powers.readmit:
        return "incident.answer.unable_readmit"
    if not _within_reach(docket):
        return f"incident.answer.cannot_{what}_admin"
    admin = docket.group.admin(call.sender.id)
    allowed = admin is not None and (admin.owner or admin.can_restrict)
    return "" if allowed else f"incident.answer.you_cannot_{what}"


def _unable(powers: Powers, what: Literal["mute", "ban", "delete"]) -> str:
    """Why the bot cannot: a right it was not given, or no right would help."""
    if getattr(powers, what):
        return ""
    reason = "cannot" if getattr(powers.abilities, f"{what}s") else "unable"
    return f"incident.answer.{reason}_{what}"


def _within_reach(docket: Docket) -> tuple[str, ...]:
    """Every account that asked and holds no office, now as little as then."""
    return tuple(party.user for party in docket.dossier.members if docket.group.admin(party.user) is None)


async def _acted(
    call: Call, here: Here, docket: Docket, dossier: Dossier, measures: Sequence[Action], done: str
) -> list[Action]:
    incident = replace(docket.incident, updated_at=here.now)
    dossier = dossier.did(done, here.now, call.sender)
    told = Telling(docket.incident, docket.dossier, incident, dossier)
    if incident.state == OPEN and incident.public_key:
        told = await telling.group_told(told, None, docket.there)
    if done in ("muted", "banned"):
        told = await appeals.offered(told, docket.there)
    told = await telling.admins_told(told, docket.there)
    await told.keep(docket.there)
    seen = await register.refreshed(call, here, told.incident, told.dossier)
    answer = "banned_for_good" if done == "banned" and not docket.powers.readmit else done
    return [*call.tell(here, f"incident.answer.{answer}"), *measures, *told.actions, *seen]
