"""/enlist: whoever wrote the message an admin forwarded in private becomes a protected teacher of the admin's group."""

from __future__ import annotations

from bot.events import Action, Button
from bot.store import belonging, dialogues
from bot.texts import plain, say, shown
from handlers.commands import Buttons, Call, Command, Where, administers
from handlers.commands.teacher import register
from handlers.here import Here
from patterns.model import Person, Station

KIND = "forwarded"
_GROUPS_SHOWN = 5


async def offered(call: Call, here: Here) -> Buttons:
    """A button for each of the admin's groups, when a forward tells who wrote it."""
    seen = call.message
    author = seen.origin if seen is not None else None
    if author is None or not author.id or author.station is not Station.USER:
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
    words = call.words
    pending = await dialogues.current(here.tx, here.chat.id, KIND)
    if len(words) != 2 or pending is None or pending.state["id"] != words[1]:
        return await call.show(here, say(call.language, "enlist.how"))
    mine = {str(group.chat): group.chat for group in await _groups(call, here)}
    group = await here.group_of(mine[words[0]]) if words[0] in mine else None
    if group is None or not administers(call.sender, group):
        return call.tell(here, "command.only_admins")
    person = Person(id=pending.state["id"], name=pending.state["name"])
    if any(incident.user == person.id for incident in group.open):
        return call.tell(here, "teacher.under_suspicion")
    await dialogues.end(here.tx, here.chat.id, KIND)
    return await register(call, here, group, person, "")


async def _groups(call: Call, here: Here) -> tuple[belonging.Belonging, ...]:
    platform = here.chat.place.platform
    return await belonging.of(here.tx, platform, call.sender.id, here.mark(call.sender.id))


COMMAND = Command("enlist", run, where=Where.PRIVATE, menu=None)
