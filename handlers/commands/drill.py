"""/drill: the school's consent, an exercise proposed by one admin and agreed to by another, and how it went."""

from __future__ import annotations

from bot.actions import Action, Button
from bot.store import drills
from bot.store.drills import REFUSED, RUNNING, Drill
from bot.texts import Said, lines, plain, say, shown
from handlers import admins, challenges, drill
from handlers.calls import SIGN
from handlers.choosing import called
from handlers.commands import Buttons, Call, Command
from handlers.group import Group
from handlers.here import Here
from patterns.judge import asks_nothing
from patterns.model import Station

GIVEN_LIMIT = 60
_NAME = 32


async def run(call: Call, here: Here) -> list[Action]:
    assert here.group is not None
    verb, _, rest = call.args.partition(" ")
    known = await drills.of_group(here.tx, here.chat.id)
    if verb.casefold() in called("consent", "drill.word.consent"):
        return await _consent(call, here, here.group, rest.strip())
    if verb.casefold() in called("propose", "drill.word.propose"):
        return await _propose(call, here, here.group, known)
    if verb.casefold() in called("withdraw", "drill.word.withdraw"):
        return await _withdraw(call, here, here.group)
    if verb in ("agree", "refuse", "stop"):
        meant = next((one for one in known if str(one.id) == rest), None)
        if meant is None:
            return call.tell(here, "command.stale_button")
        answer = {"agree": _agree, "refuse": _refuse, "stop": _stop}[verb]
        return await answer(call, here, here.group, meant)
    return await _overview(call, here, here.group, known)


async def _overview(call: Call, here: Here, group: Group, known: tuple[Drill, ...]) -> list[Action]:
    language = call.language
    consent = drill.consented(await drills.consent(here.tx, group.chat.id), here)
    if consent is None:
        text = lines(say(language, "drill.about"), say(language, "drill.how_consent"))
        return await call.show(here, text)
    noted = consent.noted_at.astimezone(group.settings.zone)
    day = plain(language, "digest.day", month=noted.month, day=noted.day)
    last = next((one for one in known if one.state == drills.DONE), None)
    text = lines(
        say(language, "drill.about"),
        say(language, "drill.consented", who=consent.given, day=day),
        say(language, "drill.last", result=drill.result(language, last)) if last is not None else None,
    )
    return await call.show(here, text, _doors(language, known, here))


def _doors(language: str, known: tuple[Drill, ...], here: Here) -> Buttons:
    def door(name: str, line: str) -> tuple[Button, ...]:
        return (Button(plain(language, f"drill.button.{name}"), f"/drill {line}"),)

    if known and known[0].state == RUNNING:
        return (door("stop", f"stop {known[0].id}"),)
    waiting = drill.pending(known, here)
    if waiting is not None:
        return door("agree", f"agree {waiting.id}"), door("refuse", f"refuse {waiting.id}")
    return door("propose", "propose"), door("withdraw", "withdraw")


async def _consent(call: Call, here: Here, group: Group, given: str) -> list[Action]:
    """Who at the school said yes; it opens the way a day later, when every admin has heard of it."""
    if not given or len(given) > GIVEN_LIMIT:
        return [call.reply(here, say(call.language, "drill.how_consent")), *call.flash(here)]
    if call.sender.station is not Station.USER:
        return call.tell(here, "drill.own_name")
    if not asks_nothing(given):
        return call.tell(here, "drill.consent_refused")
    held = await challenges.held(call, here, group, f"/drill consent {given}")
    if held is not None:
        return held
    users = [admin.user for admin in group.admins if admin.user != here.me.id]
    await drills.note_consent(here.tx, group.chat.id, given, call.sender.id, users, here.now)
    told = await _told(call, here, group, "consent", "drill.told.consent", given, ("withdraw", "withdraw"))
    return [*call.tell(here, "drill.consent_noted"), *told]


async def _withdraw(call: Call, here: Here, group: Group) -> list[Action]:
    """Any admin may: it only makes things quieter."""
    if not await drills.withdraw_consent(here.tx, group.chat.id):
        return call.tell(here, "drill.no_consent")
    return [
        *call.tell(here, "drill.withdrawn"),
        *await _told(call, here, group, "withdrawn", "drill.told.withdrawn"),
    ]


