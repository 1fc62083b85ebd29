"""/teacher: whose names nobody else may wear: add, list, remove; and what they are to the class."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from bot.actions import Action, Button, Picker
from bot.events import MessageSeen
from bot.store import dialogues, roster
from bot.store.roster import Entry
from bot.texts import Said, lines, plain, say, shown
from handlers import challenges, linking, weakening
from handlers.choosing import called
from handlers.commands import Buttons, Call, Command, door
from handlers.group import Group
from handlers.here import Here
from handlers.protected import CHANGES, NAME_LIMIT, changed, described, offers, pointed_at, remover
from handlers.roles import role_named, role_word
from patterns.model import Duty, Person, Protected, Station

# The dialogue in which somebody is asked to choose a teacher; its answers are taken by the command of that name.
PICKING = "enlist"
_LISTED = 30
_FROM_SCHOOL, _SHORT = 12, 16
# An account's number on any platform.
_NUMBER = re.compile(r"[\w:$=+/.@-]{1,128}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Found:
    """Who is meant, or the text that says why nobody could be."""

    person: Person | None = None
    trouble: str = ""


async def run(call: Call, here: Here) -> list[Action]:
    verb, _, rest = call.args.partition(" ")
    if verb.casefold() in called("add", "teacher.word.add"):
        return await _add(call, here, rest.strip())
    if verb == "put":
        return await _put(call, here, rest.strip())
    if verb.casefold() in called("remove", "teacher.word.remove"):
        return await _remove(call, here, rest.strip())
    if verb.casefold() in called("link", "teacher.word.link"):
        return await _link(call, here, rest.strip())
    for change, words in CHANGES.items():
        if verb.casefold() in called(change, f"teacher.word.{change}"):
            return await changed(call, here, change, words, rest.strip())
    if verb.startswith(("#", "＃")):
        return await described(call, here, verb.replace("＃", "#"))
    if verb and verb.casefold() not in called("list", "teacher.word.list"):
        return await call.show(here, say(call.language, "teacher.how"))
    return await _list(call, here)


async def enlist(
    here: Here, chat: int, person: Person, name: str, by: str, duty: Duty = Duty.TEACHER
) -> Protected:
    """Put an account on a group's roster; a name given by an admin leads, the worn one stays known beside it."""
    worn = shown(person.name, NAME_LIMIT)
    called = shown(name, NAME_LIMIT) or worn
    aliases = (worn,) if worn and worn != called else ()
    named = Protected(name=called, ids=frozenset({person.id}), aliases=aliases, duty=duty)
    return (await roster.add(here.tx, chat, named, by, here.now)).person


async def _add(call: Call, here: Here, typed: str) -> list[Action]:
    assert here.group is not None
    first, _, others = typed.partition(" ")
    duty = role_named(first)
    name = others if duty else typed
    name = " ".join(word for word in name.split() if not word.startswith(("@", "＠")))
    usernames = [word[1:] for word in typed.split() if word.startswith(("@", "＠"))]
    found = _meant(call.message, here, usernames)
    if found.person is None and found.trouble == "teacher.how_to_add" and call.at is not None:
        return await _choose(call, here, call.at.id, name)
    if found.person is None:
        help_in_private = (
            door(here, call.language, "teacher") if found.trouble == "teacher.how_to_add" else ()
        )
        return await call.show(here, say(call.language, found.trouble), help_in_private)
    if call.message is not None and call.message.mentioned:
        # The mention is who, not what to call them.
        name = name.replace(call.message.mentioned[0].name, "").strip()
    if any(incident.concerns(found.person.id) for incident in here.group.open):
        return await call.show(here, say(call.language, "teacher.under_suspicion"))
    if not (shown(name, NAME_LIMIT) or shown(found.person.name, NAME_LIMIT)):
        return await call.show(here, say(call.language, "teacher.nameless"))
    return await register(call, here, here.group, found.person, name, duty or Duty.TEACHER)


async def _choose(call: Call, here: Here, private: int, name: str) -> list[Action]:
    """In private, whoever is meant is chosen from the platform's own list, or shared as a contact."""
    state = {"chat": here.chat.id, "name": shown(name, NAME_LIMIT), "asking": 0}
    await dialogues.begin(here.tx, private, call.sender.id, PICKING, state, here.now)
    by_key = say(call.language, "teacher.pick_by_key") if here.me.abilities.picker else None
    text = lines(say(call.language, "teacher.pick"), by_key)
    picker = Picker(plain(call.language, "teacher.button.pick"))
    return [replace(call.reply(here, text, part="pick"), buttons=(), picker=picker), *call.flash(here)]


async def _put(call: Call, here: Here, typed: str) -> list[Action]:
    """An account by its number: how a registration is given again once its doer's code was right."""
    assert here.group is not None
    user, role, name = (*typed.split(" ", 2), "", "")[:3]
    duty = role_named(role)
    if _NUMBER.fullmatch(user) is None or duty is None or not shown(name, NAME_LIMIT):
        return await call.show(here, say(call.language, "teacher.how"))
    if any(incident.concerns(user) for incident in here.group.open):
        return await call.show(here, say(call.language, "teacher.under_suspicion"))
    return await register(call, here, here.group, Person(user, name), name, duty)


