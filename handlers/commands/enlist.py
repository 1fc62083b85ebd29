"""/enlist: whoever an admin points at in private, by a forward, a contact or the platform's own list, becomes a
protected teacher of the admin's group.
"""

from __future__ import annotations

from bot.actions import Action, Button, Picker, Say
from bot.store import belonging, dialogues
from bot.texts import plain, say, shown
from handlers.commands import PATIENCE, Buttons, Call, Command, Where, administers, commands
from handlers.commands.teacher import PICKING, register
from handlers.here import Here
from patterns.model import Person, Station

KIND = "forwarded"
_GROUPS_SHOWN = 5


async def offered(call: Call, here: Here) -> Buttons:
    """A button for each of the admin's groups, when a forward tells who wrote it."""
    author = call.message.origin if call.message is not None else None
    return () if author is None else await _offered(author, call, here)


async def _offered(author: Person, call: Call, here: Here) -> Buttons:
    if not author.id or author.station is not Station.USER or author.id == here.me.id:
        return ()
    runs = [group for group in await _groups(call, here) if group.admin][:_GROUPS_SHOWN]
    if not runs:
        return ()
    who = {"id": author.id, "name": author.name}
    await dialogues.begin(here.tx, here.chat.id, call.sender.id, KIND, who, here.now)
    return tuple(
        (
            Button(
                plain(
                    call.language,
                    "enlist.button",
                    name=shown(author.name, 16),
                    group=shown(group.title, 16) or str(group.chat),
                ),
                f"/enlist {group.chat} {author.id}",
            ),
        )
        for group in runs
    )


async def run(call: Call, here: Here) -> list[Action]:
    if call.message is not None and call.message.shared:
        return await _shared(call, here, call.message.shared[0])
    words = call.words
    pending = await dialogues.current(here.tx, here.chat.id, KIND)
    if len(words) != 2 or pending is None or pending.state["id"] != words[1]:
        return await call.show(here, say(call.language, "enlist.how"))
    mine = {str(group.chat): group.chat for group in await _groups(call, here)}
    group = await here.group_of(mine[words[0]]) if words[0] in mine else None
    if group is None or not administers(call.sender, group):
        return call.tell(here, "command.only_admins")
    person = Person(id=pending.state["id"], name=pending.state["name"])
    if any(incident.concerns(person.id) for incident in group.open):
        return call.tell(here, "teacher.under_suspicion")
    await dialogues.end(here.tx, here.chat.id, KIND)
    return await register(call, here, group, person, "")


async def _shared(call: Call, here: Here, person: Person) -> list[Action]:
    """Whom an admin was asked to choose is registered; a contact out of the blue is asked about."""
    since = here.now - PATIENCE
    asked = await dialogues.awaiting(here.tx, here.chat.id, call.sender.id, since) == PICKING
    pending = await dialogues.current(here.tx, here.chat.id, PICKING) if asked else None
    runs = any(group.admin for group in await _groups(call, here))
    if not runs and pending is None:
        # A parent wants to know what to make of it.
        return await commands()["check"].run(call, here)
    if not person.id:
        return await call.show(here, say(call.language, "enlist.no_account"))
    if person.id == here.me.id:
        return await call.show(here, say(call.language, "teacher.not_a_bot"))
    if pending is None:
        buttons = await _offered(person, call, here)
        return await call.show(here, say(call.language, "enlist.which"), buttons)
    group = await here.group_of(int(pending.state["chat"]))
    if group is None or not administers(call.sender, group):
        return call.tell(here, "command.only_admins")
    if any(incident.concerns(person.id) for incident in group.open):
        return call.tell(here, "teacher.under_suspicion")
    name = str(pending.state["name"])
    if not (shown(name) or shown(person.name)):
        return call.tell(here, "teacher.nameless")
    await dialogues.end(here.tx, here.chat.id, PICKING)
    away = call.reply(here, say(call.language, "enlist.picked"), part="picked")
    done = await register(call, here, group, person, name)
    return [Say(away.key, away.chat, away.text, picker=Picker()), *done]


async def _groups(call: Call, here: Here) -> tuple[belonging.Belonging, ...]:
    platform = here.chat.place.platform
    return await belonging.of(here.tx, platform, call.sender.id, here.mark(call.sender.id))


COMMAND = Command("enlist", run, where=Where.PRIVATE, menu=None)
