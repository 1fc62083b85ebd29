"""Who asks to be let into a group: its admins hear of whoever should not be let in before somebody has phoned."""

from __future__ import annotations

from functools import partial

from bot.actions import Action
from bot.events import EntryAsked
from bot.store.moments import milliseconds
from bot.texts import Said, lines, say, shown
from handlers import admins
from handlers.badges import badge
from handlers.group import Group
from handlers.here import Here
from handlers.members import NAME, worn_name
from patterns.marks import PERSON
from patterns.model import Protected
from patterns.names import Likeness

_WORDS = 60
# Whoever asks again and again is told of once in this time.
_ONCE_IN = 600_000
# How people begin to say who they are.
_OPENINGS = ("我是", "我叫", "我係", "I am ", "I'm ", "This is ")


async def asked(event: EntryAsked, here: Here) -> list[Action]:
    """Somebody asks. An ordinary parent is let in by the admins as ever, and nobody is told anything."""
    group = here.group
    if group is None or not _doubts(group.settings["language"], event, group):
        return []
    stamp = f"{here.chat.id}:{here.mark(event.person.id)}:{milliseconds(event.at) // _ONCE_IN}"
    return [*await admins.told(here, group, f"entry:{stamp}", partial(_worded, event=event, group=group))]


def _worded(language: str, event: EntryAsked, group: Group) -> Said:
    title, name = shown(group.chat.place.title, NAME), shown(event.person.name, NAME)
    words = shown(event.words, _WORDS)
    return lines(
        say(language, "entry.asks", title=title),
        say(language, "entry.account", shown=name, badge=badge(event.person.id, group.mark)),
        say(language, "entry.words", words=words) if words else None,
        *_doubts(language, event, group),
        say(language, "entry.what"),
    )


def _doubts(language: str, event: EntryAsked, group: Group) -> list[Said]:
    """Why they should not be let in unasked: a line each."""
    found: list[Said] = []
    worn, claimed = worn_name(event.person, group), _claimed(event, group)
    if worn is not None:
        found.append(say(language, "entry.worn", name=shown(worn.name, NAME)))
    elif claimed is not None:
        found.append(say(language, "entry.claims", name=shown(claimed.name, NAME)))
    if group.context.knows_as_scam(f"{PERSON}:{event.person.id}"):
        found.append(say(language, "entry.known"))
    if event.risks:
        found.append(say(language, "entry.risks", risks=shown(event.risks, _WORDS)))
    return found


def _claimed(event: EntryAsked, group: Group) -> Protected | None:
    """Whom they call themselves in their words: the very name, for a parent may well write whose class it is."""
    called = event.words.strip()
    for opening in _OPENINGS:
        called = called.removeprefix(opening)
    like = group.context.roster.resemblance(called) if called else None
    own = group.context.roster.owner(event.person.id) is not None
    return None if like is None or own or like.likeness < Likeness.EQUAL else like.protected
