"""What a group's other modes would have done about what happened in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.store.incidents import SAFE, Incident
from handlers.dossier import Dossier
from handlers.policy import Powers, respond
from patterns.model import Level


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many incidents the group would have been told of, `wrong` those an admin called harmless later; how many
    messages would have gone and how many people been silenced.
    """

    told: int = 0
    wrong: int = 0
    deleted: int = 0
    muted: int = 0


def outcome(happened: Iterable[Incident], mode: str, powers: Powers) -> Outcome:
    """By what the guard itself had found: an admin's decision raises an incident, and no mode knows of it beforehand."""
    told = wrong = deleted = muted = 0
    for incident in happened:
        dossier = Dossier.from_json(incident.facts)
        level = Level(dossier.before.level if dossier.before is not None else incident.level)
        answer = respond(level, mode, powers, ordinary_member=dossier.member)
        told += answer.public
        wrong += answer.public and incident.state == SAFE
        deleted += len({heard.id for heard in dossier.askers}) if answer.delete else 0
        muted += answer.mute
    return Outcome(told, wrong, deleted, muted)
