"""/timezone: by which clock the group lives."""

from __future__ import annotations

from bot.actions import Action
from bot.settings import Settings
from bot.texts import Said, say
from bot.texts.zones import zone_label
from handlers.choosing import choose, offer, understood
from handlers.commands import Buttons, Call, Command
from handlers.here import Here


async def run(call: Call, here: Here) -> list[Action]:
    assert here.group is not None
    zone = understood("timezone", call.args) if call.args else None
    if zone is None:
        key = "timezone.unknown" if call.args else "timezone.ask"
        text = _told(call.language, key, here.group.settings, here)
        return await call.show(here, text, _offer(call.language, here.group.settings["timezone"]))
    settings, _ = await choose(call, here, "timezone", zone)
    return await call.show(here, _told(call.language, "timezone.changed", settings, here))


def _told(language: str, key: str, settings: Settings, here: Here) -> Said:
    clock = here.now.astimezone(settings.zone).strftime("%H:%M")
    return say(language, key, zone=zone_label(language, settings["timezone"]), clock=clock)


def _offer(language: str, present: str) -> Buttons:
    return offer(language, "timezone", "timezone", present, width=2)


COMMAND = Command("timezone", run, admin=True, afar=True)
