"""An exercise needs the school and two admins, says that it is one, and tells of the class and never of anybody."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.actions import Action, Edit, Priority, Say
from bot.settings import LANGUAGES
from bot.store import admins, drills, stolen
from bot.store.admins import Admin
from bot.store.tables import drill_answers
from handlers.drill import items, scene
from patterns.model import Person
from tests.classroom import HEAD, TEACHER, classroom
from tests.group_chat import ADMIN, NOBODY_IN_PARTICULAR, OWNER, PARENT, GroupChat, button, group_chat, said
from tests.guarded import CODE, PATIENCE, SCAM, School, commands_on, guarded
from tests.opened import for_each_test
from tests.verified import Guarded

A_DAY = timedelta(days=1, hours=1)
MONTH = timedelta(days=29)
FAMILIES = [Person(str(300 + number), f"家长{number}") for number in range(6)]

room = for_each_test(group_chat)


async def consented(room: GroupChat) -> None:
    await room.says(OWNER, "/drill consent 张校长")
    room.now += A_DAY


async def proposed(room: GroupChat, by: Person = OWNER) -> str:
    """The command behind the button of every admin's private message."""
    return button(await room.says(by, "/drill propose"), "同意，开始")


async def presses(room: GroupChat, who: Person, command: str) -> list[Action]:
    return await room.presses(who, command, chat=await room.private(who))


async def begun(room: GroupChat) -> Say:
    await consented(room)
    return the_scene(await presses(room, ADMIN, await proposed(room)))


def the_scene(actions: list[Action]) -> Say:
    return next(one for one in actions if isinstance(one, Say) and "/would" in str(one.buttons))


async def running(room: GroupChat) -> bool:
    async with room.db.read() as tx:
        return await drills.running(tx, room.chat.id) is not None


# --- who may --------------------------------------------------------------------------------


async def test_it_begins_when_a_second_admin_agrees(room: GroupChat) -> None:
    shown = await begun(room)
    assert shown.chat == room.chat.id and shown.priority is Priority.TIP
    assert await running(room)


async def test_whoever_proposes_it_cannot_agree_to_it(room: GroupChat) -> None:
    await consented(room)
    agree = await proposed(room)
    assert "要另一位管理员同意" in said(await presses(room, OWNER, agree))
    assert "只有本群管理员" in said(await presses(room, PARENT, agree))
    assert "关掉匿名" in said(await room.presses(NOBODY_IN_PARTICULAR, "/drill agree 1"))
    assert not await running(room)


async def test_nothing_is_played_without_the_school_or_on_the_day_it_consents(room: GroupChat) -> None:
    assert "还没有记下学校的同意" in said(await room.says(OWNER, "/drill propose"))
    told = await room.says(OWNER, "/drill consent 张校长")
    private = {(await room.private(one)).id for one in (OWNER, ADMIN)}
    assert private <= {one.chat for one in told if isinstance(one, Say) and "张校长" in one.text}
    assert "要等一天" in said(await room.says(OWNER, "/drill propose"))


async def test_any_admin_withdraws_the_consent(room: GroupChat) -> None:
    told = await room.says(OWNER, "/drill consent 张校长")
    await room.presses(ADMIN, button(told, "收回"), chat=await room.private(ADMIN))
    room.now += A_DAY
    assert "还没有记下学校的同意" in said(await room.says(OWNER, "/drill propose"))


@pytest.mark.parametrize("given", ["", "张" * 61, "请扫码交资料费86元，交完发截图"])
async def test_what_names_nobody_is_no_consent(room: GroupChat, given: str) -> None:
    await room.says(OWNER, f"/drill consent {given}")
    async with room.db.read() as tx:
        assert await drills.consent(tx, room.chat.id) is None


