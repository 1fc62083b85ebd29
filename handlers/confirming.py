"""What follows when a code was right, wrong three times, or never came."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.actions import Action
from bot.events import TimerDue
from bot.store import challenges as store
from bot.store import dialogues, incidents, stolen, timers
from bot.store.challenges import DEED, INCIDENT, RETURN, Challenge
from bot.store.incidents import OPEN, SAFE, Incident
from bot.texts import Said, lines, say, shown
from handlers import admins, custody, decisions, second_factor, subscribers, telling
from handlers.badges import badge
from handlers.challenges import KIND, within
from handlers.commands import Call, language_of, obey, parse
from handlers.docket import Docket
from handlers.dossier import FAILED, PASSED, UNCONFIRMED, Dossier
from handlers.group import Group
from handlers.here import Here
from handlers.second_factor import Outcome
from patterns.model import Level

_TRIES = 3
_NAME = 32


async def answered(call: Call, here: Here, challenge: Challenge, typed: str) -> list[Action]:
    """Somebody typed what may be a code, in their own private chat."""
    if here.now - challenge.asked_at > within(challenge):
        await _over(here, challenge)
        return call.tell(here, "challenge.too_late")
    outcome = await second_factor.check(here, challenge.account, typed)
    if outcome is Outcome.RIGHT:
        await _over(here, challenge)
        return await _passed(call, here, challenge)
    await store.note_wrong(here.tx, challenge.id)
    if outcome is Outcome.LOCKED or challenge.wrong + 1 >= _TRIES:
        await _over(here, challenge)
        return [*call.tell(here, f"challenge.failed.{challenge.kind}"), *await _failed(here, challenge)]
    return call.tell(here, f"challenge.{outcome.value}")


async def denied(call: Call, here: Here, challenge: Challenge) -> list[Action]:
    """ "That was not me": needs no code, for it only makes the guard louder."""
    await _over(here, challenge)
    return [*await call.show(here, say(call.language, "challenge.denied")), *await _failed(here, challenge)]


async def due(event: TimerDue, here: Here) -> list[Action]:
    """Nobody answered in time."""
    challenge = await store.get(here.tx, int(event.payload))
    if challenge is None or not await store.end(here.tx, challenge.id):
        return []
    return [] if challenge.kind != INCIDENT else await _failed(here, challenge)


async def _over(here: Here, challenge: Challenge) -> None:
    await store.end(here.tx, challenge.id)
    await timers.cancel(here.tx, f"challenge:{challenge.id}")
    await dialogues.end(here.tx, here.chat.id, KIND)


async def _passed(call: Call, here: Here, challenge: Challenge) -> list[Action]:
    if challenge.kind == DEED:
        return await _done(call, here, challenge)
    if challenge.kind == RETURN:
        return await _returned(call, here, challenge)
    docket = await _docket(here, challenge)
    if docket is None or docket.incident.state != OPEN:
        return call.tell(here, "challenge.decided_already")
    docket = replace(docket, dossier=replace(docket.dossier, challenge=PASSED))
    acts, told = await decisions.settle(docket, SAFE, call.sender)
    return [*call.tell(here, "challenge.verified"), *acts, *told.actions]


async def _done(call: Call, here: Here, challenge: Challenge) -> list[Action]:
    """The command that was held back, given again where it had been given, by the same person."""
    given = parse(challenge.matter["line"], here.me.username)
    there = await _there(here, challenge.chat)
    if given is None or there is None:
        return call.tell(here, "command.stale_button")
    command, args = given
    language = await language_of(there)
    again = Call(call.sender, args, language, message=call.message, press=call.press, vouched=True)
    told = [] if there.chat.id == here.chat.id else call.tell(here, "challenge.done")
    return [*told, *await obey(command, again, there)]


async def _returned(call: Call, here: Here, challenge: Challenge) -> list[Action]:
    """A stolen account is its owner's again, in every group that had marked it."""
    owner, follows = challenge.account, list[Action]()
    for case in await stolen.of_account(here.tx, owner.platform, owner.user):
        group = await here.group_of(case.chat)
        if group is not None:
            follows += await custody.returned(here, group, case, "stolen.over_by_owner")
    return [*call.tell(here, "stolen.over_done"), *follows]


async def _failed(here: Here, challenge: Challenge) -> list[Action]:
    if challenge.kind != INCIDENT:
        return await _attempt_told(here, challenge)
    docket = await _docket(here, challenge)
    if docket is None or docket.incident.state != OPEN:
        return []
    return await _raised(docket)


async def _raised(docket: Docket) -> list[Action]:
    """The caution becomes an alarm that accuses nobody: it says that the request could not be confirmed."""
    before, old, there = docket.incident, docket.dossier, docket.there
    dossier = replace(old, challenge=FAILED, kind=UNCONFIRMED).did("unconfirmed", there.now)
    incident = replace(before, level=int(Level.ALARM), updated_at=there.now)
    told = telling.Telling(before, old, incident, dossier)
    if docket.group.settings["mode"] != "observe":
        told = await telling.group_told(told, None, there)
        told = await subscribers.alerted(told, there)
        told = await subscribers.corrected(told, there)
    told = await telling.admins_told(told, there)
    await told.keep(there)
    return list(told.actions)


async def _attempt_told(here: Here, challenge: Challenge) -> list[Action]:
    """Somebody who could not give the owner's code tried to lessen the protection."""
    group = await here.group_of(challenge.matter["group"])
    if group is None:
        return []
    admin = group.admin(challenge.account.user)
    who = shown(admin.name if admin else "", _NAME) or badge(challenge.account.user, here.mark)
    text = _worded(group, who)
    return [*await admins.told(here, group, f"challenge:{challenge.id}:attempt", text)]


def _worded(group: Group, who: str) -> Callable[[str], Said]:
    def text(language: str) -> Said:
        return lines(
            say(language, "challenge.attempt", title=shown(group.chat.place.title, _NAME), who=who),
            say(language, "challenge.attempt_then"),
        )

    return text


async def _docket(here: Here, challenge: Challenge) -> Docket | None:
    incident: Incident | None = await incidents.get(here.tx, challenge.matter["incident"])
    there = await _there(here, challenge.chat)
    if incident is None or there is None or there.group is None:
        return None
    return Docket(incident, Dossier.from_json(incident.facts), there, None, ())


async def _there(here: Here, chat: int) -> Here | None:
    if chat == here.chat.id:
        return here
    group = await here.group_of(chat)
    return None if group is None else replace(here, chat=group.chat, group=group)
