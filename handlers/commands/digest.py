"""/digest: what the guard did in the last seven days, told in private; each week, when there is something, or never."""

from __future__ import annotations

from datetime import timedelta

from bot.actions import Action, Button
from bot.settings import Settings
from bot.texts import Said, plain, say
from handlers.choosing import called, choose, label, understood
from handlers.commands import Call, Command, door
from handlers.digest import SPAN, told_to
from handlers.here import Here
from handlers.tally import past, tally
from patterns.model import Station


async def run(call: Call, here: Here) -> list[Action]:
    assert here.group is not None
    if call.args.casefold() in called("now", "digest.word.now"):
        return await _now(call, here)
    settings = here.group.settings
    value = understood("digest", call.args) if call.args else None
    if value is not None:
        settings, _ = await choose(call, here, "digest", value)
    others = [one for one in ("on", "quiet", "off") if one != settings["digest"]]
    buttons = (
        (Button(plain(call.language, "digest.button.now"), "/digest now"),),
        tuple(Button(label(call.language, "digest", one), f"/digest {one}") for one in others),
        (Button(plain(call.language, "digest.button.day"), "/panel digest_day"),),
    )
    return await call.show(here, _is(call.language, settings), buttons)


def _is(language: str, settings: Settings) -> Said:
    day = settings["tip_day"] if settings["digest_day"] == "tip" else settings["digest_day"]
    when = label(language, "tip_day", day)
    return say(language, f"digest.is.{settings['digest']}", day=when, time=settings["tip_time"])


async def _now(call: Call, here: Here) -> list[Action]:
    """The last seven days with today, for whoever asks; the week's own still comes."""
    group = here.group
    assert group is not None
    if call.sender.station is not Station.USER:
        return [call.reply(here, say(call.language, "command.only_in_private"), door(here, call.language))]
    zone = group.settings.zone
    end = here.now.astimezone(zone).date() + timedelta(days=1)
    found = await tally(here, zone, end - SPAN, end)
    before = await past(here.tx, here.chat.id, zone, end)
    key = f"digest:{here.chat.id}:{call.key}"
    said = await told_to(here, group, call.sender.id, key, found, before)
    return [said, *(call.flash(here) if call.at is not None else call.tell(here, "digest.sent"))]


COMMAND = Command("digest", run, admin=True, afar=True)
