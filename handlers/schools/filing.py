"""A school's or a group's list, asked for as a file: what came of it is shown before it counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.actions import Action, Button, Paper, Say
from bot.events import PicturesRead
from bot.store import dialogues
from bot.texts import Said, lines, plain, say
from handlers.calls import SIGN, Call
from handlers.here import Here
from handlers.schools import imports, listing
from handlers.schools.listing import Listing

KIND = "school"
_PROBLEMS = 8


async def asked_for(call: Call, here: Here, state: Mapping[str, int], name: str) -> list[Action]:
    """The next file its sender sends is the list of this school or group."""
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
        say(call.language, "school.found", counts=counted(call.language, found)),
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


def counted(language: str, found: Listing) -> Said:
    """How many people, payees and addresses a list holds."""
    return say(
        language,
        "school.counts",
        people=len(found.people),
        payees=len(found.payees),
        hosts=len(found.hosts),
    )


def handed(call: Call, here: Here, text: Said, part: str, paper: Paper) -> Say:
    """An answer with a paper to it, which is forgotten once it was sent."""
    return replace(call.reply(here, text, part=f"school-{part}"), paper=paper, fleeting=True)
