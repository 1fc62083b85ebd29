"""The weekly tip: once a week and group, at its own day and hour, and not one it has just read."""

from __future__ import annotations

import zlib
from collections.abc import Collection, Sequence
from datetime import datetime, time, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions import Action, Paper, Priority, Say
from bot.events import TimerDue
from bot.settings import DAYS, Settings
from bot.store import cases, incidents, timers
from bot.store import tips as read
from bot.store.cases import Case
from bot.store.subscriptions import TIP
from bot.texts import Said, lines, plain, quoted, say
from bot.texts.tips import Tip, tips
from handlers import subscribers
from handlers.cases import worded as told_of
from handlers.here import Here

KIND = "tip"
# After a longer silence the tip of that week is no longer of that week.
CATCH_UP = timedelta(days=3)
# What comes late does not wake a class: it waits for the morning.
LATE = timedelta(hours=1)
MORNING, NIGHT = time(8), time(21)
OWN, CASE, OWN_LIMIT = "own", "case", 200
# In weeks; and how long an incident is still talked about.
APART = 12
A_YEAR = 45
LATELY = timedelta(days=10)
_LIVES = 12 * 3600.0


async def plan(tx: AsyncConnection, chat_id: int, settings: Settings, now: datetime) -> None:
    """Set, move or take away the group's timer, as its settings say."""
    if settings["tips"] == "on":
        await timers.plan(tx, _timer(chat_id), KIND, next_time(settings, now), chat_id)
    else:
        await timers.cancel(tx, _timer(chat_id))


async def due(event: TimerDue, here: Here) -> list[Action]:
    """The hour has come, or came while the bot was away."""
    if here.group is None or not here.group.membership.inside or here.group.settings["tips"] != "on":
        # Whoever brings the bot back, or the tips, plans them anew.
        return []
    settings = here.group.settings
    week = event.payload or week_of(settings, event.due)
    late = event.at - event.due
    if LATE <= late < CATCH_UP and (morning := _morning(settings, event.at)):
        await timers.plan(here.tx, _timer(here.chat.id), KIND, morning, here.chat.id, week)
        return []
    await plan(here.tx, here.chat.id, settings, event.at)
    if late >= CATCH_UP or await read.was_sent(here.tx, here.chat.id, week):
        return []
    turn = await _turn(here, settings)
    # The group's own words and what happened in it take the place of ours, which stays for another week.
    if isinstance(turn, Case):
        await cases.told(here.tx, turn.incident)
    elif not isinstance(turn, Tip):
        await read.take_own(here.tx, here.chat.id)
    item = CASE if isinstance(turn, Case) else turn.id if isinstance(turn, Tip) else OWN
    await read.record(here.tx, here.chat.id, week, item, here.now)

    def said(language: str) -> Say:
        return _said(f"{KIND}:{here.chat.id}:{week}", here.chat.id, turn, language)

    return [said(settings["language"]), *await subscribers.copied(here, here.group, TIP, said)]


def _said(key: str, chat: int, turn: str | Case | Tip, language: str) -> Say:
    if isinstance(turn, Case):
        text = told_of(turn, language)
    else:
        text = worded(turn, language) if isinstance(turn, Tip) else owned(turn, language)
    paper = card(turn, language) if isinstance(turn, Tip) else None
    return Say(key, chat, text, Priority.TIP, paper=paper, lives=_LIVES)


async def _turn(here: Here, settings: Settings) -> str | Case | Tip:
    """An admin's own words come first, then what happened here, then one of ours."""
    return (
        await read.own(here.tx, here.chat.id)
        or await cases.waiting(here.tx, here.chat.id)
        or await next_tip(here.tx, here.chat.id, settings, here.now)
    )


def _morning(settings: Settings, now: datetime) -> datetime | None:
    """The end of the group's night; None by day."""
    local = now.astimezone(settings.zone)
    if MORNING <= local.time() < NIGHT:
        return None
    day = local.date() + timedelta(days=local.time() >= NIGHT)
    return datetime.combine(day, MORNING, settings.zone)


def next_time(settings: Settings, after: datetime, day: str = "") -> datetime:
    """The first of the group's tip hours that lies after this moment; on another `day` of the week if one is named.

    Reckoned on the group's own calendar, so that it stays the same hour when the clocks change.
    """
    local = after.astimezone(settings.zone)
    hour = time.fromisoformat(settings["tip_time"])
    ahead = (DAYS.index(day or settings["tip_day"]) - local.weekday()) % 7
    for days in (ahead, ahead + 7):
        found = datetime.combine(local.date() + timedelta(days=days), hour, settings.zone)
        if found.timestamp() > after.timestamp():
            break
    return found


def week_of(settings: Settings, moment: datetime) -> str:
    """The group's own calendar week, such as 2026-W48."""
    year, week, _ = moment.astimezone(settings.zone).isocalendar()
    return f"{year}-W{week:02}"


def choose(
    known: Sequence[Tip], history: Sequence[str], chat_id: int, month: int, happened: Collection[str] = ()
) -> Tip:
    """What just `happened` here (kinds of incidents) comes first, then the time of the year, then whatever
    this group has not read for longest, in an order of its own. What it read lately does not come again.
    """
    ages = {tip: age for age, tip in reversed(list(enumerate(history)))}

    def merit(tip: Tip) -> tuple[bool, bool, int, int]:
        age = ages.get(tip.id, len(history))
        fresh = tip.id not in ages or age >= APART
        this_year = tip.id in ages and age < A_YEAR
        due = bool(tip.after) or (bool(tip.season) and not this_year)
        return fresh, due, age, zlib.crc32(f"{chat_id}:{tip.id}".encode())

    fitting = [tip for tip in known if tip.fits(month) and (not tip.after or tip.after in happened)]
    return max(fitting, key=merit)


async def next_tip(tx: AsyncConnection, chat_id: int, settings: Settings, now: datetime) -> Tip:
    """The tip that is this group's turn."""
    history = await read.history(tx, chat_id)
    happened = await incidents.kinds_since(tx, chat_id, now - LATELY)
    return choose(tips(), history, chat_id, now.astimezone(settings.zone).month, happened)


def worded(tip: Tip, language: str) -> Said:
    return lines(say(language, "tips.headline"), tip.text.get(language, tip.text["zh-Hans"]))


def owned(written: str, language: str) -> Said:
    """A tip an admin wrote, marked as such: the guard does not lend its voice."""
    return lines(say(language, "tips.headline_own"), quoted(written, OWN_LIMIT))


def card(tip: Tip, language: str) -> Paper:
    """The tip as a picture that can be passed on; without a font the text goes alone."""
    facts = {
        "head": plain(language, "tips.card.head"),
        "text": tip.text[language],
        "foot": plain(language, "tips.card.foot"),
    }
    return Paper("card", language, facts)


def _timer(chat_id: int) -> str:
    return f"{KIND}:{chat_id}"
