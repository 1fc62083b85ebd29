"""/tips: the weekly tip, on or off, when, or one right now."""

from __future__ import annotations

from dataclasses import replace

from bot.actions import Action, Button, Notice, Priority
from bot.settings import Settings
from bot.store import cases
from bot.store import tips as read
from bot.texts import Said, lines, plain, say
from handlers import notices
from handlers.cases import worded as told_of
from handlers.choosing import called, choose, label, offer, understood
from handlers.commands import Buttons, Call, Command
from handlers.here import Here
from handlers.tips import OWN_LIMIT, card, next_tip, owned, week_of, worded
from patterns.judge import asks_nothing


async def run(call: Call, here: Here) -> list[Action]:
    assert here.group is not None
    verb, _, rest = call.args.partition(" ")
    if verb.casefold() in called("now", "tips.word.now"):
        return await _now(call, here)
    if verb.casefold() in called("day", "tips.word.day"):
        return await _set(call, here, "tip_day", rest)
    if verb.casefold() in called("time", "tips.word.time"):
        return await _set(call, here, "tip_time", rest)
    if verb.casefold() in called("next", "tips.word.next"):
        return await _preview(call, here)
    if verb.casefold() in called("skip", "tips.word.skip"):
        return await _skip(call, here)
    if verb.casefold() in called("own", "tips.word.own"):
        return await _own(call, here, rest)
    if notices.asked(verb):
        return await _announce(call, here)
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
    return offer(language, "tip_time", command, present, width=4)


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
            Button(plain(language, "tips.button.next"), "/tips next"),
            Button(plain(language, "tips.button.own"), "/tips own"),
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
    return offer(language, "tip_day", "tips day", present, width=4)


async def _now(call: Call, here: Here) -> list[Action]:
    """One out of turn; the week's own still comes."""
    assert here.group is not None
    settings = here.group.settings
    tip = await next_tip(here.tx, here.chat.id, settings, here.now)
    await read.record_extra(here.tx, here.chat.id, week_of(settings, here.now), tip.id, here.now)
    said = call.publicly().reply(here, worded(tip, settings["language"]), part="tip")
    return [
        replace(said, paper=card(tip, settings["language"]), priority=Priority.TIP, reply_to=None),
        *call.posted(here),
    ]


async def _announce(call: Call, here: Here) -> list[Action]:
    """One out of turn, on the board."""
    assert here.group is not None
    settings = here.group.settings
    tip = await next_tip(here.tx, here.chat.id, settings, here.now)
    text = worded(tip, settings["language"])
    actions = await notices.put_up(call, here, here.group, "tip", text)
    if any(isinstance(one, Notice) for one in actions):
        await read.record_extra(here.tx, here.chat.id, week_of(settings, here.now), tip.id, here.now)
    return actions


async def _preview(call: Call, here: Here) -> list[Action]:
    """What comes next; shown to whoever asks, not announced."""
    assert here.group is not None
    written = await read.own(here.tx, here.chat.id)
    if written:
        buttons: tuple[Button, ...]
        text, buttons = owned(written, call.language), (_button(call, "drop", "/tips own -"),)
    elif case := await cases.waiting(here.tx, here.chat.id):
        text, buttons = told_of(case, call.language), ()
    else:
        tip = await next_tip(here.tx, here.chat.id, here.group.settings, here.now)
        text, buttons = worded(tip, call.language), (_button(call, "skip", "/tips skip"),)
    return await call.show(
        here, lines(say(call.language, "tips.preview"), "", text), (buttons,) if buttons else ()
    )


async def _skip(call: Call, here: Here) -> list[Action]:
    """This one counts as read: another comes in its place."""
    assert here.group is not None
    settings = here.group.settings
    tip = await next_tip(here.tx, here.chat.id, settings, here.now)
    await read.record_extra(here.tx, here.chat.id, week_of(settings, here.now), tip.id, here.now)
    return await _preview(call, here)


async def _own(call: Call, here: Here, text: str) -> list[Action]:
    """A tip in the admin's own words, unless it asks for something: even an admin's account may be stolen."""
    written = text.strip()
    if written == "-":
        await read.take_own(here.tx, here.chat.id)
        return await _preview(call, here)
    if not written or len(written) > OWN_LIMIT:
        return [call.reply(here, say(call.language, "tips.own_how", limit=OWN_LIMIT)), *call.flash(here)]
    if not asks_nothing(written):
        return call.tell(here, "tips.own_refused")
    await read.write_own(here.tx, here.chat.id, written, here.now)
    return await _preview(call, here)


def _button(call: Call, name: str, command: str) -> Button:
    return Button(plain(call.language, f"tips.button.{name}"), command)


COMMAND = Command("tips", run, admin=True, afar=True)
