"""/forgetme: what is kept about an account for its own sake is deleted at once, after one question."""

from __future__ import annotations

from datetime import timedelta

from bot.actions import Action, Button
from bot.store import forgetting
from bot.texts import plain, say
from handlers.commands import Call, Command, Where
from handlers.faces import RENAME_MATTERS
from handlers.here import Here

_LATELY = timedelta(milliseconds=RENAME_MATTERS)


async def run(call: Call, here: Here) -> list[Action]:
    if call.args != "yes" or call.press is None:
        yes = Button(plain(call.language, "forgetme.button"), "/forgetme yes")
        return await call.show(here, say(call.language, "forgetme.ask"), ((yes,),))
    await forgetting.account(here.tx, here.chat.id, call.sender.id, here.mark, here.now - _LATELY)
    here.memory.forget(call.sender.id, here.now)
    return [call.reply(here, say(call.language, "forgetme.done")), *call.flash(here)]


COMMAND = Command("forgetme", run, where=Where.PRIVATE, menu=None)
