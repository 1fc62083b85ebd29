"""An incident: opened by a message, raised by what becomes known, ended by a decision or by time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from bot.actions import Action
from bot.events import TimerDue
from bot.store import incidents as store
from bot.store import timers
from bot.store.incidents import ENDED, LASTS, OPEN, SAFE, SCAM, Incident
from bot.store.refusals import DELETE, MUTE
from handlers import acts, appeals, challenges, subscribers, telling
from handlers.dossier import ASKED, NAME, Dossier
from handlers.filing import filed
from handlers.here import Here
from handlers.policy import Powers, Response, respond
from handlers.seen import Seen
from patterns.marks import text_mark
from patterns.model import Level

TIMER = "incident_end"
# A caution is given once for a sender and payee; after this long nobody remembers it.
REMEMBERED = timedelta(days=30)
# An answer in the chorus ("paid already") belongs to what it answers.
CHORUS = timedelta(minutes=30)
# A warning that comes so much later says when the message was sent.
LATE = timedelta(minutes=3)


async def met(seen: Seen, here: Here, reports: int = 0) -> list[Action]:
    """A message that is not ordinary: take it into its incident and do what the group's mode allows.

    One that somebody asked the admins to look at (`reports`) is nobody else's chorus.
    """
    group = here.group
    assert group is not None, "only groups have incidents"
    past = await store.latest(here.tx, here.chat.id, seen.message.sender.id, here.now - REMEMBERED)
    ongoing = await store.ongoing(here.tx, here.chat.id)
    marks = tuple(here.mark(payee) for payee in seen.verdict.marks)
    if any(_known(seen, marks, one) for one in (*past, *ongoing)):
        return []
    incident = _belonging(seen, marks, ongoing, here, chorus=not reports) or await _opened(seen, marks, here)
    answer = respond(
        Level(max(seen.verdict.level, incident.level)),
        group.settings["mode"],
        Powers(group.rights, here.me.abilities),
        ordinary_member=seen.from_member,
        cautioned_before=_cautioned(past, incident, seen, marks),
    )
    return await _taken_in(seen, incident, marks, answer, here, reports)


async def ended(event: TimerDue, here: Here) -> list[Action]:
    """Nobody decided for a day: the incident stays on record, the next message opens a new one. Its warning waits
    for nobody any longer and says so, where it can be changed; nothing is said anew for that.
    """
    incident = await store.get(here.tx, int(event.payload))
    if incident is None or incident.state != OPEN or incident.closes_at > here.now:
        return []
    dossier = Dossier.from_json(incident.facts)
    over = replace(incident, state=ENDED, updated_at=here.now)
    told = telling.Telling(incident, dossier, over, dossier)
    if here.me.abilities.edits and over.public_key:
        told = await telling.group_told(told, None, here)
    await told.keep(here)
    return list(told.actions)


def _known(seen: Seen, marks: tuple[str, ...], incident: Incident) -> bool:
    """Delivered again, or looked at again with nothing new in its pictures, or decided already."""
    dossier = Dossier.from_json(incident.facts)
    # Its payees are known from the decision on: the same message weighs more now and is no news.
    if not (dossier.holds(seen) or (incident.state == SCAM and dossier.mentions(seen))):
        return False
    return incident.state != OPEN or set(marks) <= set(incident.marks)


async def _taken_in(
    seen: Seen, before: Incident, marks: tuple[str, ...], answer: Response, here: Here, reports: int
) -> list[Action]:
    assert here.group is not None
    old = Dossier.from_json(before.facts)
    dossier = filed(old, seen, here.group)
    member = seen.from_member if before.level == 0 else dossier.member
    dossier = replace(dossier, member=member, reports=dossier.reports + reports)
    incident = replace(
        before,
        level=max(before.level, int(seen.verdict.level)),
        updated_at=here.now,
        marks=tuple(dict.fromkeys((*before.marks, *marks))),
        parties=tuple(party.user for party in dossier.parties),
        message_id=seen.message.id if seen.verdict.level > before.level else before.message_id,
    )
    if before.level == 0:
        dossier = replace(dossier, late=_late(seen, here))
    owner_asked = await challenges.due_for(seen, incident, dossier, here)
    dossier = replace(dossier, challenge=ASKED) if owner_asked else dossier
    done, dossier = _acted(seen, incident, dossier, answer)
    told = telling.Telling(before, old, incident, dossier)
    if answer.public:
        told = await telling.group_told(told, seen, here)
    if answer.public:
        told = await subscribers.alerted(told, here)
        told = await subscribers.corrected(told, here)
    if answer.public or answer.mute:
        told = await appeals.offered(told, here)
    told = await telling.admins_told(told, here)
    await told.keep(here)
    asking = await challenges.request_doubted(here, here.group, incident) if owner_asked else []
    return [*told.actions, *done, *asking]


def _late(seen: Seen, here: Here) -> str:
    """When it was sent, if that was long ago: the guard was away, a parent reported it, or a picture took its time."""
    assert here.group is not None
    if here.now - seen.event.at < LATE:
        return ""
    return seen.event.at.astimezone(here.group.settings.zone).strftime("%m-%d %H:%M")


def _acted(
    seen: Seen, incident: Incident, dossier: Dossier, answer: Response
) -> tuple[list[Action], Dossier]:
    """Guard mode: what was asked goes, and who asked it is silent until an admin decides. Bystanders stay, and what the
    platform refused is an admin's to ask for again.
    """
    verdict, sender = seen.verdict, seen.message.sender.id
    done: list[Action] = []
    if not (verdict.asks or verdict.tells or verdict.impersonates):
        return done, dossier
    if answer.delete:
        theirs = dict.fromkeys(heard.id for heard in dossier.messages if heard.user == sender)
        gone = [one for one in theirs if one not in dossier.removed and not dossier.was_refused(DELETE, one)]
        done += acts.deletes(incident, dossier, gone)
        dossier = replace(dossier, removed=(*dossier.removed, *gone))
    if answer.mute and sender not in dossier.muted and not dossier.was_refused(MUTE, sender):
        done += acts.mutes(incident, dossier, [sender])
        dossier = replace(dossier, muted=(*dossier.muted, sender))
    return done, dossier


def _belonging(
    seen: Seen, marks: tuple[str, ...], ongoing: Iterable[Incident], here: Here, *, chorus: bool
) -> Incident | None:
    """The undecided incident this message is part of: by its sender, by a shared payee, or as its chorus."""
    mine = [one for one in ongoing if one.closes_at > here.now]
    sender = seen.message.sender.id
    for one in mine:
        if one.concerns(sender) or set(one.marks) & set(marks):
            return one
    verdict = seen.verdict
    if not chorus or verdict.asks or verdict.impersonates or verdict.tells or verdict.level > Level.CAUTION:
        return None
    loud = [one for one in mine if one.level >= Level.CAUTION and here.now - one.updated_at <= CHORUS]
    return loud[0] if loud else None


async def _opened(seen: Seen, marks: tuple[str, ...], here: Here) -> Incident:
    sender = seen.message.sender
    incident = await store.open_(
        here.tx,
        here.chat.id,
        subject=f"user:{sender.id}"[:160],
        user=sender.id,
        user_name=sender.name[:NAME],
        message_id=seen.message.id,
        at=here.now,
    )
    due = here.now + LASTS
    await timers.plan(
        here.tx, f"incident:{incident.id}:end", TIMER, due, here.chat.id, payload=str(incident.id)
    )
    return incident


def _cautioned(past: Iterable[Incident], present: Incident, seen: Seen, marks: tuple[str, ...]) -> bool:
    """Whether this sender was publicly doubted before for the same payees, under another incident; where no payee
    can be read, in the same words, or for what an admin then cleared.
    """
    loud = [one for one in past if one.id != present.id and one.public_key and one.level >= Level.CAUTION]
    if marks:
        return any(set(marks) <= set(one.marks) for one in loud)
    words = _words(seen.message.wording)
    return any(one.state == SAFE or words in _said(one) for one in loud)


def _said(incident: Incident) -> set[str]:
    return {_words(heard.text) for heard in Dossier.from_json(incident.facts).askers}


def _words(text: str) -> str:
    """What a request is known again by, however few words it has."""
    return text_mark(text) or text.strip()
