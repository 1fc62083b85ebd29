"""An admin ticked on the roster, or off it: in set-up, where nobody has to be replied to."""

from __future__ import annotations

from dataclasses import replace

from bot.actions import Action
from bot.store import roster
from bot.store.admins import Admin
from bot.store.roster import Entry
from bot.texts import shown
from handlers import challenges, weakening
from handlers.calls import Call
from handlers.commands.teacher import enlist
from handlers.here import Here
from handlers.protected import NAME_LIMIT
from patterns.model import Duty, Person

# What parents among the admins may be, in the order in which pressing again goes through it.
PARENTS = (Duty.COMMITTEE, Duty.TREASURER)


async def ticked(call: Call, here: Here, user: str, duties: tuple[Duty, ...]) -> list[Action]:
    """On with the first of the duties, then the next, then off. Only today's admins can be ticked, whatever
    the button says; what clears somebody or ends a protection may wait for the presser's code.
    """
    assert here.group is not None
    admin = here.group.admin(user)
    if admin is None or admin.user == here.me.id:
        return []
    entries = await roster.load(here.tx, here.chat.id)
    entry = next((one for one in entries if admin.user in one.person.ids), None)
    if entry is None:
        return await _on(call, here, admin, duties[0])
    if entry.person.duty in duties[:-1]:
        following = duties[duties.index(entry.person.duty) + 1]
        await roster.change(
            here.tx, here.chat.id, replace(entry, person=replace(entry.person, duty=following))
        )
        return []
    return await _off(call, here, entry)


async def _on(call: Call, here: Here, admin: Admin, duty: Duty) -> list[Action]:
    assert here.group is not None
    name = shown(admin.name, NAME_LIMIT)
    if not name or any(incident.concerns(admin.user) for incident in here.group.open):
        return []
    line = f"/teacher put {admin.user} {duty.value} {name}"
    first = here.group.provisional
    if not first and (held := await challenges.held(call, here, here.group, line)) is not None:
        return held
    listed = await enlist(here, here.chat.id, Person(admin.user, admin.name), "", call.sender.id, duty)
    return await weakening.added(call, here, here.group, listed.name)


async def _off(call: Call, here: Here, entry: Entry) -> list[Action]:
    assert here.group is not None
    line = f"/teacher remove #{entry.id}"
    if (held := await challenges.held(call, here, here.group, line)) is not None:
        return held
    await roster.remove(here.tx, here.chat.id, entry.id)
    return await weakening.removed(call, here, here.group, entry.person.name)
