"""/school: a whole school in private: its classes, its term in figures, its lists from one file.

The operator does so for every school; an admin sees the school of a group of theirs, and fills the group's own lists.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from bot.events import Action, Button, Paper, PicturesRead, Say
from bot.store import chats, dialogues, schools
from bot.store.schools import School
from bot.texts import Said, lines, plain, say, shown
from handlers import challenges, weakening
from handlers.administered import Meant, administered, meant
from handlers.calls import SIGN
from handlers.commands import Call, Command, Where
from handlers.here import Here
from handlers.schools import imports, listing, rollup
from handlers.schools.listing import Listing

KIND = "school"
_TITLE = 28
_LISTED = 20
_PROBLEMS = 8
_LONGEST_NAME = 80


async def run(call: Call, here: Here) -> list[Action]:
    verb, _, rest = call.args.partition(" ")
    if verb == "template":
        text = say(call.language, "school.template")
        return [_file(call, here, text, "template", imports.template(call.language)), *call.flash(here)]
    if here.operated_by(call.sender) and verb != "own":
        return await _OPERATOR.get(verb, _list)(call, here, rest.strip())
    if not await administered(call, here):
        return call.tell(here, "school.not_yours")
    found = await meant(_of_group(call), here, "school own")
    if isinstance(found, list):
        return found
    verb, _, rest = found.call.args.partition(" ")
    return await _ADMIN.get(verb, _own)(found, here, rest.strip())


def _of_group(call: Call) -> Call:
    args = call.args.removeprefix("own").strip()
    return replace(call, args=args)


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
    school = await _school(here, number)
    if school is None:
        return call.tell(here, "command.stale_button")
    titles = [await _title(here, chat) for chat in await schools.groups(here.tx, school.id)]
    names = plain(call.language, "list.separator").join(titles[:_LISTED]) or "—"
    text = lines(
        say(call.language, "school.one", name=school.name, count=len(titles)),
        say(call.language, "school.classes", names=names),
        say(call.language, "school.people", count=len(await schools.people(here.tx, school.id))),
    )
    words = ("report", "import", "join", "leave", "list")
    buttons = tuple(
        (Button(plain(call.language, f"school.button.{word}"), f"/school {word} {school.id}"),)
        for word in words
    )
    return await call.show(here, text, buttons)


async def _join(call: Call, here: Here, rest: str) -> list[Action]:
    number, _, chat = rest.partition(" ")
    school = await _school(here, number)
    if school is None:
        return call.tell(here, "command.stale_button")
    groups = await schools.groups(here.tx, school.id)
    others = [one for one in await chats.joined(here.tx) if one.id not in groups]
    if chat:
        chosen = next((one for one in others if str(one.id) == chat), None)
        if chosen is None:
            return call.tell(here, "command.stale_button")
        await schools.join(here.tx, school.id, chosen.id)
        await here.group_of(chosen.id)
        return await _one(call, here, number)
    return await _choose(call, here, school, "join", [(one.id, one.place.title) for one in others])


async def _leave(call: Call, here: Here, rest: str) -> list[Action]:
    number, _, chat = rest.partition(" ")
    school = await _school(here, number)
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
    school = await _school(here, number)
    return call.tell(here, "command.stale_button") if school is None else await _reported(call, here, school)


async def _reported(call: Call, here: Here, school: School) -> list[Action]:
    found = await rollup.terms(here.tx, school)
    text = say(call.language, "school.reported", name=school.name, count=len(found))
    sheet = rollup.paper(school, found, call.language, here.now.date().isoformat())
    table = rollup.table(found, call.language)
    return [
        _file(call, here, text, "sheet", sheet),
        _file(call, here, say(call.language, "school.as_table"), "table", table),
        *call.flash(here),
    ]


async def _import(call: Call, here: Here, number: str) -> list[Action]:
    school = await _school(here, number)
    if school is None:
        return call.tell(here, "command.stale_button")
    return await _ask_for_file(call, here, {"school": school.id, "chat": 0}, school.name)


async def _apply(call: Call, here: Here, name: str) -> list[Action]:
    waiting = await imports.waiting(here, here.chat.id, name)
    school = await _school(here, str(waiting.school)) if waiting is not None else None
    if waiting is None or school is None:
        return call.tell(here, "command.stale_button")
    await imports.into_school(here, here.chat.id, waiting, school)
    return await call.show(here, say(call.language, "school.applied", name=school.name))


async def _school(here: Here, number: str) -> School | None:
    return next((one for one in await schools.every(here.tx) if str(one.id) == number), None)


async def _title(here: Here, chat: int) -> str:
    known = await chats.get(here.tx, chat)
    return shown(known.place.title, _TITLE) if known is not None else str(chat)


# --- an admin, for a group of theirs ------------------------------------------------------------


async def _own(found: Meant, here: Here, rest: str) -> list[Action]:
    call, chat = found.call, found.group.chat
    school = await schools.of_group(here.tx, chat.id)
    title = shown(chat.place.title, _TITLE)
    belongs = (
        say(call.language, "school.belongs", title=title, name=school.name)
        if school is not None
        else say(call.language, "school.belongs_to_none", title=title)
    )
    words = ("import", "report") if school is not None else ("import",)
    buttons = tuple(
        (Button(plain(call.language, f"school.button.own_{word}"), f"/school own {SIGN}{chat.id} {word}"),)
        for word in words
    )
    return await call.show(here, belongs, buttons)


async def _own_report(found: Meant, here: Here, rest: str) -> list[Action]:
    """The figures of the admin's own class only."""
    school = await schools.of_group(here.tx, found.group.chat.id)
    if school is None:
        return await _own(found, here, rest)
    mine = [await rollup.term(here.tx, found.group.chat)]
    text = say(found.call.language, "school.reported", name=school.name, count=1)
    sheet = rollup.paper(school, mine, found.call.language, here.now.date().isoformat())
    return [_file(found.call, here, text, "sheet", sheet), *found.call.flash(here)]


