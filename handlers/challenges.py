"""A person's code is asked for, in private: was this request yours, is this change yours?"""

from __future__ import annotations

from datetime import timedelta

from bot.actions import Action, Button, Priority, Say
from bot.store import challenges as store
from bot.store import chats, dialogues, stolen, timers
from bot.store import second_factors as factors
from bot.store.challenges import DEED, INCIDENT, RETURN, Challenge
from bot.store.incidents import Incident
from bot.store.second_factors import Account
from bot.texts import Said, plain, say, shown
from handlers import second_factor
from handlers.admins import spoken
from handlers.commands import Buttons, Call, language_of
from handlers.dossier import HIJACK, Dossier
from handlers.group import Group
from handlers.here import Here
from handlers.seen import Seen
from patterns.model import Level, Station

KIND = "verify"
TIMER = "challenge_due"
# Where no group says how long somebody has to answer.
USUALLY = 10
_NAME = 32


async def held(call: Call, here: Here, group: Group, line: str) -> list[Action] | None:
    """Whether a change that lessens protection has to wait for its doer's code: then what is said meanwhile.

    `line` is the change as a command, given again in this chat when the code was right. An anonymous
    admin might be anybody in office, so where one of them has a second factor it is done under one's own name.
    """
    if call.vouched:
        return None
    platform = here.chat.place.platform
    if call.sender.station is Station.ANONYMOUS_ADMIN:
        users = [admin.user for admin in group.admins]
        veiled = await factors.ready_among(here.tx, platform, users)
        return call.tell(here, "challenge.own_account") if veiled else None
    return await _held(call, here, Account(platform, call.sender.id), line, group)


async def held_by_owner(call: Call, here: Here, owner: Account, line: str) -> list[Action] | None:
    """The same for what somebody does to their own second factor, in private."""
    return None if call.vouched else await _held(call, here, owner, line, None)


async def _held(
    call: Call, here: Here, owner: Account, line: str, group: Group | None
) -> list[Action] | None:
    if not await second_factor.ready(here, owner):
        return None
    minutes = _minutes(group)
    matter = {"line": line, "group": group.chat.id if group is not None else 0, "minutes": minutes}
    number = await store.ask(here.tx, here.chat.id, owner, DEED, matter, here.now)
    await _plan(here, number, here.chat.id, minutes)
    private, language = await _private(here, owner, group)
    if group is None:
        text = say(language, "challenge.own_deed")
    else:
        text = say(language, "challenge.deed", title=shown(group.chat.place.title, _NAME))
    said = _asking(private, number, text, (), minutes)
    await _await_code(here, private, owner, number)
    if here.chat.id == private:
        return [said, *call.flash(here)]
    return [said, *call.tell(here, "challenge.look_in_private")]


async def account_claimed(call: Call, here: Here, owner: Account) -> list[Action]:
    """Somebody says that a stolen account is theirs again: only a second factor from before the theft can tell."""
    factor = await factors.of(here.tx, owner)
    cases = await stolen.of_account(here.tx, owner.platform, owner.user)
    if not cases:
        return call.tell(here, "challenge.nothing")
    if factor is None or not factor.ready or any(factor.since >= one.at for one in cases):
        return call.tell(here, "challenge.ask_admins")
    number = await store.ask(here.tx, here.chat.id, owner, RETURN, {"line": "", "group": 0}, here.now)
    await _plan(here, number, here.chat.id, USUALLY)
    await _await_code(here, here.chat.id, owner, number)
    text = say(call.language, "challenge.own_deed")
    return [_asking(here.chat.id, number, text, (), USUALLY), *call.flash(here)]


async def due_for(seen: Seen, incident: Incident, dossier: Dossier, here: Here) -> bool:
    """Whether the account's owner is to be asked: it is registered, it alone asked, and they can answer."""
    sender = seen.message.sender
    doubted = dossier.kind == HIJACK and incident.level >= Level.CAUTION and not dossier.challenge
    if not doubted or sender.id != incident.user or sender.station is not Station.USER:
        return False
    return await second_factor.vouches(here, Account(here.chat.place.platform, sender.id))


async def request_doubted(here: Here, group: Group, incident: Incident) -> list[Action]:
    """Somebody's registered account asked for money through an unregistered payee: was it they?"""
    owner = Account(group.chat.place.platform, incident.user)
    minutes = _minutes(group)
    matter = {"incident": incident.id, "minutes": minutes}
    number = await store.ask(here.tx, group.chat.id, owner, INCIDENT, matter, here.now)
    await _plan(here, number, group.chat.id, minutes)
    private, language = await _private(here, owner, group)
    text = say(
        language,
        "challenge.incident",
        title=shown(group.chat.place.title, _NAME),
        minutes=minutes,
    )
    not_me = Button(plain(language, "challenge.button.not_me"), f"/verify no {number}")
    await _await_code(here, private, owner, number)
    return [_asking(private, number, text, ((not_me,),), minutes)]


def within(challenge: Challenge) -> timedelta:
    """How long there was to answer, as the group had set it when it was asked."""
    return timedelta(minutes=challenge.matter.get("minutes", USUALLY))


def _minutes(group: Group | None) -> int:
    return USUALLY if group is None else int(group.settings["answer_minutes"])


def _asking(private: int, number: int, text: Said, buttons: Buttons, minutes: int) -> Say:
    return Say(
        key=f"challenge:{number}:ask",
        chat=private,
        text=text,
        priority=Priority.CAUTION,
        buttons=buttons,
        lives=minutes * 60.0,
        may_be_refused=True,
    )


async def _plan(here: Here, number: int, chat: int, minutes: int) -> None:
    due = here.now + timedelta(minutes=minutes)
    await timers.plan(here.tx, f"challenge:{number}", TIMER, due, chat, payload=str(number))


async def _private(here: Here, owner: Account, group: Group | None) -> tuple[int, str]:
    private = await chats.private(here.tx, owner.platform, owner.user, here.now)
    if group is None:
        return private.id, await language_of(here)
    return private.id, await spoken(here, private.id, group)


async def _await_code(here: Here, private: int, owner: Account, number: int) -> None:
    state = {"asking": "code", "challenge": number}
    await dialogues.begin(here.tx, private, owner.user, KIND, state, here.now)
