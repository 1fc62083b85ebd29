"""/read: pressed under the letter by who has read it and told the family; counted once, named nowhere."""

from __future__ import annotations

from bot.events import Action
from bot.store import letters
from handlers.commands import Call, Command, Where
from handlers.here import Here
from patterns.model import Station


async def run(call: Call, here: Here) -> list[Action]:
    letter = await letters.of(here.tx, here.chat.id)
    if letter.sent_at is None or (call.args and call.args != str(letter.edition)):
        return call.tell(here, "letter.newer")
    if call.sender.station is not Station.USER:
        return call.tell(here, "letter.not_counted")
    # Bound to the group, so that nobody's groups can be told from these marks.
    fresh = await letters.confirm(here.tx, here.chat.id, here.mark(f"letter:{here.chat.id}:{call.sender.id}"))
    return call.tell(here, "letter.thanks" if fresh else "letter.thanks_before")


COMMAND = Command("read", run, where=Where.GROUP, menu=None)
