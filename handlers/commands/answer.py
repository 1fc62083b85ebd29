"""/answer: the answer to a quiz question, given by a number or a button where the platform has no polls."""

from __future__ import annotations

from bot.actions import Action
from bot.store import quizzes
from bot.texts import plain
from handlers.commands import Call, Command, Where
from handlers.here import Here


async def run(call: Call, here: Here) -> list[Action]:
    """Counted once a member; whether it was right is told to all later, so that nobody can copy."""
    key, _, option = call.args.rpartition(" ")
    if here.me.abilities.polls or not (key and option.isascii() and option.isdigit()):
        return call.flash(here)
    mark = here.mark(f"{key}:{call.sender.id}")
    counted = await quizzes.answer(here.tx, here.chat.id, key, mark, int(option))
    if not here.me.abilities.buttons:
        return []
    return call.flash(here, plain(call.language, "quiz.noted" if counted else "quiz.noted_before"))


COMMAND = Command("answer", run, where=Where.GROUP, menu=None)
