"""/link: a registered person says the word an admin was given, from another account of theirs."""

from __future__ import annotations

from bot.actions import Action
from handlers import linking
from handlers.commands import Call, Command, Where
from handlers.here import Here
from handlers.schools import accounts


async def run(call: Call, here: Here) -> list[Action]:
    if not call.args.strip():
        return call.tell(here, "link.how")
    of_school = await accounts.said(call, here, call.args)
    return await linking.said(call, here, call.args) if of_school is None else of_school


COMMAND = Command("link", run, where=Where.PRIVATE, menu=None)
