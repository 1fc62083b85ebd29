"""Whoever a warning is about may say what it was, once; the admins read it beside the evidence."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.actions import Action, Button, Say
from bot.places import ChatKind
from bot.store import chats, dialogues
from bot.store import incidents as store
from bot.store.incidents import SAFE, SCAM, Incident
from bot.store.moments import milliseconds
from bot.texts import plain, say, shown
from handlers import telling
from handlers.admins import spoken
from handlers.commands import Buttons, Call
from handlers.dossier import Dossier
from handlers.group import Group
from handlers.here import Here
from handlers.telling import Telling

KIND = "appeal"
# So long after its beginning there may be something to say of it.
OPEN_FOR = timedelta(days=30)
LIMIT = 300
A_DAY, AT_MOST = timedelta(days=1), 3
_TITLE = 24


async def ask(call: Call, here: Here) -> list[Action]:
    """What is to be said, and of which of the sender's incidents; nobody else's is shown."""
    mine = await _mine(call, here)
    waiting = [one for one in mine if not Dossier.from_json(one.facts).appeal]
    if not waiting:
        return await call.show(here, say(call.language, "appeal.already" if mine else "appeal.nothing"))
    today = milliseconds(here.now - A_DAY)
    if sum(Dossier.from_json(one.facts).appealed_at >= today for one in mine) >= AT_MOST:
        return await call.show(here, say(call.language, "appeal.too_many"))
    chosen = [one for one in waiting if call.args == f"#{one.id}"] or waiting
    if len(chosen) > 1:
        return await call.show(here, say(call.language, "appeal.which"), await _choice(chosen, here))
    state = {"asking": chosen[0].id}
    await dialogues.begin(here.tx, here.chat.id, call.sender.id, KIND, state, here.now)
    group = await here.group_of(chosen[0].chat)
    title = shown(group.chat.place.title, _TITLE) if group is not None else ""
    return await call.show(here, say(call.language, "appeal.ask", group=title, limit=LIMIT))


async def hear(call: Call, here: Here) -> list[Action]:
    """The sender's own words: every admin's card comes anew with them."""
    present = await dialogues.current(here.tx, here.chat.id, KIND)
    number = present.state["asking"] if present is not None else 0
    await dialogues.end(here.tx, here.chat.id, KIND)
    found = next((one for one in await _mine(call, here) if one.id == number), None)
    group = await here.group_of(found.chat) if found is not None else None
    if found is None or group is None:
        return call.tell(here, "appeal.nothing")
    old = Dossier.from_json(found.facts)
    if old.appeal:
        return call.tell(here, "appeal.already")
    words = call.args.strip()[:LIMIT]
    dossier = replace(old, appeal=words, appealed_at=milliseconds(here.now))
    dossier = dossier.did("appealed", here.now, call.sender)
    there = replace(here, chat=group.chat, group=group)
    told = Telling(found, old, replace(found, updated_at=here.now), dossier)
    told = await telling.admins_told(told, there, anew=True)
    await told.keep(there)
    return [*call.tell(here, "appeal.sent"), *told.actions]


async def offered(told: Telling, here: Here) -> Telling:
    """Who can be reached in private hears that there is a question, and where to answer; once an incident."""
    incident, group = told.incident, here.group
    if group is None or told.dossier.registered or incident.state == SCAM:
        return told
    private = await _private(incident, group, here)
    if private is None:
        return told
    language = await spoken(here, private, group)
    said = Say(
        key=f"incident:{incident.id}:appeal",
        chat=private,
        text=say(language, "appeal.offer", group=shown(group.chat.place.title, _TITLE)),
        buttons=((Button(plain(language, "appeal.button.answer"), f"/appeal #{incident.id}"),),),
        may_be_refused=True,
    )
    return told.and_(said)


async def answered(told: Telling, there: Here) -> Telling:
    """Who appealed learns what was decided."""
    incident, dossier, group = told.incident, told.dossier, there.group
    private = await _private(incident, group, there) if dossier.appeal and group is not None else None
    if group is None or private is None:
        return told
    language = await spoken(there, private, group)
    title = shown(group.chat.place.title, _TITLE)
    said = Say(
        key=f"incident:{incident.id}:appeal:{dossier.decisions}",
        chat=private,
        text=say(language, f"appeal.decided.{incident.state}", group=title),
        may_be_refused=True,
    )
    return told.and_(said)


async def _mine(call: Call, here: Here) -> list[Incident]:
    """What the group was told of this account, or it was silenced for, and nobody has cleared."""
    platform, since = here.chat.place.platform, here.now - OPEN_FOR
    found = await store.concerning(here.tx, platform, call.sender.id, since)
    return [one for one in found if one.state != SAFE and _matters(one)]


def _matters(incident: Incident) -> bool:
    dossier = Dossier.from_json(incident.facts)
    return bool(incident.public_key or dossier.muted or dossier.banned)


async def _choice(found: list[Incident], here: Here) -> Buttons:
    buttons = []
    for one in found[:5]:
        group = await here.group_of(one.chat)
        if group is not None:
            day = one.opened_at.astimezone(group.settings.zone).strftime("%m-%d %H:%M")
            label = f"{shown(group.chat.place.title, _TITLE)} {day}"
            buttons.append((Button(label, f"/appeal #{one.id}"),))
    return tuple(buttons)


async def _private(incident: Incident, group: Group, here: Here) -> int | None:
    """The number of the account's private chat, where the bot may write to it."""
    place = group.chat.place
    known = await chats.find(here.tx, place.platform, incident.user) if incident.user else None
    if known is None or known.place.kind is not ChatKind.PRIVATE:
        return None
    access = await chats.access(here.tx, known.id)
    return known.id if access is not None and access.reachable else None
