"""/safe: an admin vouches for the message."""

from __future__ import annotations

from bot.actions import Action
from bot.store.incidents import SAFE
from handlers import decisions
from handlers.commands import Call, Command
from handlers.here import Here


async def run(call: Call, here: Here) -> list[Action]:
    return await decisions.decide(call, here, SAFE)


COMMAND = Command("safe", run, admin=True)
