"""/read: pressed under the letter by who has read it and told the family; counted once, named nowhere."""

from __future__ import annotations

from bot.actions import Action
from bot.store import letters, subscriptions
from handlers.commands import Call, Command, Where
from handlers.here import Here
from patterns.model import Station


async def run(call: Call, here: Here) -> list[Action]:
    edition, _, group = call.args.partition(" ")
    chat = here.chat.id
    if here.group is None:
        # Under a subscriber's own copy of it.
        mine = {str(one.chat): one.chat for one in await subscriptions.of_user(here.tx, call.sender.id)}
        if group not in mine:
            return call.tell(here, "letter.newer")
        chat = mine[group]
    letter = await letters.of(here.tx, chat)
    if letter.sent_at is None or (edition and edition != str(letter.edition)):
        return call.tell(here, "letter.newer")
    if call.sender.station is not Station.USER:
        return call.tell(here, "letter.not_counted")
    # Bound to the group, so that nobody's groups can be told from these marks.
    fresh = await letters.confirm(here.tx, chat, here.mark(f"letter:{chat}:{call.sender.id}"))
    return call.tell(here, "letter.thanks" if fresh else "letter.thanks_before")


COMMAND = Command("read", run, where=Where.BOTH, menu=None)
