"""What a group's last days come to: messages, incidents, decisions, time to warning, answers. Numbers, nobody's name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from statistics import median
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import digests, incidents, quizzes
from bot.store.incidents import SAFE, SCAM, Incident
from bot.store.quizzes import Totals
from handlers.dossier import Dossier
from handlers.here import Here
from patterns.model import Level

_TOLD: tuple[Level, ...] = (Level.NOTICE, Level.CAUTION, Level.ALARM)
# What the chart looks back on.
WEEKS, MONTHS = 8, 6


@dataclass(frozen=True, slots=True)
class Tally:
    """The days from `first` to before `end`, on the group's own calendar.

    `levels` counts incidents by how loud they became, `waits` is how many seconds after its message each
    warning stood, `answers` how the quiz questions of these days were answered.
    """

    first: date
    end: date
    messages: Mapping[date, int]
    levels: Mapping[Level, int]
    scam: int
    safe: int
    waits: tuple[float, ...]
    answers: Totals

    @property
    def happened(self) -> int:
        return sum(self.levels.values())

    @property
    def undecided(self) -> int:
        return self.happened - self.scam - self.safe

    @property
    def eventful(self) -> bool:
        """Whether there is anything to say but that all was quiet."""
        return bool(self.happened or self.answers.answers)

    @property
    def usual_wait(self) -> int:
        """The median, in whole seconds."""
        return round(median(self.waits))

    @property
    def longest_wait(self) -> int:
        return round(max(self.waits))


@dataclass(frozen=True, slots=True)
class Past:
    """What the days are held against: incidents week by week (notices, cautions, alarms), answers month by
    month (right, all), the oldest first, each under the day it began.
    """

    weeks: Sequence[tuple[date, tuple[int, int, int]]]
    months: Sequence[tuple[date, tuple[int, int]]]


async def tally(here: Here, zone: ZoneInfo, first: date, end: date) -> Tally:
    tx, chat = here.tx, here.chat.id
    since, before = midnight(first, zone), midnight(end, zone)
    found = [one for one in await incidents.since(tx, chat, since) if one.opened_at < before]
    levels = {level: sum(one.level == level for one in found) for level in _TOLD}
    return Tally(
        first,
        end,
        await _messages(here, first, end),
        levels,
        scam=sum(one.state == SCAM for one in found),
        safe=sum(one.state == SAFE for one in found),
        waits=tuple([wait for one in found if (wait := await _waited(tx, one)) is not None]),
        answers=await quizzes.totals(tx, chat, since, before),
    )


async def _messages(here: Here, first: date, end: date) -> Mapping[date, int]:
    """Also those that are counted and not written down yet."""
    counted = Counter(await digests.counted(here.tx, here.chat.id, "messages", first, end))
    for written, more in here.memory.counted(here.chat.id, "messages").items():
        if first <= (day := date.fromisoformat(written)) < end:
            counted[day] += more
    return counted


async def past(tx: AsyncConnection, chat: int, zone: ZoneInfo, end: date) -> Past:
    """The last weeks and months before this day."""
    first = end - timedelta(weeks=WEEKS)
    loud = await digests.levels(tx, chat, midnight(first, zone))
    weeks = []
    for number in range(WEEKS):
        begin = first + timedelta(weeks=number)
        span = midnight(begin, zone), midnight(begin + timedelta(weeks=1), zone)
        within = [level for at, level in loud if span[0] <= at < span[1]]
        weeks.append((begin, _counts(within)))
    months = []
    for begin, after in _months(end):
        found = await quizzes.totals(tx, chat, midnight(begin, zone), midnight(after, zone))
        months.append((begin, (found.correct, found.answers)))
    return Past(weeks, months)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


def _counts(levels: Sequence[int]) -> tuple[int, int, int]:
    return levels.count(Level.NOTICE), levels.count(Level.CAUTION), levels.count(Level.ALARM)


def _months(end: date) -> list[tuple[date, date]]:
    """First days of the last months up to and with the one in which the day before the end lies, and of those after."""
    latest = end - timedelta(days=1)
    number = latest.year * 12 + latest.month - 1
    starts = [date(one // 12, one % 12 + 1, 1) for one in range(number - MONTHS + 1, number + 2)]
    return list(pairwise(starts))


async def _waited(tx: AsyncConnection, incident: Incident) -> float | None:
    """Seconds from the first message to the first public warning; None where there was none."""
    messages = Dossier.from_json(incident.facts).messages
    warned = await incidents.warned_at(tx, incident.id)
    if not messages or not warned:
        return None
    return max(0.0, warned[0].timestamp() - messages[0].at / 1000)
