"""/report: reply to a message, and the admins are asked to look at it; nobody else learns of it."""

from __future__ import annotations

from bot.actions import Action
from handlers import reports
from handlers.commands import Call, Command, Where
from handlers.here import Here


async def run(call: Call, here: Here) -> list[Action]:
    assert here.group is not None
    return await reports.report(call, here, here.group)


COMMAND = Command("report", run, where=Where.GROUP, waits=True, quotes=True)
