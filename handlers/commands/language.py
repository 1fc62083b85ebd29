"""/language: which language the bot speaks in this chat."""

from __future__ import annotations

from bot.actions import Action
from bot.texts import say
from handlers.choosing import choose, chosen, offer, understood
from handlers.commands import Call, Command, Where
from handlers.here import Here


async def run(call: Call, here: Here) -> list[Action]:
    language = understood("language", call.args)
    if language is None:
        present = (await chosen(here))["language"]
        text = say(call.language, "language.unknown" if call.args else "language.ask")
        return await call.show(here, text, offer(call.language, "language", "language", present))
    _, follows = await choose(call, here, "language", language)
    return [*await call.show(here, say(language, "language.changed")), *follows]


COMMAND = Command("language", run, admin=True, menu=Where.BOTH)
