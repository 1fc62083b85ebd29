"""What is said of a scam while nothing can be written down: the group's warning, a word to its admins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.actions import Action, Delete, Mute, Priority, Say
from bot.places import ChatKind, Place
from bot.store.incidents import LASTS, OPEN, Incident
from bot.texts import say, shown
from handlers import warning
from handlers.dossier import NAME, Dossier
from handlers.filing import filed
from handlers.group import Group
from handlers.policy import Powers, respond
from handlers.seen import Seen
from patterns.model import Level


@dataclass(frozen=True, slots=True)
class Unrecorded:
    """`public` is the warning, None where a group is to hear none; the rest goes with it, each to its place."""

    public: Say | None
    others: tuple[tuple[Place, Action], ...] = ()


def warned(seen: Seen, group: Group, now: datetime) -> Unrecorded:
    """An alarm, from memory alone. Anything quieter can wait until it can be recorded."""
    if seen.verdict.level < Level.ALARM or _told(seen, group):
        return Unrecorded(None)
    powers = Powers(group.rights, group.me.abilities)
    answer = respond(seen.verdict.level, group.settings["mode"], powers, ordinary_member=seen.from_member)
    others = [*_to_admins(seen, group, public=answer.public)]
    if answer.delete:
        others.append((group.chat.place, Delete(_key(seen, "delete"), group.chat.id, seen.message.id)))
    if answer.mute:
        others.append((group.chat.place, Mute(_key(seen, "mute"), group.chat.id, seen.message.sender.id)))
    return Unrecorded(_public(seen, group, now) if answer.public else None, tuple(others))


def _told(seen: Seen, group: Group) -> bool:
    """The group has been warned of this account already."""
    return any(
        one.concerns(seen.message.sender.id) and one.public_key and one.level >= Level.ALARM
        for one in group.open
    )


def _public(seen: Seen, group: Group, now: datetime) -> Say:
    language = group.settings["language"]
    return Say(
        key=_key(seen, "public"),
        chat=group.chat.id,
        text=warning.public(language, _provisional(seen, group, now), filed(Dossier(), seen, group)),
        priority=Priority.ALARM,
        buttons=warning.paid_button(language),
        reply_to=seen.message.id,
        thread=seen.event.place.thread,
    )


def _to_admins(seen: Seen, group: Group, *, public: bool) -> list[tuple[Place, Action]]:
    """They learn of it at once; the card with its buttons follows when there is a number to put on it."""
    language = group.settings["language"]
    key = "incident.unrecorded.public" if public else "incident.unrecorded.silent"
    name = shown(seen.message.sender.name, NAME)
    text = say(language, key, title=shown(group.chat.place.title, NAME), name=name)
    return [
        (
            Place(group.chat.place.platform, admin.user, ChatKind.PRIVATE),
            Say(_key(seen, f"admin:{admin.user}"), 0, text, Priority.ADMIN, may_be_refused=True),
        )
        for admin in group.alerted
        if admin.user != group.me.id
    ]


def _provisional(seen: Seen, group: Group, now: datetime) -> Incident:
    """As it will be opened, but for its number."""
    sender = seen.message.sender
    return Incident(
        id=0,
        chat=group.chat.id,
        number=0,
        subject=f"user:{sender.id}"[:160],
        user=sender.id,
        user_name=sender.name[:NAME],
        level=int(seen.verdict.level),
        state=OPEN,
        opened_at=now,
        updated_at=now,
        closes_at=now + LASTS,
        decided_by="",
        decided_at=None,
        message_id=seen.message.id,
        public_key="",
        revision=0,
        marks=(),
        facts={},
        parties=(sender.id,),
    )


def _key(seen: Seen, what: str) -> str:
    return f"unrecorded:{seen.message.id}:{what}"
