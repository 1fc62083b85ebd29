"""An account in other hands: the class is told calmly, whatever it asks is alarmed, until it is its owner's again."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from bot.events import Action, Button, Priority, Say
from bot.store import pardons
from bot.store import stolen as store
from bot.texts import Said, lines, plain, say, shown
from bot.texts.rescue import Place
from handlers import admins
from handlers.commands import Buttons
from handlers.group import Group
from handlers.here import Here
from handlers.whereabouts import lived_in

NAME = 32
# A thief is noticed within days, rarely later.
LATELY = timedelta(days=30)
PLATFORMS = ("telegram", "wechat", "qq", "dingtalk")


def people(group: Group) -> dict[str, str]:
    """Whose accounts can be marked, by account: those on the roster, and the admins."""
    named = {user: person.name for person in group.roster for user in sorted(person.ids)}
    return {**{admin.user: admin.name for admin in group.admins if admin.user != group.me.id}, **named}


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


async def marked(here: Here, group: Group, user: str) -> list[Action] | None:
    """From now on whatever the account asks is alarmed, and whom it cleared lately is doubted again. None when it was
    marked already.
    """
    name = shown(people(group)[user], NAME)
    if not await store.mark(here.tx, group.chat.id, user, name, here.now):
        return None
    await pardons.lapse(here.tx, group.chat.id, user, here.now - LATELY)
    stamp = f"stolen:{group.chat.id}:{user}:{int(here.now.timestamp())}"[:120]
    title = shown(group.chat.place.title, NAME)
    place = here.places[lived_in(here, group.settings)]

    def text(language: str) -> Said:
        return lines(
            say(language, "stolen.told", name=name, title=title),
            "",
            recovery(language, group.chat.place.platform, place),
            "",
            say(language, "stolen.when_over"),
        )

    def buttons(language: str) -> Buttons:
        over = Button(plain(language, "stolen.button.over"), f"/stolen ~{group.chat.id} over {user}"[:64])
        return ((over,),)

    told = await admins.told(here, group, f"{stamp}:admins", text, buttons)
    safe: list[Action] = [replace(one, buttons=()) if one.key.endswith(f":{user}") else one for one in told]
    return [_notice(group, f"{stamp}:class", "stolen.notice", name), *safe]


async def returned(here: Here, group: Group, user: str, name: str, how: str) -> list[Action]:
    """It is its owner's again: `how` names the sentence that says who found out."""
    if not await store.clear(here.tx, group.chat.id, user):
        return []
    stamp = f"returned:{group.chat.id}:{user}:{int(here.now.timestamp())}"[:120]
    told = await admins.told(here, group, f"{stamp}:admins", _worded(group, name, how))
    return [_notice(group, f"{stamp}:class", "stolen.over_notice", name), *told]


def _worded(group: Group, name: str, how: str) -> Callable[[str], Said]:
    title = shown(group.chat.place.title, NAME)
    return lambda language: say(language, how, name=name, title=title)


def _notice(group: Group, key: str, text: str, name: str) -> Say:
    return Say(key, group.chat.id, say(group.settings["language"], text, name=name), Priority.CAUTION)
