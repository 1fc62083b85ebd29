"""/school: a whole school in private: its classes, its term in figures, its lists from one file.

The operator does so for every school; an admin sees the school of a group of theirs, and fills the group's own lists.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from bot.actions import Action, Button
from bot.store import chats, schools
from bot.store.schools import School
from bot.texts import lines, plain, say, shown
from handlers.administered import administered, meant
from handlers.choosing import verb_of
from handlers.commands import Call, Command, Where
from handlers.here import Here
from handlers.schools import accounts, filing, imports, joining, own, rollup
from handlers.schools.filing import asked_for, handed

_TITLE = 28
_LISTED = 20
_LONGEST_NAME = 80


async def run(call: Call, here: Here) -> list[Action]:
    typed, _, rest = call.args.partition(" ")
    verb = verb_of(typed, VERBS)
    if verb == "template":
        text = say(call.language, "school.template")
        return [handed(call, here, text, "template", imports.template(call.language)), *call.flash(here)]
    if here.operated_by(call.sender) and verb != _OWN:
        return await _OPERATOR.get(verb, _list)(call, here, rest.strip())
    if not await administered(call, here):
        return call.tell(here, "school.not_yours")
    of_group = replace(call, args=rest.strip()) if verb == _OWN else call
    found = await meant(of_group, here, "school own")
    if isinstance(found, list):
        return found
    typed, _, rest = found.call.args.partition(" ")
    return await own.WORDS.get(verb_of(typed, VERBS), own.page)(found, here, rest.strip())


# --- the operator -----------------------------------------------------------------------------


async def _list(call: Call, here: Here, rest: str) -> list[Action]:
    found = await schools.every(here.tx)
    buttons = tuple((Button(shown(one.name, _TITLE), f"/school one {one.id}"),) for one in found[:_LISTED])
    key = "school.list" if found else "school.none"
    own = await administered(call, here)
    mine = ((Button(plain(call.language, "school.button.own"), "/school own"),),) if own else ()
    return await call.show(
        here, lines(say(call.language, key), say(call.language, "school.how_to_make")), (*buttons, *mine)
    )


async def _make(call: Call, here: Here, name: str) -> list[Action]:
    name = shown(name, _LONGEST_NAME)
    if not name or await schools.named(here.tx, name) is not None:
        return call.tell(here, "school.named_already" if name else "school.how_to_make")
    school = await schools.make(here.tx, name, here.now)
    return await _one(call, here, str(school.id))


async def _one(call: Call, here: Here, number: str) -> list[Action]:
    school = await schools.meant(here.tx, number)
    if school is None:
        return call.tell(here, "command.stale_button")
    titles = [await _title(here, chat) for chat in await schools.groups(here.tx, school.id)]
    names = plain(call.language, "list.separator").join(titles[:_LISTED]) or "—"
    text = lines(
        say(call.language, "school.one", name=school.name, count=len(titles)),
        say(call.language, "school.classes", names=names),
        say(call.language, "school.people", count=len(await schools.people(here.tx, school.id))),
    )
    words = ("report", "import", "people", "join", "leave", "list")
    buttons = tuple(
        (Button(plain(call.language, f"school.button.{word}"), f"/school {word} {school.id}"),)
        for word in words
    )
    return await call.show(here, text, buttons)


async def _join(call: Call, here: Here, rest: str) -> list[Action]:
    number, _, chat = rest.partition(" ")
    school = await schools.meant(here.tx, number)
    if school is None:
        return call.tell(here, "command.stale_button")
    groups = await schools.groups(here.tx, school.id)
    others = [one for one in await chats.joined(here.tx) if one.id not in groups]
    if chat:
        chosen = next((one for one in others if str(one.id) == chat), None)
        if chosen is None:
            return call.tell(here, "command.stale_button")
        await joining.take_in(here.tx, school, chosen.id, here.now)
        await here.group_of(chosen.id)
        return await _one(call, here, number)
    return await _choose(call, here, school, "join", [(one.id, one.place.title) for one in others])


async def _leave(call: Call, here: Here, rest: str) -> list[Action]:
    number, _, chat = rest.partition(" ")
    school = await schools.meant(here.tx, number)
    if school is None:
        return call.tell(here, "command.stale_button")
    groups = await schools.groups(here.tx, school.id)
    if chat:
        if not (chat.isascii() and chat.isdecimal() and int(chat) in groups):
            return call.tell(here, "command.stale_button")
        await schools.leave(here.tx, int(chat))
        await here.group_of(int(chat))
        return await _one(call, here, number)
    return await _choose(call, here, school, "leave", [(one, await _title(here, one)) for one in groups])


async def _choose(
    call: Call, here: Here, school: School, word: str, groups: list[tuple[int, str]]
) -> list[Action]:
    """A button for each group, and one back."""
    buttons = tuple(
        (Button(shown(title, _TITLE) or str(chat), f"/school {word} {school.id} {chat}"),)
        for chat, title in groups[:_LISTED]
    )
    back = (Button(plain(call.language, "school.button.back"), f"/school one {school.id}"),)
    text = say(call.language, f"school.choose.{word}" if groups else "school.choose.none", name=school.name)
    return await call.show(here, text, (*buttons, back))


async def _report(call: Call, here: Here, number: str) -> list[Action]:
    school = await schools.meant(here.tx, number)
    return call.tell(here, "command.stale_button") if school is None else await _reported(call, here, school)


async def _reported(call: Call, here: Here, school: School) -> list[Action]:
    found = await rollup.terms(here.tx, school)
    text = say(call.language, "school.reported", name=school.name, count=len(found))
    sheet = rollup.paper(school, found, call.language, here.now.date().isoformat())
    table = rollup.table(found, call.language)
    return [
        handed(call, here, text, "sheet", sheet),
        handed(call, here, say(call.language, "school.as_table"), "table", table),
        *call.flash(here),
    ]


async def _import(call: Call, here: Here, number: str) -> list[Action]:
    school = await schools.meant(here.tx, number)
    if school is None:
        return call.tell(here, "command.stale_button")
    return await asked_for(call, here, {"school": school.id, "chat": 0}, school.name)


async def _apply(call: Call, here: Here, name: str) -> list[Action]:
    waiting = await imports.waiting(here, here.chat.id, name)
    school = await schools.numbered(here.tx, str(waiting.school)) if waiting is not None else None
    if waiting is None or school is None:
        return call.tell(here, "command.stale_button")
    await imports.into_school(here, here.chat.id, waiting, school)
    return await call.show(here, say(call.language, "school.applied", name=school.name))


async def _title(here: Here, chat: int) -> str:
    known = await chats.get(here.tx, chat)
    return shown(known.place.title, _TITLE) if known is not None else str(chat)


_OPERATOR: Mapping[str, Callable[[Call, Here, str], Awaitable[list[Action]]]] = {
    "one": _one,
    "make": _make,
    "join": _join,
    "leave": _leave,
    "report": _report,
    "import": _import,
    "apply": _apply,
    "people": accounts.people,
    "link": accounts.offered,
}
_OWN = "own"
# What buttons alone say needs no words in other languages.
_TYPED = ("template", "list", _OWN, *(verb for verb in _OPERATOR if verb not in ("one", "apply", "link")))
VERBS: Mapping[str, str] = {verb: f"school.word.{verb}" for verb in _TYPED}
COMMAND = Command(
    "school", run, where=Where.PRIVATE, menu=None, hear=filing.heard, look=filing.looked, drops=True
)
