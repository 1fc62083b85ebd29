"""The quiz: a new question each month, each asked again after one, four and twelve weeks in other words."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions import Action, Priority, Quiz, Say
from bot.events import PollCounted, TimerDue
from bot.intervals import wilson
from bot.settings import Settings
from bot.store import quizzes as store
from bot.store import timers
from bot.store.quizzes import Asked
from bot.texts import Said, lines, say
from bot.texts.quiz import Question, questions
from handlers.here import Here
from handlers.tips import next_time

KIND = "quiz"
REVEAL = "reveal"
REVEALED_AFTER = timedelta(hours=12)
# Weeks after which the same idea is asked again: spacing is what makes it stay.
AGAIN = (1, 4, 12)
NEW_EVERY = timedelta(days=28)
# Not on the day of the tip: one thing at a time.
AFTER_THE_TIP = timedelta(days=3)
# A later one would come at an hour nobody chose; there is another next week.
CATCH_UP = timedelta(hours=2)
# How well a class knows is told of so many days, and held against what the school's plan asks for.
SPAN = timedelta(days=90)
GOAL = 0.8


async def plan(tx: AsyncConnection, chat_id: int, settings: Settings, now: datetime) -> None:
    """Set, move or take away the group's timer, as its settings say."""
    if settings["quiz"] == "on":
        await timers.plan(tx, _timer(chat_id), KIND, _next(settings, now), chat_id)
    else:
        await timers.cancel(tx, _timer(chat_id))


async def due(event: TimerDue, here: Here) -> list[Action]:
    """Once a week it is seen whether a question is due."""
    if here.group is None or not here.group.membership.inside or here.group.settings["quiz"] != "on":
        return []
    await plan(here.tx, here.chat.id, here.group.settings, event.at)
    if event.at - event.due >= CATCH_UP:
        return []
    history = await store.history(here.tx, here.chat.id)
    found = choose(questions(), history, here.chat.id, here.now)
    return [] if found is None else [await put(here, found, history)]


async def counted(event: PollCounted, here: Here) -> list[Action]:
    """The group has answered once more."""
    await store.count(here.tx, event.poll, event.votes)
    return []


async def revealed(event: TimerDue, here: Here) -> list[Action]:
    """What was right, where the platform does not say so to whoever has answered."""
    found = await store.result(here.tx, here.chat.id, event.payload) if here.group is not None else None
    if found is None or here.group is None or found[0] not in questions() or not here.group.membership.inside:
        return []
    question, totals = questions()[found[0]], found[1]
    language = here.group.settings["language"]
    text = lines(
        say(language, "quiz.revealed", answer=question.options[language][question.right]),
        say(language, "quiz.because", why=question.why[language]),
        say(language, "quiz.answered", count=totals.answers, correct=totals.correct)
        if totals.answers
        else None,
    )
    return [Say(f"reveal:{event.payload}"[:160], here.chat.id, text, Priority.TIP, lives=86400.0)]


async def awareness(language: str, here: Here) -> Said:
    """How well the class as a whole answered lately, and how sure that is; never who."""
    found = await store.totals(here.tx, here.chat.id, here.now - SPAN)
    if not found.answers:
        return say(language, "quiz.nothing_yet")
    low, high = wilson(found.correct, found.answers)
    reached = "reached" if low >= GOAL else "missed" if high < GOAL else "open"
    return lines(
        say(
            language,
            "quiz.awareness",
            count=found.answers,
            share=round(100 * found.correct / found.answers),
            low=round(100 * low),
            high=round(100 * high),
        ),
        say(language, f"quiz.goal.{reached}", goal=round(100 * GOAL)),
    )


async def put(here: Here, question: Question, history: Sequence[Asked], thread: str = "") -> Quiz:
    """Put a question to the group, in words it was not asked in the last time."""
    assert here.group is not None
    language = here.group.settings["language"]
    times = sum(asked.item == question.id for asked in history)
    wordings = question.asks[language]
    key = f"quiz:{here.chat.id}:{question.id}:{times}"
    await store.ask(here.tx, here.chat.id, key, question.id, question.right, here.now)
    if not here.me.abilities.polls:
        await timers.plan(here.tx, f"{REVEAL}:{key}", REVEAL, here.now + REVEALED_AFTER, here.chat.id, key)
    return Quiz(
        key=key,
        chat=here.chat.id,
        question=wordings[times % len(wordings)],
        options=question.options[language],
        right=question.right,
        why=question.why[language],
        thread=thread,
    )


def choose(
    known: Mapping[str, Question], history: Sequence[Asked], chat_id: int, now: datetime
) -> Question | None:
    """What is due to be asked again, the longest overdue first; else something new, if a month has passed."""
    overdue = [(now - when, item) for item, when in _due(history).items() if when <= now and item in known]
    if overdue:
        return known[max(overdue)[1]]
    firsts = {asked.item: asked.at for asked in history}
    if firsts and now - max(firsts.values()) < NEW_EVERY:
        return None
    return new(known, history, chat_id)


def new(known: Mapping[str, Question], history: Sequence[Asked], chat_id: int) -> Question | None:
    """One this group was never asked, in an order of its own."""
    asked = {one.item for one in history}
    fresh = [item for item in known if item not in asked]
    return known[max(fresh, key=lambda item: zlib.crc32(f"{chat_id}:{item}".encode()))] if fresh else None


def _due(history: Sequence[Asked]) -> dict[str, datetime]:
    """When each item that has repeats left is due again."""
    last: dict[str, datetime] = {}
    times: dict[str, int] = {}
    for asked in history:
        last.setdefault(asked.item, asked.at)
        times[asked.item] = times.get(asked.item, 0) + 1
    return {
        # An hour less: the weekly look comes at the same minute.
        item: when + timedelta(weeks=AGAIN[times[item] - 1]) - timedelta(hours=1)
        for item, when in last.items()
        if times[item] <= len(AGAIN)
    }


def _next(settings: Settings, now: datetime) -> datetime:
    return next_time(settings, now - AFTER_THE_TIP) + AFTER_THE_TIP


def _timer(chat_id: int) -> str:
    return f"{KIND}:{chat_id}"
