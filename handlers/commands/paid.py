"""/paid: what to do, in which order, when the money has gone already."""

from __future__ import annotations

from bot.events import Action, ChatKind, Priority, Say
from bot.store import chats
from bot.texts import Said, lines, plain, say
from handlers.commands import Call, Command, Where
from handlers.here import Here

_STEPS = ("title", "stop", "police", "bank", "keep", "ask")


async def run(call: Call, here: Here) -> list[Action]:
    """Minutes count: a press is answered over the chat at once, the whole list follows in private if it can."""
    text = steps(call.language)
    if call.press is None:
        return [call.reply(here, text)]
    flash = call.flash(here, plain(call.language, "warning.paid.flash"), alert=True)
    private = await chats.find(here.tx, here.chat.place.platform, call.sender.id)
    if private is None or private.place.kind is not ChatKind.PRIVATE:
        return flash
    listed = Say(
        key=f"paid:{private.id}:{call.key}",
        chat=private.id,
        text=text,
        priority=Priority.CAUTION,
        may_be_refused=True,
    )
    return [*flash, listed]


def steps(language: str) -> Said:
    return lines(*(say(language, f"warning.paid.{step}") for step in _STEPS))


COMMAND = Command("paid", run, menu=Where.BOTH)
