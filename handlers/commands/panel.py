"""/panel: all settings in one message that rewrites itself; in the group, or in private for a chosen group."""

from __future__ import annotations

from bot.actions import Action, Button
from bot.settings import SETTINGS
from bot.texts import Said, lines, plain, say
from handlers.administered import administered
from handlers.calls import SIGN
from handlers.choosing import choose, chosen, label, offer, rows, setting_named, understood
from handlers.commands import Buttons, Call, Command
from handlers.here import Here

# What else an admin arranges, beside the settings.
_DOORS = ("teacher", "payee", "status", "setup")
_WIDE = 20


async def run(call: Call, here: Here) -> list[Action]:
    word, _, typed = call.args.partition(" ")
    name = setting_named(word) if word else None
    if name is None:
        return await call.show(here, *await _overview(call, here, "panel.unknown" if word else ""))
    value = understood(name, typed) if typed.strip() else None
    if value is None:
        return await call.show(here, *await _choices(call, here, name, bool(typed.strip())))
    settings, follows = await choose(call, here, name, value)
    if settings[name] != value:
        return follows
    return [*await call.show(here, *await _overview(call, here)), *follows]


async def _overview(call: Call, here: Here, before: str = "") -> tuple[Said, Buttons]:
    """Every setting with its value, and the doors to what is no setting."""
    language, settings = call.language, await chosen(here)
    each = [
        Button(
            plain(language, "panel.line", name=_name(language, one.name), value=value),
            f"/panel {one.name}",
        )
        for one in SETTINGS
        for value in (_value(language, one.name, settings[one.name]),)
    ]
    doors = [Button(plain(language, f"panel.door.{name}"), f"/{name}") for name in _DOORS]
    text = lines(say(language, before) if before else None, say(language, "panel.headline"))
    return text, (*rows(each, 1), *rows(doors, 2), *await _other_groups(call, here))


async def _other_groups(call: Call, here: Here) -> Buttons:
    if call.at is None or len(await administered(call, here)) < 2:
        return ()
    return ((Button(plain(call.language, "panel.door.other"), f"/panel {SIGN}"),),)


async def _choices(call: Call, here: Here, name: str, misread: bool) -> tuple[Said, Buttons]:
    language, settings = call.language, await chosen(here)
    present = settings[name]
    text = lines(
        say(language, "panel.misread") if misread else None,
        say(language, "panel.present", name=_name(language, name), value=_value(language, name, present)),
        say(language, f"panel.about.{name}"),
    )
    longest = max(len(button.label) for row in offer(language, name, "panel") for button in row)
    back = Button(plain(language, "panel.back"), "/panel")
    width = 1 if longest * 2 > _WIDE else 2
    return text, (*offer(language, name, f"panel {name}", present, width=width), (back,))


def _value(language: str, setting: str, value: str) -> str:
    """A switch is on or off; anything else is called as on its button."""
    return (
        plain(language, f"panel.switch.{value}")
        if value in ("on", "off")
        else label(language, setting, value)
    )


def _name(language: str, setting: str) -> str:
    return plain(language, f"setting.{setting}")


COMMAND = Command("panel", run, admin=True, afar=True)
