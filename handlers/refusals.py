"""What the platform did not do about an incident: the file, the cards and the warning no longer say that it was done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from bot.actions import Action
from bot.events import TimerDue
from bot.store import incidents
from bot.store import refusals as store
from bot.store.incidents import OPEN, Incident
from bot.store.moments import milliseconds
from bot.store.refusals import BAN, DELETE, MUTE, Refusal
from bot.texts import Said, say, shown
from handlers import admins, register, telling
from handlers.dossier import Before, Dossier
from handlers.group import Group
from handlers.here import Here
from handlers.telling import Telling

# Where the file says that it was done.
_DONE = {DELETE: "removed", MUTE: "muted", BAN: "banned"}
# Of a flood no more are noted.
_NOTED = 100
_TITLE = 24


async def due(event: TimerDue, here: Here) -> list[Action]:
    """The admins do it themselves; they are asked to once an incident and kind of measure."""
    incident = await incidents.get(here.tx, int(event.payload))
    if incident is None or here.group is None:
        return []
    old = Dossier.from_json(incident.facts)
    news = [one for one in await store.of(here.tx, incident.id) if _is_news(one, old)]
    if not news:
        return []
    dossier = _corrected(old, news, incident)
    kinds = tuple(dict.fromkeys(one.told for one in news))
    for kind in kinds:
        dossier = dossier.did(kind, here.now)
    told = Telling(incident, old, replace(incident, updated_at=here.now), dossier)
    if incident.state == OPEN and incident.public_key:
        told = await telling.group_told(told, None, here)
    told = await telling.admins_told(told, here, ring=False)
    await told.keep(here)
    listed = await register.reworded(here, told.incident, told.dossier)
    return [*told.actions, *listed, *await _asked(incident, kinds, here, here.group)]


def _is_news(refusal: Refusal, dossier: Dossier) -> bool:
    """Whether the file still says that it was done. A message its sender took back is gone, whoever was refused."""
    gone = refusal.what == DELETE and refusal.about in dossier.recalled
    said = refusal.about in getattr(dossier, _DONE[refusal.what])
    return said and not gone and refusal not in dossier.refused


def _corrected(dossier: Dossier, refused: Sequence[Refusal], incident: Incident) -> Dossier:
    for one in refused:
        done = _DONE[one.what]
        changed: dict[str, Any] = {done: _without(getattr(dossier, done), one)}
        dossier = replace(dossier, before=_before(dossier.before, one, incident), **changed)
    return replace(dossier, refused=(*dossier.refused, *refused)[-_NOTED:])


def _before(before: Before | None, refusal: Refusal, incident: Incident) -> Before | None:
    """What was wanted before the decision was not so then either: an undo does not lead back to it."""
    decided = incident.decided_at
    if before is None or decided is None or refusal.at > milliseconds(decided) or refusal.what == DELETE:
        return before
    done = _DONE[refusal.what]
    changed: dict[str, Any] = {done: _without(getattr(before, done), refusal)}
    return replace(before, **changed)


def _without(done: Sequence[str], refusal: Refusal) -> tuple[str, ...]:
    return tuple(one for one in done if one != refusal.about)


async def _asked(incident: Incident, kinds: Sequence[str], here: Here, group: Group) -> list[Action]:
    asked: list[Action] = []
    for kind in kinds:
        key = f"incident:{incident.id}:{kind}"
        asked += await admins.told(here, group, key, partial(_worded, kind=kind, group=group))
    return asked


def _worded(language: str, kind: str, group: Group) -> Said:
    return say(language, f"incident.not_done.{kind}", title=shown(group.chat.place.title, _TITLE))
