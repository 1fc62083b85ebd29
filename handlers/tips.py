"""The weekly tip: once a week and group, at its own day and hour, and not one it has just read."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from datetime import datetime, time, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.events import Action, Membership, Priority, Say, TimerDue
from bot.settings import DAYS, Settings
from bot.store import timers
from bot.store import tips as read
from bot.texts import Said, lines, say
from bot.texts.tips import Tip, tips
from handlers.here import Here

KIND = "tip"
# After a longer silence the tip of that week is no longer of that week.
CATCH_UP = timedelta(days=3)
_LIVES = 12 * 3600.0
_OUTSIDE = frozenset({Membership.OUT, Membership.BANNED})


async def plan(tx: AsyncConnection, chat_id: int, settings: Settings, now: datetime) -> None:
    """Set, move or take away the group's timer, as its settings say."""
    if settings["tips"] == "on":
        await timers.plan(tx, _timer(chat_id), KIND, next_time(settings, now), chat_id)
    else:
        await timers.cancel(tx, _timer(chat_id))


async def due(event: TimerDue, here: Here) -> list[Action]:
    """The hour has come, or came while the bot was away."""
    if here.group is None or here.group.membership in _OUTSIDE or here.group.settings["tips"] != "on":
        # Whoever brings the bot back, or the tips, plans them anew.
        return []
    settings = here.group.settings
    await plan(here.tx, here.chat.id, settings, event.at)
    week = week_of(settings, event.due)
    if event.at - event.due >= CATCH_UP or await read.was_sent(here.tx, here.chat.id, week):
        return []
    tip = choose(tips(), await read.history(here.tx, here.chat.id), here.chat.id)
    await read.record(here.tx, here.chat.id, week, tip.id, here.now)
    return [
        Say(
            key=f"tip:{here.chat.id}:{week}",
            chat=here.chat.id,
            text=worded(tip, settings["language"]),
            priority=Priority.TIP,
            lives=_LIVES,
        )
    ]


def next_time(settings: Settings, after: datetime) -> datetime:
    """The first of the group's tip hours that lies after this moment.

    Reckoned on the group's own calendar, so that it stays the same hour when the clocks change.
    """
    local = after.astimezone(settings.zone)
    hour = time.fromisoformat(settings["tip_time"])
    ahead = (DAYS.index(settings["tip_day"]) - local.weekday()) % 7
    for days in (ahead, ahead + 7):
        found = datetime.combine(local.date() + timedelta(days=days), hour, settings.zone)
        if found.timestamp() > after.timestamp():
            break
    return found


def week_of(settings: Settings, moment: datetime) -> str:
    """The group's own calendar week, such as 2026-W48."""
    year, week, _ = moment.astimezone(settings.zone).isocalendar()
    return f"{year}-W{week:02}"


def choose(known: Sequence[Tip], history: Sequence[str], chat_id: int) -> Tip:
    """The tip this group has not read for longest, in an order of its own."""
    ages = {tip: age for age, tip in reversed(list(enumerate(history)))}

    def age(tip: Tip) -> tuple[int, int]:
        return ages.get(tip.id, len(history)), zlib.crc32(f"{chat_id}:{tip.id}".encode())

    return max(known, key=age)


def worded(tip: Tip, language: str) -> Said:
    return lines(say(language, "tips.headline"), tip.text.get(language, tip.text["zh-Hans"]))


def _timer(chat_id: int) -> str:
    return f"{KIND}:{chat_id}"
