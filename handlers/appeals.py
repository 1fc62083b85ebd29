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
from handlers.dossier import NAME, Appeal, Dossier
from handlers.group import Group
from handlers.here import Here
from handlers.telling import Telling

KIND = "appeal"
# So long after its beginning there may be something to say of it.
OPEN_FOR = timedelta(days=30)
LIMIT = 300
A_DAY, AT_MOST = timedelta(days=1), 3
# So many of one incident's appeals ring; what more of its accounts say stands on the card.
RINGS = 3
_TITLE = 24


async def ask(call: Call, here: Here) -> list[Action]:
    """What is to be said, and of which of the sender's incidents; nobody else's is shown."""
    mine = await _mine(call, here)
    said = {one.id: Dossier.from_json(one.facts).appeal(call.sender.id) for one in mine}
    waiting = [one for one in mine if said[one.id] is None]
    if not waiting:
        return await call.show(here, say(call.language, "appeal.already" if mine else "appeal.nothing"))
    today = milliseconds(here.now - A_DAY)
    if sum(one is not None and one.at >= today for one in said.values()) >= AT_MOST:
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
    """The sender's own words: every admin's card comes anew with them, but does not ring for a whole crowd's."""
    present = await dialogues.current(here.tx, here.chat.id, KIND)
    number = present.state["asking"] if present is not None else 0
    await dialogues.end(here.tx, here.chat.id, KIND)
    found = next((one for one in await _mine(call, here) if one.id == number), None)
    group = await here.group_of(found.chat) if found is not None else None
    if found is None or group is None:
        return call.tell(here, "appeal.nothing")
    old = Dossier.from_json(found.facts)
    if old.appeal(call.sender.id) is not None:
        return call.tell(here, "appeal.already")
    who, words = call.sender, call.args.strip()[:LIMIT]
    appeal = Appeal(who.id, who.name[:NAME], milliseconds(here.now), words)
    dossier = replace(old, appeals=(*old.appeals, appeal)).did("appealed", here.now, who)
    there = replace(here, chat=group.chat, group=group)
    told = Telling(found, old, replace(found, updated_at=here.now), dossier)
    told = await telling.admins_told(told, there, anew=len(old.appeals) < RINGS)
    await told.keep(there)
    return [*call.tell(here, "appeal.sent"), *told.actions]


async def offered(told: Telling, here: Here) -> Telling:
    """Whoever asked and can be reached in private hears that there is a question, and where to answer; each once."""
    incident, group = told.incident, here.group
    if group is None or incident.state == SCAM:
        return told
    for user in _newly_touched(told):
        # The owner of a registered account is asked for a code instead.
        if group.context.roster.owner(user) is None:
            told = await _offered(told, user, group, here)
    return told


def _newly_touched(told: Telling) -> list[str]:
    """The accounts that the group first hears of now, or that are silenced or put out now."""
    old, new = told.old, told.dossier
    known = {party.user for party in old.parties} if told.before.public_key else set[str]()
    known -= {*new.muted, *new.banned} - {*old.muted, *old.banned}
    return [party.user for party in new.parties if party.user not in known]


async def _offered(told: Telling, user: str, group: Group, here: Here) -> Telling:
    incident = told.incident
    private = await _private(user, group, here)
    if private is None:
        return told
    language = await spoken(here, private, group)
    said = Say(
        key=_key(incident, user),
        chat=private,
        text=say(language, "appeal.offer", group=shown(group.chat.place.title, _TITLE)),
        buttons=((Button(plain(language, "appeal.button.answer"), f"/appeal #{incident.id}"),),),
        may_be_refused=True,
    )
    return told.and_(said)


def _key(incident: Incident, user: str) -> str:
    """One offer an account; what it began with needs no name."""
    key = f"incident:{incident.id}:appeal"
    return key if user == incident.user else f"{key}:of:{user}"[:160]


async def answered(told: Telling, there: Here) -> Telling:
    """Everybody who appealed learns what was decided."""
    incident, dossier, group = told.incident, told.dossier, there.group
    for appeal in dossier.appeals:
        private = await _private(appeal.user, group, there) if group is not None else None
        if group is None or private is None:
            continue
        language = await spoken(there, private, group)
        said = Say(
            key=f"{_key(incident, appeal.user)}:{dossier.decisions}"[:160],
            chat=private,
            text=say(
                language,
                f"appeal.decided.{incident.state}",
                group=shown(group.chat.place.title, _TITLE),
            ),
            may_be_refused=True,
        )
        told = told.and_(said)
    return told


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


async def _private(user: str, group: Group, here: Here) -> int | None:
    """The number of the account's private chat, where the bot may write to it."""
    known = await chats.find(here.tx, group.chat.place.platform, user) if user else None
    if known is None or known.place.kind is not ChatKind.PRIVATE:
        return None
    access = await chats.access(here.tx, known.id)
    return known.id if access is not None and access.reachable else None
