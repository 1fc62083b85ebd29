"""A school's term in figures, class by class: letters read, quiz, incidents, tips; never anybody's name."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions import Paper
from bot.intervals import wilson
from bot.places import Chat
from bot.store import chats, letters, schools
from bot.store.incidents import SAFE
from bot.store.schools import School
from bot.store.tables import incidents, quizzes, tips_sent
from bot.texts import plain, shown
from patterns.model import Level

_FIELDS = ("class", "letters", "answers", "correct", "low", "high", "incidents", "alarms", "tips")


@dataclass(frozen=True, slots=True)
class Term:
    """One class: how many read the letter, how a quiz was answered, what happened, how many tips went out."""

    title: str
    letters: int
    answers: int
    correct: int
    incidents: int
    alarms: int
    tips: int

    @property
    def interval(self) -> tuple[int, int]:
        """The 95 % interval of right answers, in whole percent."""
        low, high = wilson(self.correct, self.answers)
        return round(low * 100), round(high * 100)


async def terms(tx: AsyncConnection, school: School) -> tuple[Term, ...]:
    found = []
    for number in await schools.groups(tx, school.id):
        chat = await chats.get(tx, number)
        if chat is not None:
            found.append(await term(tx, chat))
    return tuple(sorted(found, key=lambda term: term.title))


async def term(tx: AsyncConnection, where: Chat) -> Term:
    chat = where.id
    told = select(
        func.coalesce(func.sum(quizzes.c.answers), 0), func.coalesce(func.sum(quizzes.c.correct), 0)
    )
    answers, correct = (await tx.execute(told.where(quizzes.c.chat_id == chat))).one()
    mine = incidents.c.chat_id == chat, incidents.c.state != SAFE
    counted = select(func.count()).select_from(incidents).where(*mine)
    loud = counted.where(incidents.c.level >= int(Level.ALARM))
    tips = select(func.count()).select_from(tips_sent).where(tips_sent.c.chat_id == chat)
    return Term(
        title=shown(where.place.title, 40) or str(chat),
        letters=await letters.readers(tx, chat),
        answers=int(answers),
        correct=int(correct),
        incidents=int((await tx.execute(counted)).scalar_one()),
        alarms=int((await tx.execute(loud)).scalar_one()),
        tips=int((await tx.execute(tips)).scalar_one()),
    )


def as_csv(found: Sequence[Term]) -> bytes:
    """With the mark that tells Excel it is UTF-8; a title cannot become a formula there."""
    out = io.StringIO(newline="")
    table = csv.writer(out)
    table.writerow(_FIELDS)
    for term in found:
        low, high = term.interval
        title = f"'{term.title}" if term.title[:1] in "=+-@" else term.title
        table.writerow(
            (
                title,
                term.letters,
                term.answers,
                term.correct,
                low,
                high,
                term.incidents,
                term.alarms,
                term.tips,
            )
        )
    return out.getvalue().encode("utf-8-sig")


def table(found: Sequence[Term], language: str) -> Paper:
    """The figures as a file for a spreadsheet."""
    return Paper("table", language, {"text": as_csv(found).decode("utf-8-sig")}, name="report.csv")


def paper(school: School, found: Sequence[Term], language: str, day: str) -> Paper:
    rows = [[term.title, _sentence(term, language)] for term in found]
    facts = {
        "title": plain(language, "school.report.title", name=school.name),
        "rows": rows,
        "foot": plain(language, "school.report.foot", day=day),
    }
    return Paper("school_report", language, facts, name="report.pdf")


def _sentence(term: Term, language: str) -> str:
    low, high = term.interval
    quiz = plain(
        language,
        "school.report.quiz" if term.answers else "school.report.no_quiz",
        n=term.answers,
        right=round(100 * term.correct / term.answers) if term.answers else 0,
        low=low,
        high=high,
    )
    return plain(
        language,
        "school.report.line",
        letters=term.letters,
        quiz=quiz,
        incidents=term.incidents,
        alarms=term.alarms,
        tips=term.tips,
    )
