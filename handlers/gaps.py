"""What was said while the bot was cut off and cannot be fetched: the group's admins look it through instead."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from bot.actions import Action
from bot.events import GapSeen
from bot.store.moments import milliseconds
from bot.texts import Said, say, shown
from handlers import admins
from handlers.group import Group
from handlers.here import Here
from handlers.members import NAME

# In a moment's absence little is said, and connections break now and then.
LEAST = timedelta(minutes=2)


async def seen(event: GapSeen, here: Here) -> list[Action]:
    group = here.group
    if group is None or event.at - event.since < LEAST:
        return []
    key = f"gap:{here.chat.id}:{milliseconds(event.since)}"
    return [*await admins.told(here, group, key, partial(_worded, event=event, group=group))]


def _worded(language: str, event: GapSeen, group: Group) -> Said:
    since, until = _when(event.since, group), _when(event.at, group)
    return say(language, "gap.told", title=shown(group.chat.place.title, NAME), since=since, until=until)


def _when(moment: datetime, group: Group) -> str:
    return moment.astimezone(group.settings.zone).strftime("%m-%d %H:%M")
