"""The weekly digest: what the guard saw and did in a group, told to its admins in private, with a chart."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions import Action, Button, Paper, Priority, Say
from bot.events import TimerDue
from bot.intervals import wilson
from bot.settings import Settings
from bot.store import chats, digests, drills, timers
from bot.texts import Said, lines, plain, say, shown
from handlers import drill, quiz
from handlers.admins import spoken
from handlers.calls import SIGN, Buttons
from handlers.group import Group
from handlers.here import Here
from handlers.quiz import GOAL
from handlers.tally import Past, Tally, midnight, past, tally
from handlers.tips import next_time
from patterns.model import Level

KIND = "digest"
SPAN = timedelta(days=7)
# One that comes sooner after the last waits for the next week; after a longer silence the oldest days are left out.
LEAST, MOST = timedelta(days=4), timedelta(days=35)
_LIVES = 48 * 3600.0
_TITLE = 32


async def plan(tx: AsyncConnection, chat_id: int, settings: Settings, now: datetime) -> None:
    """Set, move or take away the group's timer, as its settings say."""
    if settings["digest"] != "off":
        await timers.plan(tx, _timer(chat_id), KIND, _next(settings, now), chat_id)
    else:
        await timers.cancel(tx, _timer(chat_id))


async def due(event: TimerDue, here: Here) -> list[Action]:
    """The hour has come, or came while the bot was away: all days since the last time are told of, once."""
    group = here.group
    if group is None or not group.membership.inside or group.settings["digest"] == "off":
        return []
    await plan(here.tx, here.chat.id, group.settings, event.at)
    end = _latest(event, group.settings)
    told = await digests.until(here.tx, here.chat.id)
    first = max(told or end - SPAN, end - MOST)
    if end - first < LEAST:
        return []
    found = await tally(here, group.settings.zone, first, end)
    await digests.record(here.tx, here.chat.id, end, here.now)
    if group.settings["digest"] == "quiet" and not found.eventful:
        return []
    before = await past(here.tx, here.chat.id, group.settings.zone, end)
    actions: list[Action] = []
    for admin in group.alerted:
        if admin.user != here.me.id:
            key = f"{KIND}:{here.chat.id}:{end.isoformat()}:{admin.user}"
            actions.append(await told_to(here, group, admin.user, key, found, before))
    return actions


async def told_to(here: Here, group: Group, user: str, key: str, found: Tally, before: Past) -> Say:
    """The digest for one admin, in their own language."""
    private = await chats.private(here.tx, group.chat.place.platform, user, here.now)
    language = await spoken(here, private.id, group)
    return Say(
        key=key[:160],
        chat=private.id,
        text=await worded(here, group, language, found),
        priority=Priority.PARENT,
        buttons=_doors(language, group, found),
        paper=chart(language, found, before),
        lives=_LIVES,
        may_be_refused=True,
    )


async def worded(here: Here, group: Group, language: str, found: Tally) -> Said:
    """In a dozen lines; what did not happen is not listed."""
    last = found.end - timedelta(days=1)
    title = shown(group.chat.place.title, _TITLE) or str(group.chat.id)
    return lines(
        say(
            language,
            "digest.headline",
            title=title,
            first=_day(language, found.first),
            last=_day(language, last),
        ),
        say(language, "digest.messages", count=sum(found.messages.values())),
        *_incidents(language, found),
        await quiz.awareness(language, here),
        await _exercise(here, group, language, found),
    )


async def _exercise(here: Here, group: Group, language: str, found: Tally) -> Said | None:
    """How the class did in an exercise of these days."""
    span = midnight(found.first, group.settings.zone), midnight(found.end, group.settings.zone)
    for one in await drills.of_group(here.tx, group.chat.id):
        if one.state == drills.DONE and one.started_at is not None and span[0] <= one.started_at < span[1]:
            return say(language, "digest.exercise", result=drill.result(language, one))
    return None


def _incidents(language: str, found: Tally) -> list[Said]:
    if not found.happened:
        return [say(language, "digest.quiet")]
    told = [
        say(language, f"digest.{level.word}", count=found.levels[level])
        for level in (Level.NOTICE, Level.CAUTION, Level.ALARM)
        if found.levels[level]
    ]
    told.append(
        say(language, "digest.decisions", scam=found.scam, safe=found.safe, undecided=found.undecided)
    )
    if found.waits:
        told.append(say(language, "digest.waits", usual=found.usual_wait, longest=found.longest_wait))
    return told


def _doors(language: str, group: Group, found: Tally) -> Buttons:
    """To what is undecided, and to what is told and when."""
    about = f"{SIGN}{group.chat.id}"
    doors = [Button(plain(language, "digest.button.settings"), f"/digest {about}")]
    if found.happened:
        doors.insert(0, Button(plain(language, "digest.button.incidents"), "/incidents"))
    return (tuple(doors),)


def chart(language: str, found: Tally, before: Past) -> Paper:
    """Messages a day, incidents a week, right answers a month. Without a font or matplotlib the text goes alone."""
    days = [found.first + timedelta(days=number) for number in range((found.end - found.first).days)]
    facts = {
        "messages": {
            "title": plain(language, "digest.chart.messages"),
            "days": [_day(language, day) for day in days],
            "counts": [found.messages.get(day, 0) for day in days],
        },
        "incidents": {
            "title": plain(language, "digest.chart.incidents"),
            "weeks": [_day(language, begin) for begin, _ in before.weeks],
            "levels": [plain(language, f"digest.chart.{level}") for level in ("notice", "caution", "alarm")],
            "counts": [list(counts) for _, counts in before.weeks],
        },
        "quiz": {
            "title": plain(language, "digest.chart.quiz"),
            "goal": round(100 * GOAL),
            "months": [
                [
                    plain(language, "digest.month", number=begin.month),
                    *_share(correct, answers),
                    plain(language, "digest.chart.answers", count=answers),
                ]
                for begin, (correct, answers) in before.months
                if answers
            ],
        },
    }
    return Paper("week", language, facts)


def _share(correct: int, answers: int) -> tuple[float, float, float]:
    """Right answers with their 95 % interval, in percent."""
    low, high = wilson(correct, answers)
    return 100 * correct / answers, 100 * low, 100 * high


def _day(language: str, day: date) -> str:
    return plain(language, "digest.day", month=day.month, day=day.day)


def _next(settings: Settings, after: datetime) -> datetime:
    day = settings["digest_day"]
    return next_time(settings, after, "" if day == "tip" else day)


def _latest(event: TimerDue, settings: Settings) -> date:
    """The day of the last hour that has come: after a long absence that is a later one than was waited for."""
    missed = (event.at - event.due) // timedelta(weeks=1)
    return event.due.astimezone(settings.zone).date() + timedelta(weeks=missed)


def _timer(chat_id: int) -> str:
    return f"{KIND}:{chat_id}"
