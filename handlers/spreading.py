"""A scam confirmed in one class is known in the school's others, once two voices, or a teacher's with a second factor, agree.

Where the bot is not told what is said it will not see it come: there the class itself is told that such a scam is about.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from bot.actions import Action, Edit, Priority, Say
from bot.store import posted
from bot.store import schools as store
from bot.store.cases import Case
from bot.store.incidents import SCAM
from bot.texts import Said, say, shown
from handlers import admins, second_factor
from handlers.cases import story
from handlers.docket import Docket
from handlers.group import Group
from patterns.marks import PERSON, text_mark
from patterns.model import Duty, Person, Station

_NAME = 32
# Who is alerted more often no longer looks up.
REST = timedelta(days=1)
_LIVES = 12 * 3600.0


async def voiced(docket: Docket, state: str, by: Person) -> list[Action]:
    """An admin has decided: one more voice for scam, or none any more. Keyed marks go round, never words or names."""
    there, group = docket.there, docket.group
    school = await store.of_group(there.tx, group.chat.id)
    if school is None:
        return []
    if state != SCAM:
        return await withdrawn(docket)
    if by.station is not Station.USER:
        return []
    before = await store.agreed(there.tx, school.id)
    await store.say(
        there.tx,
        school.id,
        marks(docket),
        there.mark(f"voice:{group.chat.place.platform}:{by.id}"),
        await _strong(docket, by),
        docket.incident.id,
        there.now,
    )
    new = await store.agreed(there.tx, school.id) - before
    return await _told(docket, school.id) if new else []


async def withdrawn(docket: Docket) -> list[Action]:
    """What was said by this incident's decision is taken back everywhere, and said to be over where a class was told."""
    there = docket.there
    school = await store.of_group(there.tx, docket.group.chat.id)
    if school is None:
        return []
    await store.unsay(there.tx, docket.incident.id)
    over: list[Action] = []
    for chat in await store.groups(there.tx, school.id):
        other = await there.group_of(chat)
        key = await posted.told(there.tx, chat, f"{_about(chat)}{docket.incident.id}:")
        if other is not None and key is not None:
            text = say(other.settings["language"], "unheard.spread.over")
            over.append(Edit(f"{key}:over", key, text, Priority.CAUTION))
    return over


def marks(docket: Docket) -> tuple[str, ...]:
    """What goes round of an incident: codes and accounts, the askers' words, and the accounts that asked unless they
    are somebody's registered ones.
    """
    incident, dossier, mark = docket.incident, docket.dossier, docket.there.mark
    texts = (text_mark(heard.text) for heard in dossier.askers)
    owner, platform = docket.group.context.roster.owner, docket.group.chat.place.platform
    people = [f"{PERSON}:{platform}:{one.user}" for one in dossier.members if owner(one.user) is None]
    return (*incident.marks, *(mark(one) for one in (*texts, *people) if one))


async def _strong(docket: Docket, by: Person) -> bool:
    owner = docket.group.context.roster.owner(by.id)
    teaches = owner is not None and owner.duty is Duty.TEACHER and owner.collects
    return teaches and await second_factor.vouches(docket.there, second_factor.account(docket.there, by.id))


async def _told(docket: Docket, school: int) -> list[Action]:
    """The admins of all other classes hear that such a scam is about, and the classes in which it would not be seen."""
    there, said = docket.there, list[Action]()
    for chat in await store.groups(there.tx, school):
        other = None if chat == docket.group.chat.id else await there.group_of(chat)
        if other is not None:
            key = f"spread:{docket.incident.id}:{docket.dossier.decisions}:{chat}"
            said += await admins.told(there, other, key, _worded(other))
            said += await _alerted(docket, other)
    return said


async def _alerted(docket: Docket, other: Group) -> list[Action]:
    """What was tried, and what to do: nothing of anybody, nothing of the scam itself."""
    tx, chat, settings = docket.there.tx, other.chat.id, other.settings
    if other.heard or not other.membership.inside or settings["mode"] == "observe":
        return []
    if await posted.told(tx, chat, _about(chat), docket.there.now - REST) is not None:
        return []
    key = f"{_about(chat)}{docket.incident.id}:{docket.dossier.decisions}"
    case = Case(docket.incident.id, docket.dossier.kind, docket.incident.opened_at)
    text = say(settings["language"], "unheard.spread.alert", story=story(settings["language"], case))
    return [Say(key, chat, text, Priority.CAUTION, lives=_LIVES)]


def _about(chat: int) -> str:
    return f"alert:{chat}:"


def _worded(group: Group) -> Callable[[str], Said]:
    title = shown(group.chat.place.title, _NAME)
    return lambda language: say(language, group.promised("spread.told"), title=title)
