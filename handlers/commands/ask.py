"""/ask: three questions before paying: for what, to whom, who confirmed it; and what to make of the answers."""

from __future__ import annotations

from bot.actions import Action, Button
from bot.texts import Said, lines, plain, say
from handlers.choosing import rows
from handlers.commands import Buttons, Call, Command, Where
from handlers.here import Here

# What may be answered to each question, in the order of the buttons.
QUESTIONS = {
    "what": ("fee", "things", "refund", "help", "unclear"),
    "whom": ("school", "teacher", "committee", "code", "stranger"),
    "who": ("called", "met", "chat", "nobody"),
}
_CONFIRMED = frozenset({"called", "met"})


async def run(call: Call, here: Here) -> list[Action]:
    """The answers so far are in the button, so nothing is kept of what somebody is about to pay."""
    given = call.words
    known = list(zip(QUESTIONS, given, strict=False))
    if len(given) > len(QUESTIONS) or any(answer not in QUESTIONS[about] for about, answer in known):
        given = []
    if len(given) == len(QUESTIONS):
        again: Buttons = ((Button(plain(call.language, "ask.again"), "/ask"),),)
        return await call.show(here, _advised(call.language, verdict(*given)), again)
    about = list(QUESTIONS)[len(given)]
    answers = [
        Button(plain(call.language, f"ask.{about}.{answer}"), " ".join(("/ask", *given, answer)))
        for answer in QUESTIONS[about]
    ]
    return await call.show(here, _question(call.language, about, len(given) + 1), rows(answers, 1))


def verdict(what: str, whom: str, who: str) -> str:
    """stop, wait, careful or fine. A word in the chat confirms nothing: the account may be a copy, or stolen."""
    if what in ("refund", "help") and who not in _CONFIRMED:
        return "stop"
    if who not in _CONFIRMED:
        return "wait"
    return "fine" if whom == "school" and what in ("fee", "things") else "careful"


def _question(language: str, about: str, number: int) -> Said:
    heading = say(language, "ask.heading", number=number, of=len(QUESTIONS))
    return lines(heading, say(language, f"ask.question.{about}"))


def _advised(language: str, word: str) -> Said:
    return lines(say(language, f"ask.verdict.{word}"), say(language, f"ask.advice.{word}"))


COMMAND = Command("ask", run, where=Where.PRIVATE, menu=Where.PRIVATE)
