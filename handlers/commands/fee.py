"""/fee: the registers of genuine fees: written down by one admin, agreed to by another, read by those who pay.

A class's own fee holds in that class alone: another class's exercise books cost something else and are paid to somebody
else, so it would speak for the wrong request and against the right one. What the whole school pays is said to be so when
it is written down. It holds in every class, and therefore takes the word of an admin of another class.
"""

from __future__ import annotations

from bot.actions import Action, Button
from bot.store import fees as store
from bot.store import schools
from bot.store.fees import OPEN, PROPOSED, Fee
from bot.texts import lines, plain, say
from handlers import challenges, fees
from handlers import fee_form as form
from handlers.administered import Meant, about, meant
from handlers.choosing import called
from handlers.commands import Buttons, Call, Command, Where, administers, door
from handlers.here import Here
from patterns.model import Station

_SHOWN = 8


async def run(call: Call, here: Here) -> list[Action]:
    verb = call.args.partition(" ")[0]
    if here.group is None and verb == "set":
        return await form.pressed(call, here)
    if here.group is not None and not administers(call.sender, here.group):
        return await _list(Meant(call, here), here)
    found = await meant(call, here, "fee")
    if isinstance(found, list):
        return found
    verb, _, rest = found.call.args.partition(" ")
    if verb.casefold() in called("new", "fee.word.new"):
        return await _new(found, here)
    if verb.casefold() in called("close", "fee.word.close"):
        return await _close(found, here, rest.strip())
    if verb.casefold() in called("confirm", "fee.word.confirm") | {"vouch"}:
        return await _confirm(found, here, rest.strip())
    return await _list(found, here)


# --- the register -----------------------------------------------------------------------------


async def _list(found: Meant, here: Here) -> list[Action]:
    """For everybody what is open; for admins also what waits for a second voice, and how to close it."""
    call, group = found.call, found.group
    mine = administers(call.sender, group)
    known = [fee for fee in await store.holding(here.tx, group.chat.id) if mine or fee.state == OPEN]
    if not known:
        return await call.show(here, say(call.language, "fee.none"), _opener(found, here) if mine else ())
    shown = tuple(known[-_SHOWN:])
    text = lines(say(call.language, "fee.listed"), fees.listed(call.language, shown))
    if not mine:
        return await call.show(here, text)
    closers = [_closer(found, here, fee) for fee in shown if await _ends_here(found, fee)]
    return await call.show(here, text, (*closers, *_opener(found, here)))


def _closer(found: Meant, here: Here, fee: Fee) -> tuple[Button]:
    label = plain(found.call.language, "fee.button.close", number=fee.sign)
    return (Button(label, f"/fee {about(here, found.there)}close {fee.sign}"),)


async def _ends_here(found: Meant, fee: Fee) -> bool:
    """A whole school's fee guards all classes: it is ended where it was written down, as long as that class is the school's."""
    if fee.proposed_in == found.group.chat.id:
        return True
    school = await schools.of_group(found.there.tx, found.group.chat.id)
    return school is not None and fee.proposed_in not in await schools.groups(found.there.tx, school.id)


def _opener(found: Meant, here: Here) -> Buttons:
    if here.group is not None:
        return door(here, found.call.language, "fee", "fee.button.new")
    return ((Button(plain(found.call.language, "fee.button.new"), f"/fee {about(here, found.there)}new"),),)


async def _close(found: Meant, here: Here, typed: str) -> list[Action]:
    known = await store.signed(here.tx, found.group.chat.id, typed)
    if known is None:
        return found.call.tell(here, "fee.unknown")
    register, fee = known
    if not await _ends_here(found, fee):
        return found.call.tell(here, "fee.ends_elsewhere")
    if not await fees.closed(found.there, register, fee.number):
        return found.call.tell(here, "fee.unknown")
    return await _list(found, here)


async def _confirm(found: Meant, here: Here, typed: str) -> list[Action]:
    """By somebody else than whoever wrote it down, under their own account; or by that one, with a code."""
    call, group = found.call, found.group
    known = await store.signed(here.tx, group.chat.id, typed)
    if known is None or known[1].state != PROPOSED:
        return call.tell(here, "fee.unknown" if known is None else "fee.settled")
    register, fee = known
    if (refused := _no_second_voice(found, fee)) is not None:
        own = call.sender.id == fee.proposed_by and not fee.whole_school
        line = f"/fee {about(here, found.there)}vouch {fee.sign}"
        held = await challenges.held(call, here, group, line) if own else None
        return held if held is not None else call.tell(here, refused)
    said = await fees.agreed(found.there, group, register, fee)
    if said is None:
        return call.tell(here, "fee.settled")
    opened = "fee.open_school" if fee.whole_school else "fee.open"
    return [*await call.show(here, say(call.language, opened, number=fee.sign)), *said]


def _no_second_voice(found: Meant, fee: Fee) -> str | None:
    """The words in which somebody's agreement is refused. Two accounts of one registered person are one voice, and one
    class's accounts, stolen together, must not speak for all.
    """
    call, group = found.call, found.group
    refused = "fee.second_voice_school" if fee.whole_school else "fee.second_voice"
    if call.sender.station is not Station.USER:
        return refused
    if fee.whole_school and fee.proposed_in == group.chat.id:
        return refused
    owner = group.context.roster.owner
    first, second = owner(fee.proposed_by), owner(call.sender.id)
    if call.sender.id == fee.proposed_by:
        return None if call.vouched and not fee.whole_school else refused
    return refused if first is not None and first == second else None


async def _new(found: Meant, here: Here) -> list[Action]:
    call = found.call
    if here.group is not None:
        return await call.show(here, say(call.language, "fee.in_private"), door(here, call.language, "fee"))
    return await form.opened(call, here, found.there.chat.id)


COMMAND = Command(
    "fee", run, where=Where.BOTH, menu=Where.GROUP, hear=form.heard, look=form.looked, drops=True
)
