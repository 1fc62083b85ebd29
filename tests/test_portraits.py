"""Profile pictures: whoever wears a teacher's is seen, nobody is accused for a picture of his own, and text never waits."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.store.tables import incidents, portraits
from handlers.memory import Memory
from patterns.model import Protected
from patterns.portraits import alike, whose
from tests.classroom import mark
from tests.faces import CHEN, WANG, painted
from tests.fakes import START
from tests.guarded import School, guarded

FEE = "各位家长，请扫码交资料费86元，交完发截图"


@pytest.fixture
async def school(tmp_path: Path) -> AsyncIterator[School]:
    async with guarded(tmp_path, clone="路过的人", faces=True) as school:
        yield school


async def wears(school: School, who: str, picture_of: str) -> None:
    await school.playground.control.change_user(who, picture={"copy_of": picture_of})


async def test_who_asks_for_money_with_the_teachers_picture_is_an_impostor(school: School) -> None:
    await wears(school, "clone", "teacher")
    await school.says("clone", FEE)
    (warning,) = await school.warnings()
    assert "冒充王丽老师" in warning["text"]
    (card,) = [one for one in await school.said("teacher") if "头像用的是“王丽老师”的照片" in one["text"]]
    assert "疑似诈骗" in card["text"]
    await school.unharmed()


async def test_who_asks_for_money_with_a_picture_of_his_own_is_not(school: School) -> None:
    await school.says("clone", FEE)
    (warning,) = await school.warnings()
    assert "冒充" not in warning["text"]


async def test_the_text_is_answered_before_the_picture_is_looked_at(school: School) -> None:
    await wears(school, "clone", "teacher")
    control = school.playground.control
    await control.fault(method="getUserProfilePhotos", delay=1.0, times=1)
    await school.says("clone", FEE)
    first = await school.warned()
    assert "冒充" not in first["text"]
    (last,) = await school.warnings()
    assert "冒充王丽老师" in last["text"]


async def test_the_teachers_picture_without_a_word_about_money_is_for_the_admins_to_see(
    school: School,
) -> None:
    await wears(school, "clone", "teacher")
    await school.says("clone", "早上好")
    assert await school.warnings() == []
    assert any("头像用的是“王丽老师”的照片" in one["text"] for one in await school.said("teacher"))


async def test_a_picture_put_on_after_the_first_word_is_seen_with_the_request(school: School) -> None:
    await school.says("clone", "早上好")
    await school.settled()
    await wears(school, "clone", "teacher")
    await school.playground.control.advance(600)
    await school.says("clone", FEE)
    (warning,) = await school.warnings()
    assert "冒充王丽老师" in warning["text"]
    (row,) = await school.rows(incidents.c.evidence)
    assert "repictured_lately" in {reason["signal"] for reason in row.evidence["reasons"]}


async def test_an_account_that_turns_into_the_teacher_is_a_caution_before_it_asks(school: School) -> None:
    await school.says("clone", "早上好")
    await school.settled()
    await wears(school, "clone", "teacher")
    await school.playground.control.change_user("clone", first_name="王丽老师")
    await school.says("clone", "大家晚上好")
    (warning,) = await school.warnings()
    assert "王丽老师" in warning["text"]


async def test_who_joins_with_the_teachers_picture_is_told_to_the_admins(school: School) -> None:
    await wears(school, "outsider", "teacher")
    await school.playground.control.member("class", "outsider")
    await school.settled()
    told = [one for one in await school.said("teacher") if "头像进群了" in one["text"]]
    assert len(told) == 1 and "过客" in told[0]["text"]


async def test_a_picture_nobody_may_see_accuses_nobody(school: School) -> None:
    await wears(school, "clone", "teacher")
    await school.playground.control.fault(method="getUserProfilePhotos", status=400, times=None)
    await school.says("clone", FEE)
    (warning,) = await school.warnings()
    assert "冒充" not in warning["text"]
    await school.unharmed()


async def test_only_protected_peoples_pictures_are_written_down(school: School) -> None:
    await wears(school, "clone", "teacher")
    await school.says("clone", FEE)
    await school.says("mum", "收到")
    await school.settled()
    users = {row.user for row in await school.rows(portraits.c.user)}
    people = {str(one["id"]): one["key"] for one in await school.playground.control.users()}
    assert {people[user] for user in users} == {"teacher", "deputy"}


# --- the fingerprint ------------------------------------------------------------------------


def test_no_two_faces_of_a_school_are_taken_for_one_another() -> None:
    faces = [painted(number) for number in range(700_000_001, 700_000_081)]
    assert not [1 for at, one in enumerate(faces) for other in faces[:at] if alike(one, other)]


def test_a_picture_several_people_share_is_nobodys() -> None:
    crest = (Protected("王丽老师", portraits=(WANG,)), Protected("陈主任", portraits=(WANG,)))
    assert whose(WANG, crest) is None
    assert whose(WANG, crest[:1]) == crest[0]


@pytest.mark.parametrize("broken", ["", "00", "g" * 160, "0" * 161])
def test_what_is_no_fingerprint_is_like_nothing(broken: str) -> None:
    assert not alike(broken, WANG) and not alike(broken, broken)


# --- remembering ----------------------------------------------------------------------------


def test_a_members_picture_is_forgotten_after_a_day() -> None:
    memory = Memory(mark)
    memory.hear(1, "7", "小雨妈妈", START)
    memory.portrayed(1, "7", WANG, START)
    assert memory.portrait(1, "7", START + timedelta(hours=23)) is not None
    assert memory.portrait(1, "7", START + timedelta(hours=25)) is None


def test_a_change_of_picture_is_noticed_and_the_first_look_is_none() -> None:
    memory = Memory(mark)
    memory.hear(1, "7", "小雨妈妈", START)
    memory.portrayed(1, "7", CHEN, START)
    first = memory.portrait(1, "7", START)
    memory.portrayed(1, "7", WANG, START + timedelta(minutes=10))
    then = memory.portrait(1, "7", START + timedelta(minutes=12))
    assert first is not None and first.changed_minutes is None
    assert then is not None and then.changed_minutes == 2


def test_a_new_name_makes_the_last_look_outdated() -> None:
    memory = Memory(mark)
    memory.hear(1, "7", "小雨妈妈", START)
    memory.portrayed(1, "7", CHEN, START)
    memory.hear(1, "7", "王丽老师", START + timedelta(minutes=1))
    known = memory.portrait(1, "7", START + timedelta(minutes=1))
    assert known is not None and known.outdated
