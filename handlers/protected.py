"""One person on a group's roster: whom an admin means, what is known of them, and what may be changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.actions import Action, Button
from bot.store import roster
from bot.store.roster import Entry
from bot.texts import Said, lines, plain, say, shown
from handlers.calls import Buttons, Call
from handlers.choosing import rows
from handlers.here import Here
from handlers.roles import ROLES, role_named, role_word
from patterns.model import Protected

NAME_LIMIT = 40
_ALIASES = 8
_CLASS = 20


def pointed_at(call: Call, entries: tuple[Entry, ...], typed: str) -> Entry | None:
    """By the button's #id, by the number in the list, by name, or by a reply to one of their messages."""
    if not typed and call.message is not None and call.message.cited is not None:
        author = call.message.cited.sender.id
        return next((entry for entry in entries if author in entry.person.ids), None)
    if typed.startswith("#"):
        return next((entry for entry in entries if typed == f"#{entry.id}"), None)
    named = [entry for entry in entries if typed in (entry.person.name, *entry.person.aliases)]
    if len(named) == 1:
        return named[0]
    return next((entry for number, entry in enumerate(entries, 1) if typed == str(number)), None)


async def described(call: Call, here: Here, number: str) -> list[Action]:
    """Everything the roster knows of somebody, and a button for each change."""
    entry = pointed_at(call, await roster.load(here.tx, here.chat.id), number)
    if entry is None:
        return await call.show(here, say(call.language, "teacher.remove_whom"))
    return await call.show(here, _words(call.language, entry.person), offers(call.language, entry))


def _words(language: str, person: Protected) -> Said:
    names = plain(language, "list.separator").join(person.aliases)
    return lines(
        say(language, "teacher.one", name=person.name, role=role_word(language, person.duty)),
        say(language, "teacher.aliases", names=names) if names else None,
        say(language, "teacher.class", name=person.school_class) if person.school_class else None,
        "",
        say(language, "teacher.change"),
    )


def offers(language: str, entry: Entry) -> Buttons:
    """Every role, a further account, and off the list."""
    offered = [
        Button(
            ("✓ " if duty is entry.person.duty else "") + role_word(language, duty),
            f"/teacher role #{entry.id} {duty.value}",
        )
        for duty in ROLES
    ]
    link = Button(plain(language, "teacher.button.link"), f"/teacher link #{entry.id}")
    return (*rows(offered, 2), (link,), (remover(language, entry),))


async def changed(call: Call, here: Here, name: str, change: Change, typed: str) -> list[Action]:
    """`typed` says who and what it is to be; `name` is the change's own, for the words that say how."""
    number, _, value = typed.partition(" ")
    entry = pointed_at(call, await roster.load(here.tx, here.chat.id), number)
    person = change(entry.person, shown(value, NAME_LIMIT)) if entry is not None else None
    if entry is None or person is None:
        return await call.show(here, say(call.language, f"teacher.how_to.{name}"))
    await roster.change(here.tx, here.chat.id, replace(entry, person=person))
    return await described(call, here, f"#{entry.id}")


def _role(person: Protected, word: str) -> Protected | None:
    duty = role_named(word)
    return None if duty is None else replace(person, duty=duty)


def _alias(person: Protected, name: str) -> Protected | None:
    """One more name; the same again takes it away."""
    if not name or name == person.name:
        return None
    others = tuple(one for one in person.aliases if one != name)
    more = (*others, name) if len(others) == len(person.aliases) else others
    return replace(person, aliases=more[-_ALIASES:])


def _class(person: Protected, name: str) -> Protected | None:
    return replace(person, school_class="" if name in ("", "-") else name[:_CLASS])


Change = Callable[[Protected, str], Protected | None]
CHANGES = {"role": _role, "alias": _alias, "class": _class}


def remover(language: str, entry: Entry) -> Button:
    """Takes somebody off the list."""
    label = plain(language, "teacher.button.remove", name=shown(entry.person.name, 24))
    return Button(label, f"/teacher remove #{entry.id}")
