"""What is done to people and messages over an incident. Silencing and letting speak may alternate, and what was refused
may be wanted once more: each is an act of its own.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.actions import Action, Ban, Delete, Mute
from bot.store.incidents import Incident
from handlers.dossier import Dossier


def mutes(incident: Incident, dossier: Dossier, people: Iterable[str], on: bool = True) -> list[Action]:
    word = "mute" if on else "unmute"
    return [
        Mute(_key(incident, dossier, word, one), incident.chat, one, on=on, incident=incident.id)
        for one in people
    ]


def bans(incident: Incident, dossier: Dossier, people: Iterable[str], on: bool = True) -> list[Action]:
    word = "ban" if on else "unban"
    return [
        Ban(_key(incident, dossier, word, one), incident.chat, one, on=on, incident=incident.id)
        for one in people
    ]


def deletes(incident: Incident, dossier: Dossier, messages: Iterable[str]) -> list[Action]:
    return [
        Delete(_key(incident, dossier, "delete", one), incident.chat, one, incident=incident.id)
        for one in messages
    ]


def _key(incident: Incident, dossier: Dossier, word: str, about: str) -> str:
    return f"incident:{incident.id}:{word}:{dossier.edits}:{about}"[:160]