async def _own_import(found: Meant, here: Here, rest: str) -> list[Action]:
    chat = found.group.chat
    state = {"school": 0, "chat": chat.id}
    return await _ask_for_file(found.call, here, state, shown(chat.place.title, _TITLE))


async def _own_apply(found: Meant, here: Here, name: str) -> list[Action]:
    """It may wait for its doer's code, like everything that clears somebody to collect."""
    call, group = found.call, found.group
    waiting = await imports.waiting(here, here.chat.id, name)
    if waiting is None or waiting.chat != group.chat.id:
        return call.tell(here, "command.stale_button")
    platform = group.chat.place.platform
    named = {user for one in waiting.listing.people for user in one.on(platform).ids}
    if any(incident.user in named for incident in group.open):
        return call.tell(here, "teacher.under_suspicion")
    line = f"/school own {SIGN}{group.chat.id} apply {name}"
    if not group.provisional and (held := await challenges.held(call, here, group, line)) is not None:
        return held
    await imports.into_group(here, here.chat.id, waiting, group, call.sender.id)
    title = shown(group.chat.place.title, _TITLE)

    def words(language: str) -> Said:
        return say(language, "school.weakened", counts=_counted(language, waiting.listing))

    heard = await weakening.announced(call, here, group, "listed", words)
    return [*await call.show(here, say(call.language, "school.applied", name=title)), *heard]


# --- the file ---------------------------------------------------------------------------------


async def _ask_for_file(call: Call, here: Here, state: Mapping[str, int], name: str) -> list[Action]:
    asked = {**state, "asking": "file"}
    await dialogues.begin(here.tx, here.chat.id, call.sender.id, KIND, asked, here.now)
    template = ((Button(plain(call.language, "school.button.template"), "/school template"),),)
    return await call.show(here, say(call.language, "school.send_file", name=name), template)


async def heard(call: Call, here: Here) -> list[Action]:
    """Words, or a file too large, where a table was asked for."""
    return [call.reply(here, say(call.language, "school.no_table"))]


async def looked(event: PicturesRead, call: Call, here: Here) -> list[Action]:
    """The file has come: what is in it, or what is wrong with it, line by line."""
    under_way = await dialogues.current(here.tx, here.chat.id, KIND)
    if under_way is None or not event.tables:
        return await heard(call, here)
    school, chat = int(under_way.state["school"]), int(under_way.state["chat"])
    found = listing.read(event.tables[0], here.mark, call.language)
    if found.problems:
        return [call.reply(here, _problems(call.language, found))]
    await dialogues.end(here.tx, here.chat.id, KIND)
    name = await imports.keep(here, call.sender.id, school, chat, found)
    line = f"/school apply {name}" if school else f"/school own {SIGN}{chat} apply {name}"
    text = lines(
        say(call.language, "school.found", counts=_counted(call.language, found)),
        say(call.language, "school.replaces" if school else "school.adds"),
    )
    return [call.reply(here, text, ((Button(plain(call.language, "school.button.apply"), line),),))]


def _problems(language: str, found: Listing) -> Said:
    more = len(found.problems) - _PROBLEMS
    return lines(
        say(language, "school.problems"),
        *(say(language, "school.problem", problem=one) for one in found.problems[:_PROBLEMS]),
        say(language, "school.more_problems", count=more) if more > 0 else None,
        say(language, "school.then"),
    )


def _counted(language: str, found: Listing) -> Said:
    return say(
        language,
        "school.counts",
        people=len(found.people),
        payees=len(found.payees),
        hosts=len(found.hosts),
    )


def _file(call: Call, here: Here, text: Said, part: str, paper: Paper) -> Say:
    return replace(call.reply(here, text, part=f"school-{part}"), paper=paper, fleeting=True)


_OPERATOR: Mapping[str, Callable[[Call, Here, str], Awaitable[list[Action]]]] = {
    "one": _one,
    "make": _make,
    "join": _join,
    "leave": _leave,
    "report": _report,
    "import": _import,
    "apply": _apply,
}
_ADMIN: Mapping[str, Callable[[Meant, Here, str], Awaitable[list[Action]]]] = {
    "import": _own_import,
    "report": _own_report,
    "apply": _own_apply,
}

COMMAND = Command("school", run, where=Where.PRIVATE, menu=None, hear=heard, look=looked)
