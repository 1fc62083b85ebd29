"""A parent asks the admins to look at a message: nobody in the group learns who asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.actions import Action, Delete, Priority, Say
from bot.events import MessageSeen
from bot.places import ChatKind as Kind
from bot.places import Place
from bot.store import chats, incidents
from bot.store import reports as store
from bot.store.incidents import SAFE, SCAM, Incident
from bot.texts import say
from handlers import messages, telling
from handlers.admins import spoken
from handlers.commands import Call
from handlers.dossier import Dossier
from handlers.group import Group
from handlers.here import Here
from handlers.incidents import met
from handlers.pardoning import pardoned
from handlers.policy import Powers
from handlers.quoting import quoted
from handlers.seen import Seen
from handlers.telling import Telling
from patterns.model import Level, Message

HOUR = timedelta(hours=1)
# Whoever asks more often than this wants something else.
A_PERSON_AND_HOUR, A_PERSON_AND_DAY, A_GROUP_AND_HOUR, A_GROUP_AND_DAY = 3, 8, 12, 36


async def report(call: Call, here: Here, group: Group) -> list[Action]:
    asked = call.message
    cited = quoted(asked) if asked is not None else None
    if asked is None or cited is None:
        return call.tell(here, "report.how")
    quiet = _taken_away(asked, here, group)
    refusal = await _refused(call, here, cited.message)
    if refusal:
        return [*quiet, *await _answered(call, here, group, refusal)]
    known = await incidents.about(here.tx, here.chat.id, cited.message.id)
    if known is not None:
        actions, answer = await _once_more(known, here)
    else:
        actions, answer = await _looked_at(cited, here, group), "report.taken"
    return [*quiet, *actions, *await _answered(call, here, group, answer)]


async def _refused(call: Call, here: Here, cited: Message) -> str:
    """Why this is no report, or none any more; each report that is one counts against its limits."""
    if cited.sender.id == here.me.id:
        return "report.mine"
    if cited.sender.id == call.sender.id:
        return "report.own"
    tx, chat, who = here.tx, here.chat.id, here.mark(call.sender.id)
    hour, day = here.now - HOUR, here.now - 24 * HOUR
    full = (
        await store.count(tx, chat, hour, who) >= A_PERSON_AND_HOUR
        or await store.count(tx, chat, day, who) >= A_PERSON_AND_DAY
        or await store.count(tx, chat, hour) >= A_GROUP_AND_HOUR
        or await store.count(tx, chat, day) >= A_GROUP_AND_DAY
    )
    if full:
        return "report.too_many"
    return "" if await store.add(tx, chat, cited.id, who, here.now) else "report.already"


async def _once_more(incident: Incident, here: Here) -> tuple[list[Action], str]:
    """Known already: one more has asked; who decided it hears nothing anew."""
    if incident.state in (SCAM, SAFE):
        return [], f"report.{incident.state}"
    old = Dossier.from_json(incident.facts)
    dossier = replace(old, reports=old.reports + 1).did("reported", here.now)
    told = await telling.admins_told(Telling(incident, old, incident, dossier), here)
    await told.keep(here)
    return list(told.actions), "report.taken"


async def _looked_at(cited: MessageSeen, here: Here, group: Group) -> list[Action]:
    """Judged anew. What the guard itself finds loud is loud; otherwise the admins alone have a look."""
    seen = messages.pointed_at(cited, here, group)
    loud = seen.verdict.level >= Level.CAUTION and not pardoned(seen.message, seen.verdict, group)
    if not loud:
        seen = Seen(seen.event, seen.message, replace(seen.verdict, level=Level.NOTICE), seen.ms)
    return await met(seen, here, reports=1)


def _taken_away(asked: MessageSeen, here: Here, group: Group) -> list[Action]:
    """The command itself shows who asked."""
    if not Powers(group.rights, here.me.abilities).delete:
        return []
    key = f"report:{here.chat.id}:{asked.message.id}:{int(asked.at.timestamp())}"
    return [Delete(key, here.chat.id, asked.message.id, Priority.ADMIN)]


async def _answered(call: Call, here: Here, group: Group, key: str) -> list[Action]:
    """In private where the asker can be reached; in the group nobody is addressed."""
    place = Place(here.chat.place.platform, call.sender.id, Kind.PRIVATE)
    private = await chats.find(here.tx, place.platform, place.address)
    access = await chats.access(here.tx, private.id) if private is not None else None
    if private is not None and access is not None and access.reachable:
        text = say(await spoken(here, private.id, group), key)
        return [Say(f"report:{private.id}:{call.key}", private.id, text, may_be_refused=True)]
    minute = int(here.now.timestamp()) // 60
    text = say(call.language, "report.in_group")
    thread = call.reply(here, "").thread
    return [Say(f"report:{here.chat.id}:{minute}", here.chat.id, text, thread=thread, lives=120.0)]