async def test_a_thief_cannot_make_a_second_admin_and_agree_through_them(room: GroupChat) -> None:
    await consented(room)
    puppet = Person("909", "新来的管理员")
    async with room.db.transaction() as tx:
        known = [Admin(one.id, one.name, one is OWNER, True) for one in (OWNER, ADMIN, puppet)]
        await admins.replace(tx, room.chat.id, known, room.now)
    agree = await proposed(room)
    assert "还不是管理员" in said(await presses(room, puppet, agree))
    assert not await running(room)


async def test_what_a_stolen_account_proposed_does_not_begin(room: GroupChat) -> None:
    await consented(room)
    agree = await proposed(room)
    async with room.db.transaction() as tx:
        await stolen.mark(tx, room.chat.id, OWNER.id, OWNER.name, room.now)
    assert "已经过去" in said(await presses(room, ADMIN, agree))
    assert not await running(room)


async def test_whoever_has_a_second_factor_shows_it_before_the_school_is_said_to_consent_or_an_exercise_begins(
    tmp_path: Path,
) -> None:
    async with classroom(tmp_path) as class_:
        there = Guarded(class_)
        await there.sets_up(TEACHER)

        async def known() -> tuple[bool, list[str]]:
            async with class_.db.read() as tx:
                consent = await drills.consent(tx, class_.chat.id)
                states = [one.state for one in await drills.of_group(tx, class_.chat.id)]
            return consent is not None, states

        assert "验证码" in said(await there.says(TEACHER, "/drill consent 张校长"))
        assert await known() == (False, [])
        await there.tells(TEACHER, there.wrong())
        assert await known() == (False, [])
        await there.tells(TEACHER, there.code())
        assert await known() == (True, [])
        await there.waits(hours=25)
        await there.says(TEACHER, "/drill propose")
        assert await known() == (True, [])
        await there.tells(TEACHER, there.code())
        await there.says(HEAD, "/drill agree 1")
        assert await known() == (True, [drills.RUNNING])
        await there.waits(minutes=31)
        class_.later(days=29)
        await there.says(HEAD, "/drill propose")
        await there.says(TEACHER, "/drill agree 2")
        assert await known() == (True, [drills.PROPOSED, drills.DONE])
        await there.tells(TEACHER, there.code())
        assert await known() == (True, [drills.RUNNING, drills.DONE])


async def test_a_refused_or_forgotten_proposal_begins_nothing(room: GroupChat) -> None:
    await consented(room)
    agree = await proposed(room)
    await presses(room, ADMIN, agree.replace("agree", "refuse"))
    assert "已经过去" in said(await presses(room, ADMIN, agree))
    agree = await proposed(room)
    room.now += A_DAY
    assert "已经过去" in said(await presses(room, ADMIN, agree))
    assert not await running(room)


async def test_once_a_month_at_most(room: GroupChat) -> None:
    await begun(room)
    assert "已经在演练" in said(await room.says(OWNER, "/drill propose"))
    await room.strikes(room.now + timedelta(hours=1))
    assert "一个月最多" in said(await room.says(OWNER, "/drill propose"))
    room.now += MONTH
    assert the_scene(await presses(room, OWNER, await proposed(room, ADMIN)))


# --- how it goes ----------------------------------------------------------------------------


async def test_the_first_press_of_each_family_counts_and_only_the_class_is_told_of(room: GroupChat) -> None:
    shown = await begun(room)
    ask, pay = button([shown], "先问老师"), button([shown], "先付钱")
    for number, family in enumerate(FAMILIES):
        answer = said(await room.presses(family, ask if number < 4 else pay))
        assert ("打老师" in answer) and ("要是真的" in answer) is (number >= 4)
    assert "只算第一次" in said(await room.presses(FAMILIES[0], pay))
    assert "不算在内" in said(await room.presses(OWNER, ask))
    done = [one for _, one in await room.strikes(room.now + timedelta(minutes=31))]
    (debrief,) = (one for one in done if isinstance(one, Say) and one.chat == room.chat.id)
    assert "6 位家长作答，4 位先问老师" in debrief.text and "67%" in debrief.text
    assert not any(family.name in debrief.text for family in FAMILIES)
    (closed,) = (one for one in done if isinstance(one, Edit))
    assert closed.buttons == () and "【演练】" in closed.text
    async with room.db.read() as tx:
        assert await tx.scalar(select(func.count()).select_from(drill_answers)) == 0
    assert "已经结束" in said(await room.presses(FAMILIES[5], ask))


