"""/id: the number of one's own account, which an operator needs for the configuration."""

from __future__ import annotations

from bot.actions import Action
from bot.texts import say
from handlers.commands import Call, Command, Where
from handlers.here import Here


async def _run(call: Call, here: Here) -> list[Action]:
    return [call.reply(here, say(call.language, "operator.id", number=call.sender.id))]


COMMAND = Command("id", _run, where=Where.PRIVATE, menu=None)
