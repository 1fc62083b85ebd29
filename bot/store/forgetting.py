"""What is kept about one account for its own sake, deleted at its wish."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.moments import milliseconds
from bot.store.tables import (
    dialogues,
    drill_answers,
    letter_readers,
    members,
    outbox,
    quiz_answers,
    quizzes,
    settings,
    subscriptions,
)


async def account(
    tx: AsyncConnection, private: int, user: str, mark: Callable[[str], str], renamed_before: datetime
) -> None:
    """Subscriptions, everything of the private chat but its number, and the account's keyed fingerprints.

    Whoever was renamed since then stays known as a member: an impostor must not wipe that out.
    """
    long_ago = or_(members.c.renamed_at.is_(None), members.c.renamed_at < milliseconds(renamed_before))
    letters = [
        mark(f"letter:{chat}:{user}")
        for chat in await tx.scalars(select(letter_readers.c.chat_id).distinct())
    ]
    answered = select(quizzes.c.key).join(quiz_answers, quiz_answers.c.quiz_id == quizzes.c.id).distinct()
    quizzed = [mark(f"{key}:{user}") for key in await tx.scalars(answered)]
    drilled = [
        mark(f"drill:{drill}:{user}")
        for drill in await tx.scalars(select(drill_answers.c.drill_id).distinct())
    ]
    for table, whose in (
        (subscriptions, or_(subscriptions.c.user == user, subscriptions.c.private_chat_id == private)),
        (dialogues, or_(dialogues.c.chat_id == private, dialogues.c.user == user)),
        (settings, settings.c.chat_id == private),
        (outbox, outbox.c.chat_id == private),
        (letter_readers, letter_readers.c.reader_mark.in_(letters)),
        (quiz_answers, quiz_answers.c.member_mark.in_(quizzed)),
        (drill_answers, drill_answers.c.member_mark.in_(drilled)),
        (members, (members.c.member_mark == mark(user)) & long_ago),
    ):
        await tx.execute(delete(table).where(whose))
    # Whoever stays known as a member is looked at no more.
    await tx.execute(update(members).where(members.c.member_mark == mark(user)).values(account=""))
