"""What a decision teaches the guard about accounts and payees, and how that is unlearnt."""

from __future__ import annotations

from dataclasses import replace

from bot.store import pardons
from bot.store.incidents import SCAM
from bot.store.pardons import Pardon
from handlers import spreading
from handlers.docket import Docket
from handlers.dossier import PASSED, Dossier
from handlers.pardoning import words_mark
from patterns.model import Person


async def learn(docket: Docket, dossier: Dossier, state: str, by: Person) -> Dossier:
    """Scam: its payees are known from now on. Safe: these accounts, under these names, may ask for this.

    The file notes which pardons came and went.
    """
    incident, tx, now = docket.incident, docket.there.tx, docket.there.now
    if state == SCAM:
        had = await pardons.revoke(tx, incident.chat, {incident.user, *incident.parties})
        await pardons.confirm(tx, incident.chat, incident.marks, incident.id, now)
        lost = tuple(pardon for pardon in had if pardon not in dossier.granted)
        return replace(dossier, revoked=(*dossier.revoked, *lost), granted=())
    await pardons.withdraw(tx, incident.id)
    await pardons.grant(tx, incident.chat, dossier.revoked, by.id, now)
    new = await pardons.grant(tx, incident.chat, _earned(docket, by), by.id, now)
    return replace(dossier, revoked=(), granted=(*dossier.granted, *new))


async def unlearn(docket: Docket, dossier: Dossier, by: Person) -> Dossier:
    """As if nobody had decided: its payees unknown, its pardons gone, those it took back again."""
    incident, tx = docket.incident, docket.there.tx
    await pardons.withdraw(tx, incident.id)
    await pardons.take_back(tx, incident.chat, dossier.granted)
    await pardons.grant(tx, incident.chat, dossier.revoked, by.id, docket.there.now)
    return replace(dossier, granted=(), revoked=())


def _earned(docket: Docket, by: Person) -> list[Pardon]:
    """Nobody pardons themselves, but by a code; and a code speaks for its owner's account alone."""
    incident, dossier = docket.incident, docket.dossier
    vouched = dossier.challenge == PASSED and by.id == incident.user
    askers = [heard for heard in dossier.askers if (heard.user == by.id) == vouched]
    level = max((heard.level for heard in askers), default=incident.level)
    # What other classes confirmed and this one's admin clears is cleared here, its words and its sender too.
    overruled = docket.group.shared.intersection(spreading.marks(docket))
    return [
        Pardon(heard.user, docket.there.mark(heard.name), mark, level)
        for heard in askers
        for mark in dict.fromkeys(
            (*(incident.marks or (words_mark(heard.text, docket.there.mark),)), *sorted(overruled))
        )
    ]
