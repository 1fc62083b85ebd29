"""/quiz: a question right now, on or off, and how well the class knows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.events import Action, Button
from bot.intervals import wilson
from bot.store import quizzes
from bot.texts import Said, lines, plain, say
from bot.texts.quiz import questions
from handlers import quiz
from handlers.choosing import called, choose, understood
from handlers.commands import Call, Command
from handlers.here import Here

SPAN = timedelta(days=90)
# What the school's plan asks for.
GOAL = 0.8


async def run(call: Call, here: Here) -> list[Action]:
    assert here.group is not None
    if call.args.casefold() in called("now", "quiz.word.now"):
        return await _now(call, here)
    switch = understood("quiz", call.args) if call.args else None
    if switch is not None:
        await choose(call, here, "quiz", switch)
    present = switch or here.group.settings["quiz"]
    other = "off" if present == "on" else "on"
    buttons = (
        (
            Button(plain(call.language, "quiz.button.now"), "/quiz now"),
            Button(plain(call.language, f"quiz.button.{other}"), f"/quiz {other}"),
        ),
    )
    text = lines(say(call.language, f"quiz.is.{present}"), await awareness(call.language, here))
    return await call.show(here, text, buttons)


async def awareness(language: str, here: Here) -> Said:
    """How well the class as a whole answered lately, and how sure that is; never who."""
    found = await quizzes.totals(here.tx, here.chat.id, here.now - SPAN)
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


async def _now(call: Call, here: Here) -> list[Action]:
    """One out of turn: what is due again, else something new."""
    history = await quizzes.history(here.tx, here.chat.id)
    if history and here.now - history[0].at < timedelta(minutes=5):
        return call.tell(here, "quiz.just_asked")
    found = quiz.choose(questions(), history, here.chat.id, here.now) or quiz.new(
        questions(), history, here.chat.id
    )
    if found is None:
        return call.tell(here, "quiz.all_asked")
    thread = call.publicly().reply(here, "").thread
    return [replace(await quiz.put(here, found, history), thread=thread), *call.posted(here)]


COMMAND = Command("quiz", run, admin=True, afar=True)
