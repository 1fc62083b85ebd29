"""/fee: the register of genuine fees: written down by one admin, agreed to by another, read by the class."""

from __future__ import annotations

from bot.actions import Action, Button
from bot.store import fees as store
from bot.store.fees import OPEN, PROPOSED
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
    known = [fee for fee in await store.load(here.tx, group.chat.id) if mine or fee.state == OPEN]
    if not known:
        return await call.show(here, say(call.language, "fee.none"), _opener(found, here) if mine else ())
    text = lines(say(call.language, "fee.listed"), fees.listed(call.language, tuple(known[-_SHOWN:])))
    if not mine:
        return await call.show(here, text)
    closers = tuple(
        (
            Button(
                plain(call.language, "fee.button.close", number=fee.number),
                f"/fee {about(here, found.there)}close {fee.number}",
            ),
        )
        for fee in known[-_SHOWN:]
    )
    return await call.show(here, text, (*closers, *_opener(found, here)))


def _opener(found: Meant, here: Here) -> Buttons:
    if here.group is not None:
        return door(here, found.call.language, "fee", "fee.button.new")
    return ((Button(plain(found.call.language, "fee.button.new"), f"/fee {about(here, found.there)}new"),),)


async def _close(found: Meant, here: Here, typed: str) -> list[Action]:
    number = _number(typed)
    if not number or not await fees.closed(found.there, found.group.chat.id, number):
        return found.call.tell(here, "fee.unknown")
    return await _list(found, here)


async def _confirm(found: Meant, here: Here, typed: str) -> list[Action]:
    """By another admin than the one who wrote it down, under their own account; or by that one, with a code."""
    call, number = found.call, _number(typed)
    fee = await store.numbered(here.tx, found.group.chat.id, number)
    if fee is None or fee.state != PROPOSED:
        return call.tell(here, "fee.unknown" if fee is None else "fee.settled")
    if call.sender.station is not Station.USER:
        return call.tell(here, "fee.second_voice")
    if call.sender.id == fee.proposed_by and not call.vouched:
        line = f"/fee {about(here, found.there)}vouch {number}"
        held = await challenges.held(call, here, found.group, line)
        return held if held is not None else call.tell(here, "fee.second_voice")
    done = await fees.agreed(found.there, found.group, number)
    if done is None:
        return call.tell(here, "fee.settled")
    _, notice = done
    return [*await call.show(here, say(call.language, "fee.open", number=number)), *notice]


def _number(typed: str) -> int:
    bare = typed.removeprefix("#")
    return int(bare) if bare.isascii() and bare.isdecimal() and len(bare) < 10 else 0


async def _new(found: Meant, here: Here) -> list[Action]:
    call = found.call
    if here.group is not None:
        return await call.show(here, say(call.language, "fee.in_private"), door(here, call.language, "fee"))
    return await form.opened(call, here, found.there.chat.id)


COMMAND = Command(
    "fee", run, where=Where.BOTH, menu=Where.GROUP, hear=form.heard, look=form.looked, drops=True
)
