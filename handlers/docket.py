"""Which incident an admin means, and whether they may deal with it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.store import incidents as store
from bot.store.incidents import Incident
from handlers import administered
from handlers.calls import Call
from handlers.dossier import Dossier
from handlers.group import Group, administers
from handlers.here import Here
from handlers.policy import Powers
from patterns.model import Station


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

    A stolen admin's account must not clear itself: nobody deals with an incident in which they asked, whoever
    it began with, and an anonymous admin, who might be anybody in office, not with one in which an admin did.
    """
    docket = await found(call, here)
    if isinstance(docket, str):
        return docket
    incident, dossier = docket.incident, docket.dossier
    own = incident.concerns(call.sender.id)
    offices = not dossier.member or any(not party.member for party in dossier.parties)
    veiled = call.sender.station is not Station.USER and offices
    return "incident.answer.own" if own or veiled else docket


async def found(call: Call, here: Here) -> Docket | str:
    """The incident meant, to be read and not decided."""
    words = call.words
    first = words[0] if words else ""
    if first.startswith(("#", "＃")):
        incident = await store.get(here.tx, _number(first[1:]))
    elif here.group is None:
        only = await administered.only(call, here)
        if only is None or _number(first) == 0:
            return "incident.answer.which"
        incident = await store.numbered(here.tx, only, _number(first))
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


def _number(word: str) -> int:
    return int(word) if word.isascii() and word.isdecimal() and len(word) < 10 else 0
