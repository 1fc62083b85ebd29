"""What an admin decides about an incident, and what follows from it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.events import Action, Delete, Mute
from bot.store import incidents as store
from bot.store import pardons, timers
from bot.store.incidents import OPEN, SAFE, SCAM, Incident
from bot.store.pardons import Pardon
from bot.texts import plain, say, shown
from handlers import telling, warning
from handlers.commands import Call, administers
from handlers.dossier import NAME, Dossier
from handlers.group import Group
from handlers.here import Here
from handlers.policy import Powers
from handlers.telling import Telling
from patterns.model import Level, Person, Station


@dataclass(frozen=True, slots=True)
class Docket:
    """An incident as a command or button names it. `there` is the incident's own group, wherever the admin is;
    `shown` is how many decisions had been made when the pressed button was drawn.
    """

    incident: Incident
    dossier: Dossier
    there: Here
    shown: int | None
    rest: tuple[str, ...]

    @property
    def group(self) -> Group:
        assert self.there.group is not None
        return self.there.group

    @property
    def powers(self) -> Powers:
        return Powers(self.group.rights, self.there.me.abilities)


async def named(call: Call, here: Here) -> Docket | str:
    """The incident meant, by number, by a card's button or by reply; or the key of the sentence that says why not.

    A stolen admin's account must not clear itself: nobody deals with an incident of their own, and an
    anonymous admin, who might be anybody in office, not with one of an admin's.
    """
    docket = await found(call, here)
    if isinstance(docket, str):
        return docket
    own = docket.incident.user == call.sender.id
    veiled = call.sender.station is not Station.USER and not docket.dossier.member
    return "incident.answer.own" if own or veiled else docket


async def found(call: Call, here: Here) -> Docket | str:
    """The incident meant, to be read and not decided."""
    words = call.words
    first = words[0] if words else ""
    if first.startswith(("#", "＃")):
        incident = await store.get(here.tx, _number(first[1:]))
    elif here.group is None:
        return "incident.answer.which"
    elif _number(first) > 0:
        incident = await store.numbered(here.tx, here.chat.id, _number(first))
    else:
        cited = call.message.cited if call.message is not None else None
        incident = await store.about(here.tx, here.chat.id, cited.id) if cited is not None else None
        words = ["", *words]
    if incident is None or (here.group is not None and incident.chat != here.chat.id):
        return "incident.answer.nothing"
    group = here.group or await here.group_of(incident.chat)
    if group is None or not administers(call.sender, group):
        return "incident.answer.not_yours"
    rest = tuple(words[1:])
    seen = int(rest[0]) if rest and rest[0].isdecimal() and len(rest[0]) < 5 else None
    there = replace(here, chat=group.chat, group=group)
    return Docket(incident, Dossier.from_json(incident.facts), there, seen, rest)


async def decide(call: Call, here: Here, state: str) -> list[Action]:
    """Scam or safe. Saying it twice changes nothing; saying the other thing changes it."""
    docket = await named(call, here)
    if isinstance(docket, str):
        return call.tell(here, docket)
    before, old = docket.incident, docket.dossier
    stale = before.state in (SCAM, SAFE) and docket.shown not in (None, old.decisions)
    if before.state == state or stale:
        return _already(call, here, docket)
    level = int(Level.ALARM) if state == SCAM else before.level
    incident = replace(
        before,
        state=state,
        level=level,
        decided_by=call.sender.id,
        decided_at=here.now,
        updated_at=here.now,
    )
    dossier, acts = _released(docket) if state == SAFE else (old, [])
    dossier = _signed(dossier, call.sender)
    await _learnt(docket, state, call.sender)
    await timers.cancel(here.tx, f"incident:{incident.id}:end")
    told = await _announced(Telling(before, old, incident, dossier), docket.there)
    await told.keep(docket.there)
    return [*call.tell(here, f"incident.answer.{state}"), *acts, *told.actions]


async def doubt(call: Call, here: Here) -> list[Action]:
    """An admin has looked and cannot tell: the others hear of it."""
    docket = await named(call, here)
    if isinstance(docket, str):
        return call.tell(here, docket)
    if docket.incident.state in (SCAM, SAFE):
        return _already(call, here, docket)
    dossier = _signed(docket.dossier, call.sender)
    incident = replace(docket.incident, updated_at=here.now)
    told = Telling(docket.incident, docket.dossier, incident, dossier)
    told = await telling.admins_told(told, docket.there)
    await told.keep(docket.there)
    return [*call.tell(here, "incident.answer.unsure"), *told.actions]


async def silence(call: Call, here: Here) -> list[Action]:
    """Mute whom the incident is about, or let them speak again."""
    docket = await named(call, here)
    if isinstance(docket, str):
        return call.tell(here, docket)
    admin = docket.group.admin(call.sender.id)
    off = "off" in docket.rest
    if refused := _cannot_mute(docket, admin is not None and (admin.owner or admin.can_restrict)):
        return call.tell(here, refused)
    people = docket.dossier.muted if off else (docket.incident.user,)
    dossier = replace(docket.dossier, muted=() if off else tuple({*docket.dossier.muted, *people}))
    acts = [_mute(docket.incident, docket.dossier, person, on=not off) for person in people]
    return await _acted(call, here, docket, dossier, acts, "unmuted" if off else "muted")


async def remove(call: Call, here: Here) -> list[Action]:
    """Delete the incident's messages; what was seen of them stays in its file."""
    docket = await named(call, here)
    if isinstance(docket, str):
        return call.tell(here, docket)
    if not docket.powers.delete:
        return call.tell(here, "incident.answer.cannot_delete")
    incident, dossier = docket.incident, docket.dossier
    gone = [one for one in dict.fromkeys(h.id for h in dossier.askers) if one not in dossier.removed]
    if not gone:
        return call.tell(here, "incident.answer.gone")
    acts = [Delete(f"incident:{incident.id}:delete:{one}", incident.chat, one) for one in gone]
    dossier = replace(dossier, removed=(*dossier.removed, *gone))
    return await _acted(call, here, docket, dossier, acts, "removed")


