"""A scam confirmed in one class is known in the school's others."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.actions import Edit, Say
from bot.store import schools
from bot.store.schools import Member
from bot.store.tables import shared_marks
from patterns.model import Duty, Level, Person
from tests.group_chat import ADMIN, OWNER, PARENT, STRANGER, said
from tests.opened import for_each_test
from tests.two_classes import ASKS, CODE, Two, two_classes

TEACHER = Person("300", "王丽老师")

two = for_each_test(two_classes)


async def test_one_voice_is_heard_in_its_own_class_only(two: Two) -> None:
    number = await two.opened(two.room.chat, STRANGER, ASKS, CODE)
    await two.decides(OWNER, "scam", number)
    assert (await two.judged(two.room.chat, PARENT, ASKS, CODE)).level is Level.ALARM
    assert (await two.judged(two.other, PARENT, ASKS, CODE)).level < Level.ALARM


async def test_with_a_second_voice_code_words_and_person_alarm_in_the_other_class(two: Two) -> None:
    number = await two.opened(two.room.chat, STRANGER, ASKS, CODE)
    await two.decides(OWNER, "scam", number)
    told = await two.decides(ADMIN, "scam", number)
    assert "四(1)班家长群" in said(told), "its admins are told"
    assert ASKS not in said(told)
    for who, text, attached in (
        (PARENT, "扫这个码交120元", (CODE,)),
        (PARENT, ASKS, ()),
        (STRANGER, "班费50元，请大家转给我", ()),
    ):
        verdict = await two.judged(two.other, who, text, *attached)
        assert verdict.level is Level.ALARM, text
        assert "confirmed_scam" in verdict.tells
    assert (await two.judged(two.other, STRANGER, "大家好，明天几点放学")).level is Level.CLEAR


async def test_the_same_admin_twice_is_one_voice(two: Two) -> None:
    for chat in (two.room.chat, two.other):
        number = await two.opened(chat, STRANGER, ASKS, CODE)
        await two.decides(OWNER, "scam", number)
    async with two.room.here() as here:
        assert await schools.agreed(here.tx, two.school.id) == frozenset()


async def test_a_decision_taken_back_is_taken_back_everywhere(two: Two) -> None:
    number = await two.opened(two.room.chat, STRANGER, ASKS, CODE)
    await two.decides(OWNER, "scam", number)
    await two.decides(ADMIN, "scam", number)
    await two.decides(OWNER, "safe", number)
    assert (await two.judged(two.other, PARENT, ASKS, CODE)).level < Level.ALARM


async def test_what_one_class_pardons_stays_a_scam_in_the_others(two: Two) -> None:
    number = await two.opened(two.room.chat, STRANGER, ASKS, CODE)
    await two.decides(OWNER, "scam", number)
    await two.decides(ADMIN, "scam", number)
    there = await two.opened(two.other, STRANGER, ASKS, CODE)
    await two.decides(ADMIN, "safe", there)
    assert (await two.judged(two.other, STRANGER, ASKS, CODE)).level < Level.ALARM
    assert (await two.judged(two.other, STRANGER, "班费50元，请大家转给我")).level < Level.ALARM
    assert (await two.judged(two.other, PARENT, "扫这个码交120元", CODE)).level < Level.ALARM
    assert (await two.judged(two.room.chat, STRANGER, ASKS, CODE)).level is Level.ALARM
    await two.decides(ADMIN, "undo", there)
    assert (await two.judged(two.other, STRANGER, ASKS, CODE)).level is Level.ALARM


async def test_what_was_cleared_before_others_found_it_a_scam_alarms_all_the_same(two: Two) -> None:
    earlier = await two.opened(two.other, STRANGER, ASKS, CODE)
    await two.decides(ADMIN, "safe", earlier)
    number = await two.opened(two.room.chat, STRANGER, ASKS, CODE)
    await two.decides(OWNER, "scam", number)
    await two.decides(ADMIN, "scam", number)
    assert (await two.judged(two.other, STRANGER, ASKS, CODE)).level is Level.ALARM


async def test_a_registered_persons_account_is_never_passed_on(two: Two) -> None:
    await two.lists(Member("王丽老师", Duty.TEACHER, accounts=("telegram:300",)))
    number = await two.opened(two.room.chat, TEACHER, ASKS, CODE)
    await two.decides(OWNER, "scam", number)
    await two.decides(ADMIN, "scam", number)
    assert (await two.judged(two.other, TEACHER, "班费50元，请大家转给我")).level < Level.ALARM


async def test_whoever_joined_the_scam_is_known_in_the_other_classes_too(two: Two) -> None:
    accomplice = Person("3131", "热心家长")
    number = await two.opened(two.room.chat, STRANGER, ASKS, CODE)
    two.room.now += timedelta(minutes=1)
    assert await two.opened(two.room.chat, accomplice, ASKS, CODE) == number
    await two.decides(OWNER, "scam", number)
    await two.decides(ADMIN, "scam", number)
    assert (await two.judged(two.other, accomplice, "班费50元，请大家转给我")).level is Level.ALARM


@pytest.mark.parametrize("mode", ["warn", "observe"])
async def test_a_class_in_which_the_bot_hears_nothing_is_told_itself_and_told_when_it_is_over(
    two: Two, mode: str
) -> None:
    """On DingTalk the same scam would come there unseen."""
    unheard = await two.unheard(mode)
    number = await two.opened(two.room.chat, STRANGER, ASKS, CODE)
    await two.decides(OWNER, "scam", number)
    told = await two.decides(ADMIN, "scam", number)
    public = [one for one in told if isinstance(one, Say) and one.chat == unheard.id]
    assert len(public) == (mode == "warn")
    assert not [one for one in told if isinstance(one, Say) and one.chat == two.other.id], "it is heard"
    if not public:
        return
    assert "刚确认了一个骗局" in public[0].text and "听不到" in public[0].text
    assert ASKS not in public[0].text and "wxp" not in public[0].text
    await two.queues(told)
    again = await two.opened(two.room.chat, Person("4242", "教务处"), f"{ASKS}，快", CODE)
    await two.decides(OWNER, "scam", again)
    assert not [one for one in await two.decides(ADMIN, "scam", again) if one.key.startswith("alert:")], (
        "once a day is enough"
    )
    over = await two.decides(OWNER, "safe", number)
    (edit,) = (one for one in over if isinstance(one, Edit) and one.target == public[0].key)
    assert "不是诈骗" in edit.text


async def test_another_school_hears_nothing(two: Two) -> None:
    foreign = await two.room.another("别校一班", keepers=(PARENT,))
    async with two.room.db.transaction() as tx:
        school = await schools.make(tx, "别的学校", two.room.now)
        await schools.join(tx, school.id, foreign.id)
    number = await two.opened(two.room.chat, STRANGER, ASKS, CODE)
    await two.decides(OWNER, "scam", number)
    told = await two.decides(ADMIN, "scam", number)
    assert "别校一班" not in said(told)
    assert (await two.judged(foreign, PARENT, ASKS, CODE)).level < Level.ALARM


async def test_only_fingerprints_go_round(two: Two) -> None:
    number = await two.opened(two.room.chat, STRANGER, ASKS, CODE)
    await two.decides(OWNER, "scam", number)
    async with two.room.here() as here:
        rows = [
            tuple(row)
            for row in await here.tx.execute(select(shared_marks.c.mark, shared_marks.c.voice_mark))
        ]
    assert len(rows) == 3
    assert all(len(word) == 32 and not {OWNER.id, STRANGER.id} & {word} for row in rows for word in row)
