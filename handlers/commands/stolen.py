"""/stolen: an account is in other hands: whose, what its owner does now, and when it is over."""

from __future__ import annotations

from bot.actions import Action, Button
from bot.store import stolen as store
from bot.texts import lines, plain, say, shown
from handlers import custody
from handlers.administered import Meant, about, administered, meant
from handlers.choosing import rows, verb_of
from handlers.commands import Buttons, Call, Command, Where
from handlers.here import Here
from handlers.whereabouts import home
from patterns.model import Station

_SHOWN = 30
VERBS = {verb: f"stolen.word.{verb}" for verb in ("mark", "over", "how")}


async def run(call: Call, here: Here) -> list[Action]:
    verb, rest = _told(call)
    if verb == "dispute":
        return await _dispute(call, here)
    if here.group is None and (verb == "how" or not await administered(call, here)):
        return await _recovery(call, here, rest)
    found = await meant(call, here, "stolen")
    if isinstance(found, list):
        return found
    verb, rest = _told(found.call)
    cited = call.message.cited if call.message is not None else None
    if (verb == "mark" and rest) or (cited is not None and verb in ("", "mark")):
        user = cited.sender.id if cited is not None and not rest else custody.account_of(found.group, rest)
        return await (_whose(found, here) if user is None else _mark(found, here, user))
    if verb == "over":
        user = custody.account_of(found.group, rest)
        return await (_whose(found, here) if user is None else _over(found, here, user))
    return await _whose(found, here)


def _told(call: Call) -> tuple[str, str]:
    """What is to be done, and about whom."""
    typed, _, rest = call.args.partition(" ")
    return verb_of(typed, VERBS), rest.strip()


async def _recovery(call: Call, here: Here, platform: str) -> list[Action]:
    """For anybody: whom to tell, for nobody is told from here, and what to do about one's own account."""
    platform = verb_of(platform, {one: f"stolen.platform.{one}" for one in custody.PLATFORMS})
    chosen = platform if platform in custody.PLATFORMS else here.chat.place.platform
    place = here.places[await home(here, call.sender.id, call.language)]
    steps = lines(
        say(call.language, "stolen.phone_first"), "", custody.recovery(call.language, chosen, place)
    )
    return await call.show(here, steps, _platforms(call.language))


def _platforms(language: str) -> Buttons:
    names = (*custody.PLATFORMS, "other")
    return rows([Button(plain(language, f"stolen.platform.{one}"), f"/stolen how {one}") for one in names], 3)


async def _whose(found: Meant, here: Here) -> list[Action]:
    call, known = found.call, custody.people(found.group)
    marked = {one.user for one in await store.load(here.tx, found.group.chat.id)}
    buttons = tuple(
        (
            Button(
                plain(
                    call.language,
                    f"stolen.button.{'over_of' if user in marked else 'mark'}",
                    name=shown(name, 24),
                ),
                f"/stolen {about(here, found.there)}{'over' if user in marked else 'mark'} {user}"[:64],
            ),
        )
        for user, name in list(known.items())[:_SHOWN]
    )
    own = () if here.group is not None else _platforms(call.language)
    return await call.show(here, lines(say(call.language, "stolen.whose")), (*buttons, *own))


async def _mark(found: Meant, here: Here, user: str) -> list[Action]:
    call = found.call
    if user not in custody.people(found.group):
        return call.tell(here, "stolen.not_registered")
    marked = await custody.marked(here, found.group, user, call.sender)
    if marked is None:
        return call.tell(here, "stolen.already")
    done = "stolen.done" if marked.sure else "stolen.done_alone"
    return [*call.tell(here, done), *marked.follows]


async def _over(found: Meant, here: Here, user: str) -> list[Action]:
    """Two admins under their own names say so, one where no other is free to; or the owner, with a code.

    Whoever alone had said that it is stolen takes it back alone; a marked account has no voice.
    """
    call, group = found.call, found.group
    marked = {one.user: one for one in await store.load(here.tx, group.chat.id)}
    case, by = marked.get(user), call.sender.id
    if case is None:
        return call.tell(here, "stolen.none")
    if call.sender.station is not Station.USER:
        return call.tell(here, "stolen.own_name")
    if by == user:
        return await _dispute(call, here)
    free = {one.user for one in group.admins} - marked.keys() - {group.me.id, by}
    if by in marked and free:
        return call.tell(here, "stolen.no_voice")
    alone = not case.sure and case.by == by
    first = case.undo_by if case.undo_by not in marked else ""
    if free and not alone and first in ("", by):
        await store.first_voice(here.tx, group.chat.id, user, by)
        return call.tell(here, "stolen.second_voice")
    how = "stolen.over_by_admins" if first not in ("", by) else "stolen.over_by_one"
    follows = await custody.returned(here, group, case, how)
    return [*call.tell(here, "stolen.over_done" if case.sure else "stolen.taken_back"), *follows]


async def _dispute(call: Call, here: Here) -> list[Action]:
    """Whose account it is says that nobody else has it: in every group where it is marked, all admins hear so."""
    follows = list[Action]()
    for case in await store.of_account(here.tx, here.chat.place.platform, call.sender.id):
        group = await here.group_of(case.chat)
        if group is not None:
            follows += await custody.disputed(here, group, case)
    return [*call.tell(here, "stolen.dispute_done" if follows else "stolen.none"), *follows]


COMMAND = Command("stolen", run, admin=True, where=Where.BOTH)