async def _acted(
    call: Call, here: Here, docket: Docket, dossier: Dossier, acts: list[Mute] | list[Delete], done: str
) -> list[Action]:
    incident = replace(docket.incident, updated_at=here.now)
    told = Telling(docket.incident, docket.dossier, incident, dossier)
    if incident.state == OPEN and incident.public_key:
        told = telling.group_told(told, None, docket.there)
    told = await telling.admins_told(told, docket.there)
    await told.keep(docket.there)
    return [*call.tell(here, f"incident.answer.{done}"), *acts, *told.actions]


async def _announced(told: Telling, there: Here) -> Telling:
    """The group where it was or may be told, the parents who were alerted, and every admin's card."""
    assert there.group is not None
    incident, settings = told.incident, there.group.settings
    if incident.state == SAFE:
        told = telling.rewritten(told, there, warning.resolved(settings["language"], incident))
    elif settings["mode"] != "observe":
        told = telling.group_told(told, None, there)
        told = await telling.parents_told(told, there)
    if told.old.parents:
        told = await telling.parents_corrected(told, there)
    # Whoever decided has just read the card: it changes where it is.
    return await telling.admins_told(told, there, ring=False)


async def _learnt(docket: Docket, state: str, by: Person) -> None:
    """Scam: its payees are known from now on. Safe: these accounts, under these names, may ask for this."""
    incident, tx, now = docket.incident, docket.there.tx, docket.there.now
    if state == SCAM:
        await pardons.revoke(tx, incident.chat, incident.user)
        await pardons.confirm(tx, incident.chat, incident.marks, incident.id, now)
        return
    await pardons.withdraw(tx, incident.id)
    level = max((heard.level for heard in docket.dossier.askers), default=incident.level)
    granted = [
        Pardon(heard.user, docket.there.mark(heard.name), mark, level)
        for heard in docket.dossier.askers
        for mark in incident.marks or ("",)
    ]
    await pardons.grant(tx, incident.chat, granted, by.id, now)


def _released(docket: Docket) -> tuple[Dossier, list[Mute]]:
    muted = docket.dossier.muted if docket.powers.mute else ()
    acts = [_mute(docket.incident, docket.dossier, person, on=False) for person in muted]
    return replace(docket.dossier, muted=()), acts


def _mute(incident: Incident, dossier: Dossier, person: str, on: bool) -> Mute:
    # Muting and unmuting may alternate: each is an act of its own.
    key = f"incident:{incident.id}:{'mute' if on else 'unmute'}:{dossier.edits}:{person}"
    return Mute(key[:160], incident.chat, person, on=on)


def _cannot_mute(docket: Docket, allowed: bool) -> str:
    if not docket.powers.mute:
        return "incident.answer.cannot_mute"
    if not docket.dossier.member:
        return "incident.answer.cannot_mute_admin"
    return "" if allowed else "incident.answer.you_cannot_mute"


def _signed(dossier: Dossier, by: Person) -> Dossier:
    name = by.name if by.station is Station.USER else ""
    return replace(dossier, decisions=dossier.decisions + 1, decided_by=name[:NAME])


def _already(call: Call, here: Here, docket: Docket) -> list[Action]:
    who = shown(docket.dossier.decided_by, warning.NAME) or plain(call.language, "incident.someone")
    what = plain(call.language, f"incident.answer.{docket.incident.state}_word")
    if call.press is not None:
        return call.flash(
            here, plain(call.language, "incident.answer.already", who=who, what=what), alert=True
        )
    return [call.reply(here, say(call.language, "incident.answer.already", who=who, what=what))]


def _number(word: str) -> int:
    return int(word) if word.isascii() and word.isdecimal() and len(word) < 10 else 0
