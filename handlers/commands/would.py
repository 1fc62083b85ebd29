"""/would: pressed in an exercise: ask the teacher first, or pay. Counted once for the class, named nowhere."""

from __future__ import annotations

from bot.actions import Action
from bot.store import drills
from handlers.commands import Call, Command, Where, administers
from handlers.here import Here
from patterns.model import Station


async def run(call: Call, here: Here) -> list[Action]:
    what, _, number = call.args.partition(" ")
    running = await drills.running(here.tx, here.chat.id)
    if what not in ("ask", "pay") or running is None or number != str(running.id):
        return call.tell(here, "drill.not_running")
    assert here.group is not None
    if call.sender.station is not Station.USER or administers(call.sender, here.group):
        return call.tell(here, "drill.admins_know")
    mark = here.mark(f"drill:{running.id}:{call.sender.id}")
    first = await drills.answer(here.tx, running.id, mark, what == "ask")
    if not here.me.abilities.buttons:
        return []
    return call.tell(here, f"drill.pressed.{what}" if first else "drill.pressed.before")


COMMAND = Command("would", run, where=Where.GROUP, menu=None)
