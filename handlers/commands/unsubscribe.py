"""/unsubscribe: no more private alerts from a group."""

from __future__ import annotations

from bot.actions import Action, Button
from bot.store import subscriptions
from bot.texts import say, shown
from handlers.commands import Buttons, Call, Command, Where
from handlers.here import Here


async def run(call: Call, here: Here) -> list[Action]:
    if here.group is not None:
        ended = await subscriptions.unsubscribe(here.tx, here.chat.id, call.sender.id)
        return call.tell(here, "unsubscribe.done" if ended else "unsubscribe.none")
    mine = await subscriptions.of_user(here.tx, call.sender.id)
    if not mine:
        return await call.show(here, say(call.language, "unsubscribe.none"))
    if len(mine) == 1 and not call.args:
        await subscriptions.unsubscribe(here.tx, mine[0].chat, call.sender.id)
        return await call.show(here, say(call.language, "unsubscribe.done"))
    for one in mine:
        if call.args == str(one.chat):
            await subscriptions.unsubscribe(here.tx, one.chat, call.sender.id)
            return await call.show(here, say(call.language, "unsubscribe.done"))
    buttons: Buttons = tuple(
        (Button(shown(one.title, 32) or str(one.chat), f"/unsubscribe {one.chat}"),) for one in mine[:20]
    )
    return await call.show(here, say(call.language, "unsubscribe.which"), buttons)


COMMAND = Command("unsubscribe", run, menu=Where.BOTH)
