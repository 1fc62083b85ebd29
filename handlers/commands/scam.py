"""/scam: an admin confirms that it is a scam."""

from __future__ import annotations

from bot.actions import Action
from bot.store.incidents import SCAM
from handlers import decisions
from handlers.commands import Call, Command
from handlers.here import Here


async def run(call: Call, here: Here) -> list[Action]:
    return await decisions.decide(call, here, SCAM)


COMMAND = Command("scam", run, admin=True)