async def _propose(call: Call, here: Here, group: Group, known: tuple[Drill, ...]) -> list[Action]:
    if call.sender.station is not Station.USER:
        return call.tell(here, "drill.own_name")
    if drill.pending(known, here) is not None:
        return call.tell(here, "drill.proposed_already")
    if reason := await drill.hindered(here, group, call.sender.id):
        return call.tell(here, reason)
    held = await challenges.held(call, here, group, "/drill propose")
    if held is not None:
        return held
    item = drill.next_item(known)
    number = await drills.propose(here.tx, group.chat.id, item, call.sender.id, here.now)

    def words(language: str) -> Said:
        return lines(_about(call, group, language, "drill.told.proposed"), "", drill.scene(language, item))

    def buttons(language: str) -> Buttons:
        about = f"{SIGN}{group.chat.id}"
        return tuple(
            (Button(plain(language, f"drill.button.{one}"), f"/drill {about} {one} {number}"),)
            for one in ("agree", "refuse")
        )

    told = await admins.told(here, group, f"drill:{number}:proposed", words, buttons)
    return [*call.tell(here, "drill.proposed"), *told]


async def _agree(call: Call, here: Here, group: Group, meant: Drill) -> list[Action]:
    """The second voice; whoever proposed it has only one."""
    if call.sender.station is not Station.USER:
        return call.tell(here, "drill.own_name")
    if drill.pending((meant,), here) is None:
        return call.tell(here, "drill.over_already")
    if call.sender.id == meant.proposed_by:
        return call.tell(here, "drill.another_admin")
    if group.admin(meant.proposed_by) is None or meant.proposed_by in group.context.stolen:
        return call.tell(here, "drill.over_already")
    if reason := await drill.hindered(here, group, call.sender.id):
        return call.tell(here, reason)
    held = await challenges.held(call, here, group, f"/drill agree {meant.id}")
    if held is not None:
        return held
    started = await drill.start(here, group, meant, call.sender.id)
    told = await _told(
        call, here, group, f"started:{meant.id}", "drill.told.started", "", (f"stop {meant.id}", "stop")
    )
    return [*call.tell(here, "drill.started"), *started, *told]


async def _refuse(call: Call, here: Here, group: Group, meant: Drill) -> list[Action]:
    if drill.pending((meant,), here) is None:
        return call.tell(here, "drill.over_already")
    await drills.end(here.tx, meant.id, REFUSED, here.now)
    return [
        *call.tell(here, "drill.refused"),
        *await _told(call, here, group, f"refused:{meant.id}", "drill.told.refused"),
    ]


async def _stop(call: Call, here: Here, group: Group, meant: Drill) -> list[Action]:
    """Before its time: the class is told of it all the same."""
    if meant.state != RUNNING:
        return call.tell(here, "drill.over_already")
    return [*call.tell(here, "drill.stopped"), *await drill.debriefed(here, group, meant)]


async def _told(
    call: Call,
    here: Here,
    group: Group,
    what: str,
    key: str,
    given: str = "",
    door: tuple[str, str] | None = None,
) -> list[Action]:
    """Every admin hears of it, the doer too: their account may be in other hands."""

    def words(language: str) -> Said:
        return _about(call, group, language, key, given)

    def buttons(language: str) -> Buttons:
        if door is None:
            return ()
        line, name = door
        return ((Button(plain(language, f"drill.button.{name}"), f"/drill {SIGN}{group.chat.id} {line}"),),)

    return [*await admins.told(here, group, f"drill:{what}:{group.chat.id}:{call.key}"[:150], words, buttons)]


def _about(call: Call, group: Group, language: str, key: str, given: str = "") -> Said:
    who = shown(call.sender.name, _NAME) or call.sender.id
    title = shown(group.chat.place.title, _NAME) or str(group.chat.id)
    return say(language, key, title=title, who=who, given=given)


COMMAND = Command("drill", run, admin=True, afar=True)
