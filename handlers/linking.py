"""One person's accounts joined: an admin gets a word, the person says it to the bot from the other account.

The word is a timer that takes it away again when it comes due.
"""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import replace
from datetime import timedelta

from bot.actions import Action
from bot.store import belonging, roster, timers
from bot.store.roster import Entry
from bot.texts import Said, lines, plain, say, shown
from handlers import challenges, weakening
from handlers.badges import LETTERS, badge
from handlers.calls import SIGN, Call
from handlers.group import Group
from handlers.here import Here
from patterns.model import Station

KIND = "link"
LIVES = timedelta(minutes=15)
_LENGTH = 8
_NAME = 32
_SHOWN = 5


async def offered(call: Call, here: Here, group: Group, entry: Entry) -> list[Action]:
    """A word for the person to say from their other account, wherever the bot is; told in private, for whoever
    reads it could say it.
    """
    if call.at is None:
        return call.tell(here, "link.in_private")
    private = replace(here, chat=call.at, group=None)
    line = f"/teacher {SIGN}{group.chat.id} link #{entry.id}"
    if (held := await challenges.held(call, private, group, line)) is not None:
        return held
    return await given(call, here, KIND, group.chat.id, str(entry.id), entry.person.name)


async def given(call: Call, here: Here, kind: str, chat: int, payload: str, name: str) -> list[Action]:
    """A new word for the person of this name; who says it is who `payload` says."""
    word = "".join(secrets.choice(LETTERS) for _ in range(_LENGTH))
    await timers.plan(here.tx, key(here, kind, word), kind, here.now + LIVES, chat, payload=payload)
    shown_word = f"{word[:4]}-{word[4:]}"
    return await call.show(here, say(call.language, "link.word", name=name, word=shown_word))


async def said(call: Call, here: Here, typed: str) -> list[Action]:
    """The word, from the other account: it is the person's from now on, where they are registered."""
    if call.sender.station is not Station.USER:
        return call.tell(here, "teacher.no_account")
    found = await timers.take(here.tx, key(here, KIND, typed))
    group = await here.group_of(found[0]) if found is not None else None
    if found is None or group is None:
        return call.tell(here, "link.unknown")
    entries = await roster.load(here.tx, group.chat.id)
    entry = next((one for one in entries if str(one.id) == found[1]), None)
    if entry is None:
        return call.tell(here, "link.unknown")
    user = call.sender.id
    if any(user in one.person.ids for one in entries):
        return call.tell(here, "link.known")
    if any(incident.concerns(user) for incident in group.open):
        return call.tell(here, "teacher.under_suspicion")
    person = replace(entry.person, ids=entry.person.ids | {user})
    await roster.change(here.tx, group.chat.id, replace(entry, person=person))
    told = await _told(call, here, group, entry.person.name)
    led = await _led(call, here, group)
    for other in led:
        own = replace(entry.person, ids=frozenset({user}))
        await roster.add(here.tx, other.chat.id, own, user, here.now)
        told += await _told(call, here, other, entry.person.name)
    title = shown(group.chat.place.title, _NAME)
    names = plain(call.language, "list.separator").join(
        shown(one.chat.place.title, _NAME) for one in led[:_SHOWN]
    )
    text = lines(
        say(call.language, "link.done", name=entry.person.name, title=title),
        say(call.language, "link.also", names=names) if led else None,
        say(call.language, "link.mistake"),
    )
    return [*await call.show(here, text), *told]


async def _led(call: Call, here: Here, origin: Group) -> list[Group]:
    """The groups the person leads with this account and is not on the roster of.

    One in which nobody was named yet stays as it is: there all admins are protected.
    """
    platform, user = here.chat.place.platform, call.sender.id
    found = []
    for one in await belonging.of(here.tx, platform, user, here.mark(user)):
        group = await here.group_of(one.chat) if one.admin and one.chat != origin.chat.id else None
        if group is not None and not group.provisional and group.context.roster.owner(user) is None:
            found.append(group)
    return found


async def _told(call: Call, here: Here, group: Group, name: str) -> list[Action]:
    """Every admin hears of it: the account may collect from now on."""

    def words(language: str) -> Said:
        return say(
            language,
            "link.told",
            name=name,
            shown=shown(call.sender.name, _NAME),
            badge=badge(call.sender.id, here.mark),
        )

    return await weakening.announced(call, here, group, "linked", words)


def _bare(typed: str) -> str:
    """The word however it was typed: of any width, with blanks and dashes."""
    folded = unicodedata.normalize("NFKC", typed[:64]).upper()
    return "".join(char for char in folded if char in LETTERS)


def key(here: Here, kind: str, word: str) -> str:
    """Under which a word is remembered, however it was typed; the word itself is not."""
    return f"{kind}:{here.mark(f'link:{_bare(word)}')}"
