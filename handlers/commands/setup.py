"""/setup: a few questions in one message that rewrites itself; each can be skipped."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace

from bot.actions import Action, Button, Edit, Priority, Recall
from bot.store import dialogues, payees, roster
from bot.store.admins import Admin
from bot.texts import Said, lines, plain, say, shown
from handlers import enrolling, teaching
from handlers.badges import badge
from handlers.choosing import choose, chosen, label, offer, understood
from handlers.commands import Buttons, Call, Command, door, menus
from handlers.commands.mode import explained, lacking
from handlers.commands.status import named, people
from handlers.commands.tips import hours, schedule
from handlers.here import Here
from handlers.roles import role_word
from patterns.model import Duty

KIND = "setup"
STEPS = ("language", "timezone", "teachers", "committee", "payees", "mode", "tips", "alerts")
# Where several are ticked before going on.
_TICKED = frozenset({"teachers", "committee"})
_ADMINS_SHOWN = 20
_LIVES = 86_400.0


@dataclass(frozen=True, slots=True)
class Page:
    text: str
    buttons: Buttons = ()


async def run(call: Call, here: Here) -> list[Action]:
    if call.press is None or not call.args:
        return await _begin(call, here)
    under_way = await dialogues.current(here.tx, here.chat.id, KIND)
    name, _, rest = call.args.partition(" ")
    step, _, value = rest.partition(" ")
    if under_way is None or under_way.state["name"] != name or step not in STEPS:
        return call.tell(here, "command.stale_button")
    follows = await _ANSWERS[step](call, here, value)
    stays = step in _TICKED and value != "next"
    position = STEPS.index(step) + (0 if stays else 1)
    if call.at is None:
        call = replace(call, language=(await chosen(here))["language"])
    page = await _page(call, here, name, position)
    if position == len(STEPS):
        await dialogues.end(here.tx, here.chat.id, KIND)
    key = f"setup:{here.chat.id}:{name}:{call.key}"
    target = under_way.state["target"]
    edit = Edit(
        key, target, call.headed(here, page.text), buttons=call.aimed(here, page.buttons), lives=_LIVES
    )
    return [edit, *call.flash(here), *follows]


async def _begin(call: Call, here: Here) -> list[Action]:
    """A new message; an earlier set-up left half-way is over and its page goes, what it chose remains."""
    earlier = await dialogues.current(here.tx, here.chat.id, KIND)
    name = here.mark(f"setup:{here.chat.id}:{call.key}")[:8]
    page = await _page(call, here, name, 0)
    said = call.reply(here, page.text, page.buttons, part="setup")
    state = {"name": name, "target": said.key}
    await dialogues.begin(here.tx, here.chat.id, call.sender.id, KIND, state, here.now)
    await teaching.plan(here.tx, here.chat.id, await chosen(here), here.now)
    actions = [replace(said, priority=Priority.ADMIN), *menus(here.chat, call.language), *call.flash(here)]
    if earlier is not None and earlier.state["target"] != said.key:
        actions.append(Recall(f"over:{said.key}", earlier.state["target"]))
    return actions


async def _page(call: Call, here: Here, name: str, position: int) -> Page:
    if position == len(STEPS):
        return Page(await _summary(call, here))
    step = STEPS[position]
    page = await _PAGES[step](call, here, f"setup {name} {step}")
    heading = say(call.language, "setup.heading", number=position + 1, of=len(STEPS))
    onward = "setup.button.next" if step in (*_TICKED, "payees") else "setup.button.skip"
    skip = Button(plain(call.language, onward), f"/setup {name} {step} next")
    return Page(lines(heading, page.text), (*page.buttons, (skip,)))


# --- the pages ------------------------------------------------------------------------------


async def _ask_language(call: Call, here: Here, command: str) -> Page:
    present = (await chosen(here))["language"]
    return Page(say(call.language, "setup.language"), offer(call.language, "language", command, present))


async def _ask_timezone(call: Call, here: Here, command: str) -> Page:
    present = (await chosen(here))["timezone"]
    return Page(
        say(call.language, "setup.timezone"), offer(call.language, "timezone", command, present, width=2)
    )


async def _ask_teachers(call: Call, here: Here, command: str) -> Page:
    assert here.group is not None
    entries = await roster.load(here.tx, here.chat.id)
    listed = {user for entry in entries for user in entry.person.ids}
    buttons = _ticks(here, command, lambda admin: ("☑ " if admin.user in listed else "☐ ", ""))
    admins = {admin.user for admin in here.group.admins}
    others = [entry.person.name for entry in entries if not entry.person.ids & admins]
    registered = (
        say(call.language, "setup.registered", names=named(call.language, others)) if others else None
    )
    if call.at is not None:
        buttons = (*buttons, (Button(plain(call.language, "setup.button.others"), "/teacher add"),))
    return Page(lines(say(call.language, "setup.teachers"), registered), buttons)


async def _ask_committee(call: Call, here: Here, command: str) -> Page:
    """Admins who are parents: nobody, committee, treasurer, in turn. Teachers stay out of it."""
    duties = {
        user: entry.person.duty
        for entry in await roster.load(here.tx, here.chat.id)
        for user in entry.person.ids
    }

    def tick(admin: Admin) -> tuple[str, str] | None:
        duty = duties.get(admin.user)
        if duty is None:
            return "☐ ", ""
        return ("☑ ", f" · {role_word(call.language, duty)}") if duty in enrolling.PARENTS else None

    return Page(say(call.language, "setup.committee"), _ticks(here, command, tick))


async def _ask_payees(call: Call, here: Here, command: str) -> Page:
    """The account or code itself is shown in private only."""
    listed = [payee.label for payee in await payees.load(here.tx, here.chat.id)]
    known = say(call.language, "setup.paid_to", names=named(call.language, listed)) if listed else None
    add: Buttons = ((Button(plain(call.language, "payee.button.add"), "/payee add"),),)
    if call.at is None:
        add = door(here, call.language, "payee", "payee.button.add")
    return Page(lines(say(call.language, "setup.payees"), known), add)


async def _ask_alerts(call: Call, here: Here, command: str) -> Page:
    present = (await chosen(here))["alerts"]
    return Page(say(call.language, "setup.alerts"), offer(call.language, "alerts", command, present))


def _ticks(here: Here, command: str, mark: Callable[[Admin], tuple[str, str] | None]) -> Buttons:
    """A button for each admin, with what stands before and after the name; None leaves one out."""
    assert here.group is not None
    return tuple(
        (
            Button(
                f"{sides[0]}{shown(admin.name, 24) or badge(admin.user, here.mark)}{sides[1]}",
                f"/{command} {admin.user}",
            ),
        )
        for admin in here.group.admins[:_ADMINS_SHOWN]
        if admin.user != here.me.id and (sides := mark(admin)) is not None
    )


async def _ask_mode(call: Call, here: Here, command: str) -> Page:
    present = (await chosen(here))["mode"]
    text = lines(say(call.language, "setup.mode"), "", explained(call.language))
    return Page(text, offer(call.language, "mode", command, present))


async def _ask_tips(call: Call, here: Here, command: str) -> Page:
    settings = await chosen(here)
    day = label(call.language, "tip_day", settings["tip_day"])
    off = (Button(plain(call.language, "setup.button.no_tips"), f"/{command} off"),)
    text = say(call.language, "setup.tips", day=day)
    return Page(text, (*hours(call.language, command, settings["tip_time"]), off))


async def _summary(call: Call, here: Here) -> Said:
    assert here.group is not None
    language, settings = call.language, await chosen(here)
    entries = await roster.load(here.tx, here.chat.id)
    named = tuple(entry.person for entry in entries)
    group = replace(here.group, roster=named or here.group.roster, provisional=not named)
    return lines(
        say(language, "setup.done"),
        "",
        people(language, group),
        say(language, "status.mode", mode=label(language, "mode", settings["mode"])),
        lacking(language, settings["mode"], group),
        schedule(language, settings),
        "",
        say(language, "setup.later"),
    )


# --- the answers ----------------------------------------------------------------------------


async def _take_language(call: Call, here: Here, value: str) -> list[Action]:
    return await _take(call, here, "language", value)


async def _take_mode(call: Call, here: Here, value: str) -> list[Action]:
    return await _take(call, here, "mode", value)


async def _take_tips(call: Call, here: Here, value: str) -> list[Action]:
    if value in ("next", "off"):
        return await _take(call, here, "tips", "off") if value == "off" else []
    await _take(call, here, "tips", "on")
    return await _take(call, here, "tip_time", value)


async def _take(call: Call, here: Here, name: str, typed: str) -> list[Action]:
    value = understood(name, typed) if typed != "next" else None
    if value is None:
        return []
    _, follows = await choose(call, here, name, value)
    return follows


async def _take_timezone(call: Call, here: Here, value: str) -> list[Action]:
    return await _take(call, here, "timezone", value)


async def _take_teachers(call: Call, here: Here, value: str) -> list[Action]:
    return await enrolling.ticked(call, here, value, (Duty.TEACHER,))


async def _take_committee(call: Call, here: Here, value: str) -> list[Action]:
    return await enrolling.ticked(call, here, value, enrolling.PARENTS)


async def _take_nothing(call: Call, here: Here, value: str) -> list[Action]:
    """What the page leads to is arranged elsewhere."""
    return []


async def _take_alerts(call: Call, here: Here, value: str) -> list[Action]:
    return await _take(call, here, "alerts", value)


_PAGES: Mapping[str, Callable[[Call, Here, str], Awaitable[Page]]] = {
    "language": _ask_language,
    "timezone": _ask_timezone,
    "teachers": _ask_teachers,
    "committee": _ask_committee,
    "payees": _ask_payees,
    "mode": _ask_mode,
    "tips": _ask_tips,
    "alerts": _ask_alerts,
}
_ANSWERS: Mapping[str, Callable[[Call, Here, str], Awaitable[list[Action]]]] = {
    "language": _take_language,
    "timezone": _take_timezone,
    "teachers": _take_teachers,
    "committee": _take_committee,
    "payees": _take_nothing,
    "mode": _take_mode,
    "tips": _take_tips,
    "alerts": _take_alerts,
}

COMMAND = Command("setup", run, admin=True, afar=True)
