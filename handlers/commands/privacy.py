"""/privacy: what is kept, for how long, and how to have it deleted."""

from __future__ import annotations

from bot.actions import Action, Button
from bot.texts import plain, say
from handlers.commands import Buttons, Call, Command, Where, door
from handlers.here import Here


async def run(call: Call, here: Here) -> list[Action]:
    away: Buttons = ((Button(plain(call.language, "privacy.button"), "/forgetme"),),)
    if here.group is not None:
        away = door(here, call.language)
    return await call.show(here, say(call.language, "privacy.kept"), away)


COMMAND = Command("privacy", run, menu=Where.PRIVATE)
