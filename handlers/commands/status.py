"""/status: what the bot sees and may do here, and what is missing."""

from __future__ import annotations

from collections.abc import Sequence

from bot.abilities import Hearing, Right
from bot.actions import Action
from bot.store import chats, rations
from bot.texts import Said, lines, say, shown, texts
from bot.texts.zones import zone_label
from handlers.choosing import label
from handlers.commands import Call, Command, administers
from handlers.commands.mode import lacking
from handlers.commands.tips import schedule
from handlers.group import Group
from handlers.here import Here
from handlers.members import grantable, granting, never

_NAMES_SHOWN = 6


async def run(call: Call, here: Here) -> list[Action]:
    assert here.group is not None
    group, language = here.group, call.language
    mode = group.settings["mode"]
    parts = [
        say(language, "status.headline"),
        rights(language, group),
        await _spent(language, here, group),
        "",
        say(language, "status.mode", mode=label(language, "mode", mode)),
        lacking(language, mode, group),
        people(language, group),
        schedule(language, group.settings),
        say(language, "status.zone", zone=zone_label(language, group.settings["timezone"])),
        say(language, "status.subscribers", count=group.subscribers),
    ]
    if administers(call.sender, group):
        parts.append(await _unreachable(language, here, group))
    return await call.show(here, lines(*parts), granting(here, language, group.rights))


def rights(language: str, group: Group) -> Said:
    """One line for every right to be had: there, or missing and what follows from that; what the platform
    gives to nobody; and what to do.
    """
    platform = group.me.abilities
    told = (
        say(
            language,
            "status.there" if right in group.rights else "status.missing",
            what=say(language, f"member.right.{right.value}"),
        )
        for right in grantable(platform)
    )
    beyond = say(language, "list.separator").join(
        say(language, f"member.right.{right.value}") for right in never(platform)
    )
    missing = [right for right in grantable(platform) if right not in group.rights]
    blind = Right.READ_ALL in missing and platform.hearing is not Hearing.ADMIN
    way = f"status.grant.{platform.hearing}"
    return lines(
        *told,
        say(language, "member.never", what=Said(beyond)) if beyond else None,
        say(language, f"member.blind.{platform.hearing}") if blind else None,
        say(language, way) if missing and way in texts(language) else None,
    )


async def _spent(language: str, here: Here, group: Group) -> Said | None:
    """Where the platform counts what is said unasked, and has counted enough."""
    until = await rations.spent(here.tx, group.chat.id)
    if until is None or until <= here.now:
        return None
    local = until.astimezone(group.settings.zone)
    return say(language, "status.spent", time=f"{local:%m-%d %H:%M}")


def people(language: str, group: Group) -> Said:
    """Whose names are protected."""
    names = [person.name for person in group.roster if person.name]
    if not names:
        return say(language, "status.nobody")
    key = "status.provisional" if group.provisional else "status.teachers"
    return say(language, key, names=named(language, names))


def named(language: str, names: Sequence[str]) -> str:
    """The first few names, and how many there are."""
    listed = say(language, "list.separator").join(shown(name, 24) for name in names[:_NAMES_SHOWN])
    if len(names) <= _NAMES_SHOWN:
        return listed
    return say(language, "list.and_more", names=listed, count=len(names))


async def _unreachable(language: str, here: Here, group: Group) -> Said | None:
    """Admins the bot cannot write to: they never opened a private talk with it, or closed it."""
    names = []
    for admin in group.admins:
        if admin.user == here.me.id:
            continue
        private = await chats.find(here.tx, here.chat.place.platform, admin.user)
        access = await chats.access(here.tx, private.id) if private else None
        if access is None or not access.reachable:
            names.append(shown(admin.name, 24))
    if not names:
        return None
    return say(
        language, "status.unreachable", names=say(language, "list.separator").join(names[:_NAMES_SHOWN])
    )


COMMAND = Command("status", run, afar=True)
