"""Questions put to groups, and how each group as a whole answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.moments import milliseconds, moment
from bot.store.tables import quiz_answers, quizzes
from bot.store.upserts import insert as insert_once


@dataclass(frozen=True, slots=True)
class Asked:
    item: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Totals:
    answers: int
    correct: int


async def ask(tx: AsyncConnection, chat: int, key: str, item: str, option: int, now: datetime) -> None:
    """Note that a question is being put; `option` is the right one."""
    values = {"chat_id": chat, "key": key, "item": item, "option": option, "asked_at": milliseconds(now)}
    await tx.execute(insert(quizzes).values(values))


async def opened(tx: AsyncConnection, key: str, poll: str) -> None:
    """The question stands, under this number of the platform's."""
    await tx.execute(update(quizzes).where(quizzes.c.key == key).values(poll=poll[:64]))


async def chat_of(tx: AsyncConnection, poll: str) -> int | None:
    """The group a poll was put to, if it is one of ours."""
    found = select(quizzes.c.chat_id).where(quizzes.c.poll == poll, quizzes.c.poll != "")
    return (await tx.execute(found.limit(1))).scalar_one_or_none()


async def count(tx: AsyncConnection, poll: str, votes: tuple[int, ...]) -> None:
    """How the group has answered so far; a count that comes late never takes answers away."""
    row = (await tx.execute(select(quizzes).where(quizzes.c.poll == poll))).first()
    if row is None or sum(votes) < row.answers:
        return
    correct = votes[row.option] if row.option < len(votes) else 0
    await tx.execute(
        update(quizzes).where(quizzes.c.id == row.id).values(answers=sum(votes), correct=correct)
    )


async def answer(tx: AsyncConnection, chat: int, key: str, member_mark: str, option: int) -> bool:
    """Count one member's answer; False when there is no such question here, or they answered it before."""
    found = select(quizzes.c.id, quizzes.c.option).where(quizzes.c.chat_id == chat, quizzes.c.key == key)
    row = (await tx.execute(found)).first()
    if row is None:
        return False
    first = insert_once(quiz_answers).values(quiz_id=row.id, member_mark=member_mark)
    if not (await tx.execute(first.on_conflict_do_nothing())).rowcount:
        return False
    right = int(option == row.option)
    counted = {"answers": quizzes.c.answers + 1, "correct": quizzes.c.correct + right}
    await tx.execute(update(quizzes).where(quizzes.c.id == row.id).values(**counted))
    return True


async def result(tx: AsyncConnection, chat: int, key: str) -> tuple[str, Totals] | None:
    """Which question it was, and how it was answered."""
    found = select(quizzes).where(quizzes.c.chat_id == chat, quizzes.c.key == key)
    row = (await tx.execute(found)).first()
    return None if row is None else (row.item, Totals(row.answers, row.correct))


async def history(tx: AsyncConnection, chat: int) -> list[Asked]:
    """What was asked here, the latest first."""
    rows = await tx.execute(
        select(quizzes.c.item, quizzes.c.asked_at)
        .where(quizzes.c.chat_id == chat)
        .order_by(quizzes.c.asked_at.desc(), quizzes.c.id.desc())
    )
    return [Asked(row.item, moment(row.asked_at)) for row in rows]


async def totals(tx: AsyncConnection, chat: int, since: datetime, before: datetime | None = None) -> Totals:
    """How this group answered what was asked since then, and before another moment if one is given."""
    found = select(
        func.coalesce(func.sum(quizzes.c.answers), 0), func.coalesce(func.sum(quizzes.c.correct), 0)
    ).where(quizzes.c.chat_id == chat, quizzes.c.asked_at >= milliseconds(since))
    if before is not None:
        found = found.where(quizzes.c.asked_at < milliseconds(before))
    row = (await tx.execute(found)).one()
    return Totals(int(row[0]), int(row[1]))
