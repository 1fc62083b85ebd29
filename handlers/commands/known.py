"""/known: an admin says whether a protected person's new name or picture is theirs."""

from __future__ import annotations

from bot.actions import Action
from bot.store import changes as store
from bot.texts import say, shown
from handlers import changes
from handlers.commands import Call, Command, Where, administers
from handlers.here import Here

_SHOWN = 32
_LONGEST_NUMBER = 18


async def run(call: Call, here: Here) -> list[Action]:
    word, _, number = call.args.partition(" ")
    valid = word in (store.YES, store.NO) and number.isascii() and number.isdecimal()
    change = await store.get(here.tx, int(number)) if valid and len(number) <= _LONGEST_NUMBER else None
    group = await here.group_of(change.chat) if change is not None else None
    if change is None or group is None:
        return call.tell(here, "command.stale_button")
    if not administers(call.sender, group):
        return call.tell(here, "command.only_admins")
    if call.sender.id == change.user and not changes.alone(change, group):
        return call.tell(here, "changed.not_yourself")
    known = group.context.roster.owner(change.user)
    if known is None or not await store.decide(here.tx, change.id, word):
        return call.tell(here, "changed.decided")
    if word == store.NO:
        follows = await changes.denied(change, here, group, call.sender)
        return [*await call.show(here, say(call.language, "changed.no")), *follows]
    await changes.confirmed(change, here, group, call.sender.id)
    named = change.what == store.NAME
    key = group.promised("changed.yes.name") if named else f"changed.yes.{change.what}"
    text = say(
        call.language, key, name=shown(known.name, _SHOWN), shown=shown(change.value, _SHOWN) if named else ""
    )
    return await call.show(here, text)


COMMAND = Command("known", run, where=Where.PRIVATE, menu=None)