async def test_of_a_few_answers_no_share_is_told(room: GroupChat) -> None:
    shown = await begun(room)
    await room.presses(PARENT, button([shown], "先付钱"))
    done = said(await room.presses(ADMIN, "/drill stop 1"))
    assert "不到 5 位" in done and "%" not in done


async def test_the_last_result_is_shown_to_admins(room: GroupChat) -> None:
    shown = await begun(room)
    for family in FAMILIES:
        await room.presses(family, button([shown], "先问老师"))
    await room.presses(ADMIN, "/drill stop 1")
    assert "100%" in said(await room.says(OWNER, "/drill"))


@pytest.mark.parametrize("typed", ["ask 99", "ask", "pay x", "", "steal 1", "ask " + "9" * 3000])
async def test_presses_that_belong_to_no_exercise_count_nowhere(room: GroupChat, typed: str) -> None:
    await begun(room)
    await room.presses(PARENT, f"/would {typed}")
    async with room.db.read() as tx:
        assert (await drills.of_group(tx, room.chat.id))[0].answers == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_exercise_says_first_that_it_is_one_and_shows_no_way_to_pay(language: str) -> None:
    assert len(items()) >= 4
    for item in items():
        text = scene(language, item)
        assert ("EXERCISE" if language == "en" else "【演练】" if language == "zh-Hans" else "【演練】") in (
            text.splitlines()[0]
        )
        assert not re.search(r"https?:|wxp:|\d{6,}|\.example", text)
        assert text.count("\n") < 9 and len(text) < 800


# --- played ---------------------------------------------------------------------------------


async def started(school: School) -> int:
    """The number of the exercise's message, begun by the teacher and the deputy."""
    await school.says("teacher", "/drill consent 张校长")
    await school.settled()
    await school.playground.control.advance(25 * 3600)
    await school.says("teacher", "/drill propose")
    await school.settled()
    await school.says("deputy", "/drill")
    (page,) = await school.playground.control.said("class", contains="学校同意", wait=PATIENCE)
    await school.playground.control.press("class", page["message_id"], "deputy", button="同意，开始")
    (shown,) = await school.playground.control.said("class", contains="【演练】", wait=PATIENCE)
    return int(shown["message_id"])


async def test_it_is_played_from_consent_to_debriefing(tmp_path: Path) -> None:
    async with guarded(tmp_path) as school:
        message = await started(school)
        for who, what in (("mum", "先问老师"), ("dad", "先付钱"), ("stranger", "先问老师")):
            await school.playground.control.press("class", message, who, button=what)
        await school.settled()
        await school.playground.control.advance(31 * 60)
        (told,) = await school.playground.control.said("class", contains="演练结束，谢谢", wait=PATIENCE)
        assert "不到 5 位" in told["text"]
        await school.unharmed()


async def test_a_real_warning_ends_it_and_is_not_mistaken_for_it(tmp_path: Path) -> None:
    async with guarded(tmp_path) as school:
        message = await started(school)
        await school.says("clone", SCAM, photo={"qr": CODE})
        await school.warned()
        await school.settled()
        (exercise,) = [one for one in await school.said() if one["message_id"] == message]
        assert "真的" in exercise["text"] and not exercise["buttons"]
        (warning,) = await school.warnings()
        assert warning["message_id"] > message and "/paid" in commands_on(warning)
        await school.says("teacher", "/drill propose")
        assert await school.playground.control.said("class", contains="先不演练", wait=PATIENCE)
        await school.unharmed()
