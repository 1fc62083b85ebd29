"""/cases: what was tried in this group, told without names."""

from __future__ import annotations

from bot.actions import Action
from bot.store import cases as store
from bot.texts import Said, lines, say
from handlers.cases import story
from handlers.commands import Call, Command, Where
from handlers.here import Here

SHOWN = 5


async def run(call: Call, here: Here) -> list[Action]:
    assert here.group is not None
    found = await store.latest(here.tx, here.chat.id, SHOWN)
    if not found:
        return call.tell(here, "cases.none")
    zone, told = here.group.settings.zone, list[str | Said]()
    for case in found:
        month = case.at.astimezone(zone).strftime("%Y-%m")
        told += ["", say(call.language, "cases.entry", month=month), story(call.language, case)]
    return await call.show(here, lines(say(call.language, "cases.title"), *told))


COMMAND = Command("cases", run, where=Where.GROUP)
