"""An account in other hands: the class is told calmly, whatever it asks is alarmed, until it is its owner's again."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.actions import Action, Button, Priority, Say
from bot.store import pardons
from bot.store import stolen as store
from bot.texts import Said, lines, plain, say, shown
from bot.texts.rescue import Place
from handlers import admins
from handlers.badges import wearer
from handlers.commands import Buttons
from handlers.group import Group
from handlers.here import Here
from handlers.whereabouts import lived_in
from patterns.model import Person, Station

NAME = 32
# A thief is noticed within days, rarely later.
LATELY = timedelta(days=30)
PLATFORMS = ("telegram", "wechat", "qq", "dingtalk")


def people(group: Group) -> dict[str, str]:
    """Whose accounts can be marked, by account: those on the roster, and the admins."""
    named = {user: person.name for person in group.roster for user in sorted(person.ids)}
    return {**{admin.user: admin.name for admin in group.admins if admin.user != group.me.id}, **named}


def account_of(group: Group, given: str) -> str | None:
    """The account somebody means by its number, its badge or a name; None when a name is several accounts'."""
    known = people(group)
    if (worn := wearer(given, known, group.mark)) is not None:
        return worn
    found = [user for user, name in known.items() if name == given]
    if given in known or not found:
        return given
    return found[0] if len(found) == 1 else None


def recovery(language: str, platform: str, place: Place) -> Said:
    """What the owner does now, in order, and whom somebody calls who has paid because of it."""
    known = platform if platform in PLATFORMS else "other"
    return lines(
        say(language, "stolen.recover"),
        say(language, f"stolen.recovery.{known}"),
        "",
        say(language, "stolen.paid"),
        html.escape(place.first[language], quote=False),
    )


@dataclass(frozen=True, slots=True)
class Marked:
    """What an admin's voice came to: `sure`, as it is not theirs alone, and who hears of it."""

    sure: bool
    follows: list[Action]


async def marked(here: Here, group: Group, user: str, by: Person) -> Marked | None:
    """One admin's voice: from now on whatever the account asks is alarmed, and all admins hear of it. With a second
    one, or the owner's, the class hears of it too, it steers nothing, and whom it cleared lately is doubted again.
    None when nothing new was said.
    """
    name = shown(people(group)[user], NAME)
    case = await store.find(here.tx, group.chat.id, user)
    sure, voice = _believed(group, user, by, case), by.id if by.station is Station.USER else ""
    if case is None:
        await store.mark(here.tx, group.chat.id, user, name, here.now, voice, sure)
    elif case.sure or (not sure and (case.by or not voice)):
        return None
    else:
        await store.heard(here.tx, group.chat.id, user, case.by or voice, sure)
    known = group.admin(by.id)
    who = shown(known.name if known else "", NAME)
    if not sure:
        return Marked(sure, await _told(here, group, user, name, "doubted", who))
    await pardons.lapse(here.tx, group.chat.id, user, here.now - LATELY)
    await store.disbelieve(here.tx, group.chat.id, user)
    stamp = f"stolen:{group.chat.id}:{user}:{int(here.now.timestamp())}"[:120]
    notice = _notice(group, f"{stamp}:class", "stolen.notice", name)
    return Marked(sure, [notice, *await _told(here, group, user, name, "told", who)])


def _believed(group: Group, user: str, by: Person, case: store.Stolen | None) -> bool:
    """Whether more than one admin alone says so. A thief in an admin's account would else lock all others out."""
    if by.station is not Station.USER or by.id == user:
        return False
    admin = group.admin(by.id)
    if (admin is not None and admin.owner) or (case is not None and case.by not in ("", by.id)):
        return True
    others = [one for one in group.admins if one.user not in {group.me.id, by.id}]
    return group.admin(user) is None and not others


async def _told(here: Here, group: Group, user: str, name: str, what: str, by: str) -> list[Action]:
    """All admins read what happened and what the owner does now; whose account it is may say that it is not so."""
    chat = group.chat
    title, place = shown(chat.place.title, NAME), here.places[lived_in(here, group.settings)]

    def text(language: str) -> Said:
        who = by or plain(language, "incident.someone")
        return lines(
            say(language, f"stolen.{what}", name=name, title=title, by=who),
            "",
            recovery(language, chat.place.platform, place),
            "",
            say(language, "stolen.when_over" if what == "told" else "stolen.when_agreed"),
        )

    def buttons(language: str) -> Buttons:
        agree = Button(plain(language, "stolen.button.agree"), f"/stolen ~{chat.id} mark {user}"[:64])
        over = Button(plain(language, "stolen.button.over"), f"/stolen ~{chat.id} over {user}"[:64])
        return ((over,),) if what == "told" else ((agree,), (over,))

    key = f"stolen:{chat.id}:{user}:{int(here.now.timestamp())}"[:120]
    told = await admins.told(here, group, f"{key}:{what}", text, buttons)
    return [await _theirs(here, group, one) if one.key.endswith(f":{user}") else one for one in told]


async def _theirs(here: Here, group: Group, said: Say) -> Say:
    """What the account itself reads: it brings itself back by no button, but may ring the others."""
    language = await admins.spoken(here, said.chat, group)
    return replace(said, buttons=((Button(plain(language, "stolen.button.dispute"), "/stolen dispute"),),))


async def disputed(here: Here, group: Group, case: store.Stolen) -> list[Action]:
    """Whoever holds the account says that it is nobody else's: every admin's phone rings, once a voice."""
    key = f"stolen:{group.chat.id}:{case.user}:{int(case.at.timestamp())}:{case.sure}"[:120]
    return [*await admins.told(here, group, f"{key}:disputed", _worded(group, case.name, "stolen.disputed"))]


async def returned(here: Here, group: Group, case: store.Stolen, how: str) -> list[Action]:
    """It is its owner's again: `how` names the sentence that says who found out. The class hears it if it heard
    the other.
    """
    user = case.user
    if not await store.clear(here.tx, group.chat.id, user):
        return []
    stamp = f"returned:{group.chat.id}:{user}:{int(here.now.timestamp())}"[:120]
    told = await admins.told(here, group, f"{stamp}:admins", _worded(group, case.name, how))
    notice = _notice(group, f"{stamp}:class", "stolen.over_notice", case.name)
    return [notice, *told] if case.sure else [*told]


def _worded(group: Group, name: str, how: str) -> Callable[[str], Said]:
    title = shown(group.chat.place.title, NAME)
    return lambda language: say(language, how, name=name, title=title)


def _notice(group: Group, key: str, text: str, name: str) -> Say:
    return Say(key, group.chat.id, say(group.settings["language"], text, name=name), Priority.CAUTION)
