"""What an admin does about the school of a group of theirs: its own list from a file, its own term in figures."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from bot.actions import Action, Button
from bot.store import schools
from bot.texts import Said, plain, say, shown
from handlers import challenges, weakening
from handlers.administered import Meant
from handlers.calls import SIGN
from handlers.here import Here
from handlers.schools import imports, rollup
from handlers.schools.filing import asked_for, counted, handed

_TITLE = 40


async def page(found: Meant, here: Here, rest: str) -> list[Action]:
    """Which school the group belongs to, and what an admin may do about it."""
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


async def _report(found: Meant, here: Here, rest: str) -> list[Action]:
    """The figures of the admin's own class only."""
    school = await schools.of_group(here.tx, found.group.chat.id)
    if school is None:
        return await page(found, here, rest)
    mine = [await rollup.term(here.tx, found.group.chat)]
    text = say(found.call.language, "school.reported", name=school.name, count=1)
    sheet = rollup.paper(school, mine, found.call.language, here.now.date().isoformat())
    return [handed(found.call, here, text, "sheet", sheet), *found.call.flash(here)]


async def _import(found: Meant, here: Here, rest: str) -> list[Action]:
    chat = found.group.chat
    state = {"school": 0, "chat": chat.id}
    return await asked_for(found.call, here, state, shown(chat.place.title, _TITLE))


async def _apply(found: Meant, here: Here, name: str) -> list[Action]:
    """It may wait for its doer's code, like everything that clears somebody to collect."""
    call, group = found.call, found.group
    waiting = await imports.waiting(here, here.chat.id, name)
    if waiting is None or waiting.chat != group.chat.id:
        return call.tell(here, "command.stale_button")
    named = {user for one in waiting.listing.people for user in one.person.ids}
    if any(incident.concerns(user) for incident in group.open for user in named):
        return call.tell(here, "teacher.under_suspicion")
    line = f"/school own {SIGN}{group.chat.id} apply {name}"
    if not group.provisional and (held := await challenges.held(call, here, group, line)) is not None:
        return held
    await imports.into_group(here, here.chat.id, waiting, group, call.sender.id)
    title = shown(group.chat.place.title, _TITLE)

    def words(language: str) -> Said:
        return say(language, "school.weakened", counts=counted(language, waiting.listing))

    heard = await weakening.announced(call, here, group, "listed", words)
    return [*await call.show(here, say(call.language, "school.applied", name=title)), *heard]


WORDS: Mapping[str, Callable[[Meant, Here, str], Awaitable[list[Action]]]] = {
    "import": _import,
    "report": _report,
    "apply": _apply,
}
