"""/quiz: a question right now, on or off, and how well the class knows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.actions import Action, Button
from bot.store import quizzes
from bot.texts import lines, plain, say
from bot.texts.quiz import questions
from handlers import quiz
from handlers.choosing import called, choose, understood
from handlers.commands import Call, Command
from handlers.here import Here


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
    text = lines(say(call.language, f"quiz.is.{present}"), await quiz.awareness(call.language, here))
    return await call.show(here, text, buttons)


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
