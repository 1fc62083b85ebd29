"""/incidents: what happened in one's groups, listed, searched, and opened to be dealt with."""

from __future__ import annotations

from dataclasses import replace

from bot.actions import Action
from bot.store import belonging
from bot.store import incidents as store
from handlers import cards, telling
from handlers import docket as dockets
from handlers.commands import Call, Command, administers
from handlers.docket import Docket
from handlers.group import Group
from handlers.here import Here
from handlers.register import AT_MOST, Register, in_class_buttons
from handlers.telling import Telling


async def run(call: Call, here: Here) -> list[Action]:
    if call.args.startswith(("#", "＃")):
        return await _opened(call, here)
    groups = await _groups(call, here)
    if not groups:
        return call.tell(here, "incidents.not_admin")
    wanted, page = call.args, 0
    if call.args.startswith("@"):
        number, _, wanted = call.args[1:].partition(" ")
        page = int(number) if number.isascii() and number.isdigit() and len(number) < 4 else 0
    entries = await store.listed(here.tx, groups.keys(), AT_MOST)
    register = Register(entries, groups, here.mark, names=here.group is None)
    worn = register.worn(wanted)
    if len(worn) == 1:
        return await _opened(replace(call, args=f"#{worn[0].id}"), here)
    text, buttons = register.page(call.language, wanted, page)
    return await call.show(here, text, buttons)


async def _groups(call: Call, here: Here) -> dict[int, Group]:
    """This group, or, in private, every group the asker administers."""
    if here.group is not None:
        return {here.chat.id: here.group}
    platform, found = here.chat.place.platform, {}
    for one in await belonging.of(here.tx, platform, call.sender.id, here.mark(call.sender.id)):
        group = await here.group_of(one.chat) if one.admin else None
        if group is not None and administers(call.sender, group):
            found[one.chat] = group
    return found


async def _opened(call: Call, here: Here) -> list[Action]:
    """In private the admin's own card comes anew; in the group what everybody there may read."""
    docket = await dockets.found(call, here)
    if isinstance(docket, str):
        return call.tell(here, docket)
    incident = docket.incident
    if not incident.subject:
        return call.tell(here, "incidents.forgotten")
    if here.group is not None:
        text = cards.in_class(call.language, incident, docket.dossier)
        return await call.show(here, text, in_class_buttons(call.language, incident, docket.dossier, here))
    return [*await _card(call, here, docket), *call.flash(here)]


async def _card(call: Call, here: Here, docket: Docket) -> tuple[Action, ...]:
    told = Telling(docket.incident, docket.dossier, docket.incident, docket.dossier)
    told = telling.card_again(told, docket.there, call.sender.id, here.chat.id, call.language)
    await told.keep(docket.there)
    return told.actions


COMMAND = Command("incidents", run, admin=True)
