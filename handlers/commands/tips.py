"""/tips: the weekly tip, on or off, when, or one right now."""

from __future__ import annotations

from bot.events import Action, Button, Priority, Say
from bot.settings import DAYS, Settings
from bot.store import tips as read
from bot.texts import Said, plain, say
from bot.texts.tips import tips
from handlers.choosing import called, choose, label, rows, understood
from handlers.commands import Buttons, Call, Command, Where
from handlers.here import Here
from handlers.tips import choose as choose_tip
from handlers.tips import week_of, worded

HOURS = ("07:30", "12:00", "18:30", "20:30")


async def run(call: Call, here: Here) -> list[Action]:
    assert here.group is not None
    verb, _, rest = call.args.partition(" ")
    if verb.casefold() in called("now", "tips.word.now"):
        return await _now(call, here)
    if verb.casefold() in called("day", "tips.word.day"):
        return await _set(call, here, "tip_day", rest)
    if verb.casefold() in called("time", "tips.word.time"):
        return await _set(call, here, "tip_time", rest)
    switch = understood("tips", call.args)
    if switch is None:
        key = "tips.unknown" if call.args else ""
        return await _overview(call, here, here.group.settings, key)
    settings, _ = await choose(call, here, "tips", switch)
    return await _overview(call, here, settings)


def schedule(language: str, settings: Settings) -> Said:
    """When the tip comes, in words."""
    if settings["tips"] == "off":
        return say(language, "tips.off")
    day = label(language, "tip_day", settings["tip_day"])
    return say(language, "tips.weekly", day=day, time=settings["tip_time"])


def hours(language: str, command: str, present: str = "") -> Buttons:
    """The usual hours as buttons."""
    found = [Button(("✓ " if hour == present else "") + hour, f"/{command} {hour}") for hour in HOURS]
    return rows(found, len(HOURS))


async def _overview(call: Call, here: Here, settings: Settings, before: str = "") -> list[Action]:
    language = call.language
    text = schedule(language, settings)
    if before:
        text = say(language, before, schedule=text)
    other = "off" if settings["tips"] == "on" else "on"
    buttons = (
        (
            Button(plain(language, "tips.button.day"), "/tips day"),
            Button(plain(language, "tips.button.time"), "/tips time"),
        ),
        (
            Button(plain(language, "tips.button.now"), "/tips now"),
            Button(plain(language, f"tips.button.{other}"), f"/tips {other}"),
        ),
    )
    return await call.show(here, text, buttons)


async def _set(call: Call, here: Here, name: str, typed: str) -> list[Action]:
    assert here.group is not None
    language = call.language
    value = understood(name, typed) if typed.strip() else None
    if value is None:
        key = f"tips.{name}_unknown" if typed.strip() else f"tips.{name}_ask"
        return await call.show(here, say(language, key), _choices(language, name, here.group.settings[name]))
    settings, _ = await choose(call, here, name, value)
    return await _overview(call, here, settings, "tips.changed")


def _choices(language: str, name: str, present: str) -> Buttons:
    if name == "tip_time":
        return hours(language, "tips time", present)
    days = [
        Button(("✓ " if day == present else "") + label(language, "tip_day", day), f"/tips day {day}")
        for day in DAYS
    ]
    return rows(days, 4)


async def _now(call: Call, here: Here) -> list[Action]:
    """One out of turn; the week's own still comes."""
    assert here.group is not None
    settings = here.group.settings
    tip = choose_tip(tips(), await read.history(here.tx, here.chat.id), here.chat.id)
    await read.record_extra(here.tx, here.chat.id, week_of(settings, here.now), tip.id, here.now)
    said = call.reply(here, worded(tip, settings["language"]), part="tip")
    return [
        Say(key=said.key, chat=said.chat, text=said.text, priority=Priority.TIP, thread=said.thread),
        *call.flash(here),
    ]


COMMAND = Command("tips", run, admin=True, where=Where.GROUP)
