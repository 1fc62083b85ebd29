"""The groups an account administers, and which of them it means when it writes in private."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.actions import Action, Button
from bot.store import belonging, dialogues
from bot.store.belonging import Belonging
from bot.texts import say, shown
from handlers.calls import SIGN, Buttons, Call
from handlers.group import Group, administers
from handlers.here import Here

_SHOWN = 20
KIND = "steering"
# The group last meant is remembered beside whatever its admin is in the middle of.
_BESIDE = "#steering"


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


async def only(call: Call, here: Here) -> int | None:
    """The group somebody administers, if it is one: then nothing else can be meant in private."""
    runs = await administered(call, here)
    return runs[0].chat if len(runs) == 1 else None


async def meant(call: Call, here: Here, command: str) -> Meant | list[Action]:
    """The group a command is about: the one it was given in, the one a button names, the only one, the one meant
    last; or the question. `~` alone asks anew.
    """
    if here.group is not None:
        return Meant(call, here)
    runs = {group.chat: group for group in await administered(call, here)}
    first, _, rest = call.args.partition(" ")
    named = first.removeprefix(SIGN) if first.startswith(SIGN) else ""
    if named and not (named.isascii() and named.isdecimal() and int(named) in runs):
        return call.tell(here, "command.only_admins")
    if named:
        return await _there(call, here, int(named), rest)
    if not runs:
        return await call.show(here, say(call.language, "administered.none"))
    last = next(iter(runs)) if len(runs) == 1 else await _last(call, here)
    if first == SIGN or last not in runs:
        wish = f"{command} {{}} {rest if first == SIGN else call.args}".rstrip()
        return await call.show(here, say(call.language, "administered.which"), _each(runs.values(), wish))
    return await _there(call, here, last, call.args)


def about(here: Here, there: Here) -> str:
    """What a button's command has to carry so that it means this group again; with its blank, or nothing."""
    return "" if here.group is not None else f"{SIGN}{there.chat.id} "


def _each(groups: Iterable[Belonging], wish: str) -> Buttons:
    """A button for each group that gives the command there."""
    return tuple(
        (Button(shown(group.title, 32) or str(group.chat), f"/{wish.format(f'{SIGN}{group.chat}')}"[:64]),)
        for group in list(groups)[:_SHOWN]
    )


async def _there(call: Call, here: Here, chat: int, args: str) -> Meant | list[Action]:
    group = await here.group_of(chat)
    if group is None or not administers(call.sender, group):
        return call.tell(here, "command.only_admins")
    await dialogues.begin(here.tx, here.chat.id, call.sender.id + _BESIDE, KIND, {"chat": chat}, here.now)
    return Meant(replace(call, args=args), replace(here, chat=group.chat, group=group))


async def _last(call: Call, here: Here) -> int | None:
    under_way = await dialogues.current(here.tx, here.chat.id, KIND)
    return under_way.state["chat"] if under_way else None
