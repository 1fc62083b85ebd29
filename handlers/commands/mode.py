"""/mode: how far the guard goes when it finds an impostor."""

from __future__ import annotations

from bot.abilities import Hearing, Right
from bot.actions import Action
from bot.texts import Said, lines, say
from handlers.choosing import choose, label, offer, understood
from handlers.commands import Call, Command
from handlers.group import Group
from handlers.here import Here

_NEEDED_TO_ACT = frozenset({Right.DELETE, Right.RESTRICT})


async def run(call: Call, here: Here) -> list[Action]:
    assert here.group is not None
    language = call.language
    present = here.group.settings["mode"]
    mode = understood("mode", call.args)
    if mode is None:
        asked = say(
            language, "mode.unknown" if call.args else "mode.ask", mode=label(language, "mode", present)
        )
        text = lines(asked, "", explained(language))
        return await call.show(here, text, offer(language, "mode", "mode", present))
    after, follows = await choose(call, here, "mode", mode)
    if after["mode"] != mode:
        return follows
    text = lines(say(language, f"mode.changed.{mode}"), lacking(language, mode, here.group))
    return [*await call.show(here, text), *follows]


def explained(language: str) -> Said:
    return lines(*(say(language, f"mode.means.{mode}") for mode in ("observe", "warn", "guard")))


def lacking(language: str, mode: str, group: Group) -> Said | None:
    """What stands in the way of this mode, if anything does."""
    platform = group.me.abilities
    if mode != "guard" or group.rights >= _NEEDED_TO_ACT:
        return None
    if not platform.deletes and not platform.mutes:
        return say(language, "mode.not_here")
    return say(language, "mode.no_rights" if platform.hearing is Hearing.ADMIN else "mode.no_rights_here")


COMMAND = Command("mode", run, admin=True, afar=True)
