"""/members: who was seen in the group: names like a registered person's, newcomers, those silent since they came."""

from __future__ import annotations

from bot.actions import Action
from bot.texts import say
from handlers import attendance
from handlers.attendance import LISTS
from handlers.choosing import verb_of
from handlers.commands import Call, Command, door
from handlers.here import Here

_MOST_PAGES = 4
VERBS = {which: f"members.word.{which}" for which in LISTS}


async def run(call: Call, here: Here) -> list[Action]:
    if call.at is None and here.me.abilities.direct_messages:
        # Parents read along in the group.
        text = say(call.language, "members.in_private")
        return [call.reply(here, text, door(here, call.language, "members")), *call.flash(here)]
    assert here.group is not None
    if not here.memory.knows(here.chat.id):
        await here.memory.load(here.tx, [here.chat.id])
    seen = attendance.taken(here.group, here.memory, here.now)
    typed, _, page = call.args.partition(" ")
    which = verb_of(typed, VERBS)
    if which not in LISTS:
        return await call.show(here, *attendance.overview(call.language, seen))
    number = int(page) if page.isascii() and page.isdecimal() and len(page) <= _MOST_PAGES else 0
    return await call.show(here, *attendance.page(call.language, seen, here.group, which, number, here.now))


COMMAND = Command("members", run, admin=True, afar=True)
