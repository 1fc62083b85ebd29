"""/simulate: what the other modes would have done about the last month's incidents."""

from __future__ import annotations

from datetime import timedelta

from bot.actions import Action
from bot.settings import MODES
from bot.store import incidents
from bot.texts import Said, lines, say
from handlers.choosing import label
from handlers.commands import Call, Command
from handlers.commands.mode import lacking
from handlers.here import Here
from handlers.policy import Powers
from handlers.simulation import Outcome, outcome

SPAN = timedelta(days=30)


async def run(call: Call, here: Here) -> list[Action]:
    assert here.group is not None
    group, language = here.group, call.language
    happened = await incidents.since(here.tx, here.chat.id, here.now - SPAN)
    if not happened:
        return await call.show(here, say(language, "simulate.nothing"))
    powers = Powers(group.rights, here.me.abilities)
    present = group.settings["mode"]
    text = lines(
        say(language, "simulate.title", count=len(happened)),
        *(_line(language, mode, outcome(happened, mode, powers), mode == present) for mode in MODES),
        lacking(language, "guard", group),
        say(language, "simulate.limits"),
    )
    return await call.show(here, text)


def _line(language: str, mode: str, found: Outcome, present: bool) -> Said:
    key = "simulate.now" if present else "simulate.other"
    return lines(
        say(language, key, mode=label(language, "mode", mode)),
        say(language, "simulate.told", told=found.told, wrong=found.wrong),
        say(language, "simulate.acted", deleted=found.deleted, muted=found.muted)
        if mode == "guard"
        else None,
    )


COMMAND = Command("simulate", run, admin=True, afar=True)
