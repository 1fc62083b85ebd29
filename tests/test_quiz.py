"""The quiz asks again until it is known, and counts the class, never a person."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from unittest.mock import ANY

import pytest

from bot.abilities import Abilities
from bot.actions import Answer, Quiz
from bot.events import PollCounted
from bot.settings import LANGUAGES
from bot.store import quizzes
from bot.store.quizzes import Asked
from bot.store.tables import quizzes as table
from bot.texts.quiz import questions
from handlers import quiz, teaching
from handlers.quiz import choose
from tests.group_chat import ADMIN, ME, NOON, PARENT, STRANGER, GroupChat, group_chat, said
from tests.guarded import guarded


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[GroupChat]:
    async with group_chat(tmp_path) as room:
        async with room.here() as here:
            assert here.group is not None
            await teaching.plan(here.tx, here.chat.id, here.group.settings, here.now)
        yield room


def asked(struck: list[tuple[datetime, object]]) -> list[tuple[datetime, Quiz]]:
    return [(at, one) for at, one in struck if isinstance(one, Quiz)]


def test_there_are_fifty_questions_that_fit_a_poll_in_every_language() -> None:
    assert len(questions()) >= 50
    for question in questions().values():
        for language in LANGUAGES:
            assert len(set(question.asks[language])) >= 3, question.id
            assert all(len(words) <= 300 for words in question.asks[language])
            assert 2 <= len(set(question.options[language])) <= 10
            assert all(0 < len(option) <= 100 for option in question.options[language])
            assert 0 < len(question.why[language]) <= 200
            assert question.right < len(question.options[language])


def test_the_right_answer_is_not_always_in_the_same_place() -> None:
    places = [question.right for question in questions().values()]
    assert all(places.count(place) >= 10 for place in (0, 1, 2))


async def test_a_question_comes_again_after_one_four_and_twelve_weeks_in_other_words(room: GroupChat) -> None:
    found = asked(list(await room.strikes(NOON + timedelta(weeks=24))))
    first = found[0][1]
    mine = [(at, one) for at, one in found if one.key.rpartition(":")[0] == first.key.rpartition(":")[0]]
    gaps = [round((later[0] - earlier[0]).days / 7) for earlier, later in pairwise(mine)]
    # One question a week: when two are due, one of them waits.
    assert all(gap - wished in (0, 1) for gap, wished in zip(gaps, (1, 4, 12), strict=True))
    assert mine[1][1].question != mine[0][1].question
    assert len({one.key for _, one in found}) == len(found)


async def test_a_new_question_comes_about_once_a_month(room: GroupChat) -> None:
    found = asked(list(await room.strikes(NOON + timedelta(weeks=26))))
    items = [one.key.rpartition(":")[0] for _, one in found]
    assert 5 <= len(set(items)) <= 8


@pytest.mark.parametrize("chat", range(1, 40))
def test_in_twelve_weeks_nothing_comes_twice_but_what_is_due_again(chat: int) -> None:
    """Somebody presses for a question on every school day; what is new is never what was asked before."""
    begun, history = datetime(2026, 9, 1, tzinfo=UTC), list[Asked]()
    for day in (day for day in range(7 * 12) if day % 7 < 5):
        now = begun + timedelta(days=day)
        found = choose(questions(), history, chat, now) or quiz.new(questions(), history, chat)
        assert found is not None
        before = [one.at for one in history if one.item == found.id]
        gaps = [later - earlier for earlier, later in pairwise([*reversed(before), now])]
        for gap, weeks in zip(gaps, quiz.AGAIN, strict=False):
            assert gap >= timedelta(weeks=weeks, hours=-1), (
                "an idea comes again when it is due, and no sooner"
            )
        assert len(before) <= 2
        assert len(before) < len(found.asks["zh-Hans"]), "each time in words of its own"
        history.insert(0, Asked(found.id, now))
    assert len({one.item for one in history}) >= 20


@pytest.mark.parametrize("chat", range(1, 40))
def test_every_question_is_new_once_before_there_is_none_left(chat: int) -> None:
    now, history = datetime(2026, 9, 1, tzinfo=UTC), list[Asked]()
    while (found := quiz.new(questions(), history, chat)) is not None:
        history.insert(0, Asked(found.id, now))
    assert sorted(one.item for one in history) == sorted(questions())


async def test_switched_off_no_question_comes(room: GroupChat) -> None:
    await room.says(ADMIN, "/quiz off")
    assert asked(list(await room.strikes(NOON + timedelta(weeks=8)))) == []


async def test_a_parent_cannot_start_one(room: GroupChat) -> None:
    assert not [one for one in await room.says(PARENT, "/quiz now") if isinstance(one, Quiz)]


async def test_awareness_is_told_with_how_sure_it_is(room: GroupChat) -> None:
    assert "还没有人" in said(await room.says(ADMIN, "/quiz"))
    (put,) = [one for one in await room.says(ADMIN, "/quiz now") if isinstance(one, Quiz)]
    votes = tuple(
        37 if number == put.right else (3 if number == (put.right + 1) % 3 else 0) for number in range(3)
    )
    async with room.here() as here:
        await quizzes.opened(here.tx, put.key, "p1")
        for count in (votes, (0, 0, 0), (1, 0)):
            await quiz.counted(PollCounted("telegram", "p1", count), here)
    text = said(await room.says(ADMIN, "/quiz"))
    # 37 of 40: the lower end of the interval just reaches the goal.
    assert "40 次" in text and "80%" in text and "✓" in text


async def test_a_second_question_at_once_is_refused(room: GroupChat) -> None:
    await room.says(ADMIN, "/quiz now")
    assert "五分钟" in said(await room.says(ADMIN, "/quiz now"))


def test_when_everything_was_asked_often_enough_there_is_nothing_to_ask() -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    history = [Asked(item, now - timedelta(weeks=30)) for item in questions() for _ in range(4)]
    assert choose(questions(), history, 1, now) is None


async def test_votes_in_the_group_become_the_classs_awareness(tmp_path: Path) -> None:
    async with guarded(tmp_path) as school:
        await school.says("teacher", "/quiz now")
        await school.settled()
        (posted,) = [one for one in await school.said() if one.get("poll")]
        right = posted["poll"]["correct_option_ids"][0]
        for who in ("mum", "dad"):
            await school.playground.control.vote("class", posted["message_id"], who, right)
        await school.playground.control.vote("class", posted["message_id"], "stranger", (right + 1) % 3)
        await school.settled()
        (row,) = await school.rows(table.c.answers, table.c.correct)
        assert (row.answers, row.correct) == (3, 2)
        await school.unharmed()


async def test_where_there_are_no_polls_each_member_counts_once_and_the_answer_comes_later(
    room: GroupChat,
) -> None:
    room.me = replace(ME, abilities=Abilities(polls=False, buttons=False))
    (question,) = [one for one in await room.says(ADMIN, "/quiz now") if isinstance(one, Quiz)]
    wrong = (question.right + 1) % len(question.options)
    for person, option in ((PARENT, question.right), (PARENT, question.right), (STRANGER, wrong)):
        assert await room.presses(person, f"/answer {question.key} {option}") == [
            Answer(key=ANY, chat=room.chat.id, press=ANY)
        ]
    struck = await room.strikes(room.now + timedelta(hours=13))
    told = said([action for _, action in struck])
    assert question.options[question.right] in told and "答了 2 人，答对 1 人" in told


async def test_where_the_platform_counts_nobody_can_stuff_the_ballot(room: GroupChat) -> None:
    (question,) = [one for one in await room.says(ADMIN, "/quiz now") if isinstance(one, Quiz)]
    await room.says(STRANGER, f"/answer {question.key} {question.right}")
    async with room.here() as here:
        totals = await quizzes.totals(here.tx, here.chat.id, NOON - timedelta(days=1))
    assert totals.answers == 0
