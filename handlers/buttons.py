"""A pressed button is a command: what it carries is read like a typed one, with the same permissions."""

from __future__ import annotations

from bot.actions import Action, Answer
from bot.events import ButtonPressed
from handlers.commands import Call, language_of, obey, parse
from handlers.here import Here

DATA_LIMIT = 64


async def pressed(event: ButtonPressed, here: Here) -> list[Action]:
    """Every press is answered, or the phone shows it waiting for ever."""
    call = Call(event.sender, "", await language_of(here), press=event)
    if not event.data:
        return call.tell(here, "instead.which")
    given = (
        parse(event.data, here.me.username)
        if len(event.data.encode("utf-8", "replace")) <= DATA_LIMIT
        else None
    )
    if given is None:
        return call.tell(here, "command.stale_button")
    command, args = given
    actions = await obey(command, Call(event.sender, args, call.language, press=event), here)
    if any(isinstance(action, Answer) for action in actions):
        return actions
    return [*actions, *call.flash(here)]
