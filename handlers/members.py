"""Who comes in, and what becomes of the bot itself in a group."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.abilities import Abilities, Hearing, Right
from bot.actions import Action, Button, Priority, Say
from bot.events import BotChanged, ChatMoved, MemberChanged
from bot.store import chats
from bot.store.moments import milliseconds
from bot.texts import Said, lines, plain, say, shown
from handlers import leaving, teaching
from handlers.badges import badge
from handlers.commands import menus
from handlers.group import Group, hears
from handlers.here import Here
from patterns.model import Person, Protected
from patterns.names import Likeness

# What the guard lives on, in the order of how badly it is missed.
NEEDED = (Right.READ_ALL, Right.POST, Right.SEE_MEMBERS, Right.DELETE, Right.RESTRICT)
NAME = 24

# Rights that flicker are told of once; people who come in under one name in a row, too.
_ONCE_IN = 600_000


async def changed(event: MemberChanged, here: Here) -> list[Action]:
    """Somebody joined, left, rose or fell."""
    came = not event.before.inside and event.after.inside
    if here.group is None or not came or event.person.id == here.me.id:
        return []
    here.memory.joined(here.chat.id, event.person.id, event.person.name, event.at)
    worn = worn_name(event.person, here.group)
    return [] if worn is None else await _admins_told(event, worn, here, here.group)


async def bot_changed(event: BotChanged, here: Here) -> list[Action]:
    """The bot was added, promoted, robbed of rights or sent away."""
    group = here.group
    if group is None:
        return []
    if not event.after.inside:
        await leaving.left(here)
        return await _sent_away(event, here, group)
    await leaving.back(here)
    language = group.settings["language"]
    if not event.before.inside:
        await teaching.plan(here.tx, here.chat.id, group.settings, here.now)
        return [_hello(event, here, language), *menus(here.chat, language, stamp=str(milliseconds(event.at)))]
    if not group.rights:
        # A group that was told of by its rights first, such as one in which the bot only posts.
        await teaching.plan(here.tx, here.chat.id, group.settings, here.now)
        if event.before is event.after:
            return [_met(event, here, language)]
    before, now = _needed(group.rights), _needed(event.rights)
    if before == now:
        return []
    heading = "promoted" if now > before else "robbed"
    text = lines(say(language, f"member.{heading}"), abilities(language, event.rights, here.me.abilities))
    stamp = "".join("1" if right in now else "0" for right in NEEDED)
    key = f"rights:{here.chat.id}:{stamp}:{milliseconds(event.at) // _ONCE_IN}"
    buttons = granting(here, language, event.rights)
    return [Say(key=key, chat=here.chat.id, text=text, priority=Priority.ADMIN, buttons=buttons)]


async def moved(event: ChatMoved, here: Here) -> list[Action]:
    """The group lives on under another address; its settings, roster and incidents went with it."""
    return []


def abilities(language: str, rights: Iterable[Right], platform: Abilities) -> Said:
    """What the bot can and cannot do with these rights, in a line each, and what the platform never lets it do."""
    held, given = set(rights), grantable(platform)
    cannot = "cannot" if platform.hearing is Hearing.ADMIN else "not_yet"
    return lines(
        _listed(language, "can", [right for right in NEEDED if right in held]),
        _listed(language, cannot, [right for right in given if right not in held]),
        _listed(language, "never", never(platform)),
        say(language, f"member.blind.{platform.hearing}") if Right.READ_ALL not in held else None,
    )


def grantable(platform: Abilities) -> list[Right]:
    """What the guard lives on, as far as it can be had on this platform."""
    had = {
        Right.DELETE: platform.deletes,
        Right.RESTRICT: platform.mutes or platform.bans,
        Right.SEE_MEMBERS: platform.sees_members,
    }
    return [right for right in NEEDED if had.get(right, True)]


def never(platform: Abilities) -> list[Right]:
    """What it lives on elsewhere and no right gives it here."""
    return [right for right in NEEDED if right not in grantable(platform)]


def granting(here: Here, language: str, rights: Iterable[Right]) -> tuple[tuple[Button, ...], ...]:
    """A button to the page where the missing rights are given, if any are missing and there is such a page."""
    if not here.me.admin_link or _needed(rights) == frozenset(NEEDED):
        return ()
    return ((Button(plain(language, "member.grant_button"), link=here.me.admin_link),),)


def _hello(event: BotChanged, here: Here, language: str) -> Say:
    """To those who have just let it in."""
    if not hears(here.me.abilities, event.rights):
        return _met(event, here, language)
    setup = Button(plain(language, "member.setup_button"), "/setup")
    buttons = ((setup,), *granting(here, language, event.rights))
    return replace(_greeting(event, here, language, "member.hello"), buttons=buttons)


def _met(event: BotChanged, here: Here, language: str) -> Say:
    """To a group it finds itself in: nobody looks for a button there."""
    heard = hears(here.me.abilities, event.rights)
    return _greeting(event, here, language, "member.met" if heard else "unheard.member.met")


def _greeting(event: BotChanged, here: Here, language: str, words: str) -> Say:
    return Say(
        key=f"hello:{here.chat.id}:{milliseconds(event.at)}",
        chat=here.chat.id,
        text=lines(
            say(language, words, bot=shown(here.me.name, NAME)),
            "",
            abilities(language, event.rights, here.me.abilities),
        ),
        priority=Priority.ADMIN,
        may_be_refused=True,
    )


def _listed(language: str, key: str, rights: list[Right]) -> Said | None:
    if not rights:
        return None
    comma = plain(language, "list.separator")
    what = comma.join(plain(language, f"member.right.{right.value}") for right in rights)
    return say(language, f"member.{key}", what=Said(what))


def _needed(rights: Iterable[Right]) -> frozenset[Right]:
    return frozenset(rights) & frozenset(NEEDED)


def worn_name(person: Person, group: Group) -> Protected | None:
    """Whose name somebody else wears. Before anybody was named the admins' own first names are too common
    to be told apart by a likeness: then only the very name counts.
    """
    roster = group.context.roster
    if roster.owner(person.id) is not None:
        return None
    like = roster.resemblance(person.name)
    least = Likeness.EQUAL if group.provisional else Likeness.NEIGHBOUR
    if like is None or like.likeness < least:
        return None
    name = group.mark(person.name)
    known = any(pardon.user == person.id and pardon.name_mark == name for pardon in group.pardons)
    return None if known else like.protected


async def _admins_told(event: MemberChanged, worn: Protected, here: Here, group: Group) -> list[Action]:
    slot = milliseconds(event.at) // _ONCE_IN
    stamp = f"{here.chat.id}:{here.mark(worn.name)}:{slot}"

    def text(language: str) -> Said:
        return say(
            language,
            "member.lookalike",
            name=shown(worn.name, NAME),
            title=shown(group.chat.place.title, NAME),
            shown=shown(event.person.name, NAME),
            badge=badge(event.person.id, here.mark),
        )

    return await _each_admin(f"lookalike:{stamp}", text(group.settings["language"]), here, group)


async def _sent_away(event: BotChanged, here: Here, group: Group) -> list[Action]:
    """Whoever takes the guard out of a group does not do so quietly."""
    if not event.before.inside:
        return []
    text = say(
        group.settings["language"],
        "member.sent_away",
        title=shown(group.chat.place.title, NAME),
        who=shown(event.by.name, NAME),
    )
    return await _each_admin(f"away:{here.chat.id}:{milliseconds(event.at)}", text, here, group)


async def _each_admin(key: str, text: Said, here: Here, group: Group) -> list[Action]:
    told: list[Action] = []
    for admin in group.admins:
        if admin.user == here.me.id:
            continue
        private = await chats.private(here.tx, here.chat.place.platform, admin.user, here.now)
        said = Say(f"{key}:{admin.user}"[:160], private.id, text, Priority.ADMIN, may_be_refused=True)
        told.append(said)
    return told
