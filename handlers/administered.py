"""The groups an account administers, and which of them it means when it writes in private."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.events import Action, Button
from bot.store import belonging
from bot.store.belonging import Belonging
from bot.texts import say, shown
from handlers.commands import Call, administers
from handlers.group import Group
from handlers.here import Here

_SHOWN = 20
# What a button in private begins with to say which group is meant: ~12 is the chat of that number.
_SIGN = "~"


@dataclass(frozen=True, slots=True)
class Meant:
    """The group and what was said about it. `there` is the group's own place, wherever the admin is."""

    call: Call
    there: Here

    @property
    def group(self) -> Group:
        assert self.there.group is not None
        return self.there.group


async def administered(call: Call, here: Here) -> tuple[Belonging, ...]:
    """By the platform's last word; a group is asked again before anything is done in it."""
    platform = here.chat.place.platform
    found = await belonging.of(here.tx, platform, call.sender.id, here.mark(call.sender.id))
    return tuple(group for group in found if group.admin)


async def meant(call: Call, here: Here, command: str) -> Meant | list[Action]:
    """The group a command is about: the one it was given in, the one a button names, the only one; or the question."""
    if here.group is not None:
        return Meant(call, here)
    runs = {group.chat: group for group in await administered(call, here)}
    first, _, rest = call.args.partition(" ")
    named = first.removeprefix(_SIGN) if first.startswith(_SIGN) else ""
    if named and not (named.isascii() and named.isdecimal() and int(named) in runs):
        return call.tell(here, "command.only_admins")
    if named or len(runs) == 1:
        return await _there(
            call, here, int(named) if named else next(iter(runs)), rest if named else call.args
        )
    if not runs:
        return await call.show(here, say(call.language, "administered.none"))
    buttons = tuple(
        (
            Button(
                shown(group.title, 32) or str(group.chat), f"/{command} {_SIGN}{group.chat} {call.args}"[:64]
            ),
        )
        for group in list(runs.values())[:_SHOWN]
    )
    return await call.show(here, say(call.language, "administered.which"), buttons)


def about(here: Here, there: Here) -> str:
    """What a button's command has to carry so that it means this group again; with its blank, or nothing."""
    return "" if here.group is not None else f"{_SIGN}{there.chat.id} "


async def _there(call: Call, here: Here, chat: int, args: str) -> Meant | list[Action]:
    group = await here.group_of(chat)
    if group is None or not administers(call.sender, group):
        return call.tell(here, "command.only_admins")
    return Meant(replace(call, args=args), replace(here, chat=group.chat, group=group))