async def register(
    call: Call, here: Here, group: Group, person: Person, name: str, duty: Duty = Duty.TEACHER
) -> list[Action]:
    """Put somebody on the group's roster, answer, and tell all admins; it may wait for its doer's code."""
    worn = shown(person.name, NAME_LIMIT)
    line = f"/teacher put {person.id} {duty.value} {shown(name, NAME_LIMIT) or worn}"
    there = replace(here, chat=group.chat, group=group)
    if not group.provisional and (held := await challenges.held(call, there, group, line)) is not None:
        return held
    entry = await enlist(here, group.chat.id, person, name, call.sender.id, duty)
    text = lines(
        say(call.language, group.promised("teacher.added"), name=entry.name),
        say(call.language, "teacher.first") if group.provisional else None,
        say(call.language, "teacher.is", role=role_word(call.language, entry.duty)),
    )
    undo = await _next(call, there, entry)
    told = await weakening.added(call, here, group, entry.name)
    if here.group is None:
        call = replace(call, at=here.chat)
    return [*await call.show(there, text, undo), *told]


def _meant(seen: MessageSeen | None, here: Here, usernames: list[str]) -> Found:
    """By the message replied to, by the writer of a forward, or by a mention of somebody."""
    if seen is None:
        return Found(trouble="teacher.how_to_add")
    if seen.mentioned:
        return _acceptable(seen.mentioned[0], here)
    if seen.cited is not None:
        if not seen.cited.forwarded:
            return _acceptable(seen.cited.sender, here)
        if seen.cited_origin is None or not seen.cited_origin.id:
            return Found(trouble="teacher.hidden_forward")
        return _acceptable(seen.cited_origin, here)
    if not usernames:
        return Found(trouble="teacher.how_to_add")
    heard = here.memory.called(here.chat.id, usernames[0])
    if heard is None:
        return Found(trouble="teacher.unseen_name")
    return _acceptable(Person(heard[0], heard[1], usernames[0]), here)


def _acceptable(person: Person, here: Here) -> Found:
    if person.id == here.me.id or person.station is Station.BOT:
        return Found(trouble="teacher.not_a_bot")
    if person.station is not Station.USER or not person.id:
        return Found(trouble="teacher.no_account")
    return Found(person)


async def _list(call: Call, here: Here) -> list[Action]:
    entries = await roster.load(here.tx, here.chat.id)
    of_school = _of_school(call, here, entries)
    if not entries:
        return await call.show(here, of_school or say(call.language, "teacher.none"))
    text = lines(
        say(call.language, "teacher.listed"),
        *(
            say(
                call.language,
                "teacher.line",
                number=number,
                name=entry.person.name,
                role=role_word(call.language, entry.person.duty),
                also=_also(call, entry),
            )
            for number, entry in enumerate(entries[:_LISTED], 1)
        ),
        of_school,
        "",
        say(call.language, "teacher.how_to_change"),
    )
    buttons: Buttons = tuple(
        (
            Button(
                plain(call.language, "teacher.button.one", name=shown(entry.person.name, 24)),
                f"/teacher #{entry.id}",
            ),
            remover(call.language, entry),
        )
        for entry in entries[:_LISTED]
    )
    return await call.show(here, text, buttons)


def _of_school(call: Call, here: Here, entries: tuple[Entry, ...]) -> Said | None:
    """Who is protected because the group's school says so; only the operator changes that."""
    if here.group is None or here.group.provisional:
        return None
    own = [(entry.person.name, entry.person.ids) for entry in entries]
    others = [one.name for one in here.group.roster if (one.name, one.ids) not in own]
    if not others:
        return None
    names = plain(call.language, "list.separator").join(shown(one, _SHORT) for one in others[:_FROM_SCHOOL])
    more = "…" if len(others) > _FROM_SCHOOL else ""
    return say(call.language, "teacher.of_school", names=names + more, count=len(others))


async def _remove(call: Call, here: Here, typed: str) -> list[Action]:
    assert here.group is not None
    entries = await roster.load(here.tx, here.chat.id)
    entry = pointed_at(call, entries, typed)
    if entry is None:
        return await call.show(here, say(call.language, "teacher.remove_whom" if entries else "teacher.none"))
    if (held := await challenges.held(call, here, here.group, f"/teacher remove #{entry.id}")) is not None:
        return held
    await roster.remove(here.tx, here.chat.id, entry.id)
    last = len(entries) == 1
    text = lines(
        say(call.language, "teacher.removed", name=entry.person.name),
        say(call.language, "teacher.none") if last else None,
    )
    told = await weakening.removed(call, here, here.group, entry.person.name)
    return [*await call.show(here, text), *told]


async def _link(call: Call, here: Here, typed: str) -> list[Action]:
    assert here.group is not None
    entry = pointed_at(call, await roster.load(here.tx, here.chat.id), typed)
    if entry is None:
        return await call.show(here, say(call.language, "teacher.link_whom"))
    return await linking.offered(call, here, here.group, entry)


async def _next(call: Call, here: Here, added: Protected) -> Buttons:
    entries = await roster.load(here.tx, here.chat.id)
    return tuple(row for one in entries if one.person.ids & added.ids for row in offers(call.language, one))


def _also(call: Call, entry: Entry) -> str:
    if not entry.person.aliases:
        return ""
    names = plain(call.language, "list.separator").join(entry.person.aliases)
    return plain(call.language, "teacher.also", names=names)


COMMAND = Command("teacher", run, admin=True, afar=True)
