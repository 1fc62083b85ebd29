"""What lessens a group's protection, or clears somebody to collect money, never happens quietly."""

from __future__ import annotations

from collections.abc import Callable

from bot.actions import Action
from bot.settings import BY_NAME, Settings
from bot.texts import Said, lines, plain, say, shown
from handlers import admins
from handlers.badges import badge
from handlers.commands import Call
from handlers.group import Group
from handlers.here import Here
from patterns.model import Station

_NAME = 32

Words = Callable[[str], Said]


async def announced(call: Call, here: Here, group: Group, what: str, words: Words) -> list[Action]:
    """Tell every admin what was done and by whom, the doer too: their account may be in other hands.

    `what` and the call make the key; `words` gives the deed in a language.
    """

    def text(language: str) -> Said:
        return lines(
            say(language, "weakened.headline", title=shown(group.chat.place.title, _NAME)),
            words(language),
            say(language, "weakened.by", who=_doer(call, here, language)),
            say(language, "weakened.then"),
        )

    return [*await admins.told(here, group, f"weakened:{what}:{group.chat.id}:{call.key}", text)]


def lessens(name: str, before: str, after: str) -> bool:
    """Whether a setting protects less than before."""
    rising = BY_NAME[name].choices
    return BY_NAME[name].protects and rising.index(after) < rising.index(before)


async def chosen(
    call: Call, here: Here, group: Group, name: str, before: Settings, after: Settings
) -> list[Action]:
    """What follows from a setting that now protects less than before; nothing when it does not."""
    if not lessens(name, before[name], after[name]):
        return []

    def words(language: str) -> Said:
        label = plain(language, f"choice.{name}.{after[name]}")
        return say(language, f"weakened.{name}", value=label)

    return await announced(call, here, group, name, words)


async def removed(call: Call, here: Here, group: Group, name: str) -> list[Action]:
    """A teacher was taken off the roster."""
    return await announced(
        call, here, group, "removed", lambda language: say(language, "weakened.removed", name=name)
    )


async def added(call: Call, here: Here, group: Group, name: str) -> list[Action]:
    """Somebody was put on a roster and may collect from now on. The very first one is no change: it is the set-up."""
    if group.provisional:
        return []
    return await announced(
        call, here, group, "added", lambda language: say(language, "weakened.added", name=name)
    )


async def paying(call: Call, here: Here, group: Group, names: str) -> list[Action]:
    """Money may go somewhere new."""
    return await announced(
        call, here, group, "paying", lambda language: say(language, "weakened.paying", names=names)
    )


async def leading(call: Call, here: Here, group: Group, host: str) -> list[Action]:
    """Links may lead somewhere new."""
    return await announced(
        call, here, group, "leading", lambda language: say(language, "weakened.leading", host=host)
    )


def _doer(call: Call, here: Here, language: str) -> str:
    if call.sender.station is Station.ANONYMOUS_ADMIN:
        return plain(language, "weakened.anonymous")
    return shown(call.sender.name, _NAME) or badge(call.sender.id, here.mark)
