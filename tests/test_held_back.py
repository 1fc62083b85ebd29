"""What lessens protection waits for its doer's code, and is given again when it came."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.events import Picture, PicturesRead
from bot.settings import ALERTED
from bot.store import admins
from bot.store.admins import Admin
from patterns.model import Message, Person, Station
from tests.classroom import BARE, CODE, HEAD, OTHER_CODE, TEACHER
from tests.opened import for_each_test
from tests.verified import Guarded, commands_of, said, verified

ANONYMOUS = Person("1087968824", "Group", station=Station.ANONYMOUS_ADMIN)

there = for_each_test(verified)


async def test_a_milder_mode_waits_for_the_code_and_is_told_when_it_came(there: Guarded) -> None:
    await there.sets_up()
    assert "验证码" in said(await there.says(TEACHER, "/mode observe"))
    assert await there.mode() == "warn"
    done = await there.tells(TEACHER, there.code())
    assert await there.mode() == "observe"
    assert "已经生效" in said(done) and "比原来松了" in said(done)


async def test_a_stricter_mode_needs_none(there: Guarded) -> None:
    await there.sets_up()
    await there.says(TEACHER, "/mode guard")
    assert await there.mode() == "guard"


async def test_three_wrong_codes_change_nothing_and_all_admins_hear_of_the_attempt(there: Guarded) -> None:
    await there.sets_up()
    await there.says(TEACHER, "/mode observe")
    for _ in range(3):
        answer = await there.tells(TEACHER, there.wrong())
    assert await there.mode() == "warn"
    assert said(answer).count("没能给出验证码") == 2


@pytest.mark.parametrize(
    "line", ["/teacher remove 李校长", "/payee add 6222021234567890128", "/domain add pay.school.example"]
)
async def test_roster_payees_and_addresses_wait_too(there: Guarded, line: str) -> None:
    await there.sets_up()
    before = await there.room.group()
    assert "验证码" in said(await there.says(TEACHER, line))
    held = await there.room.group()
    assert (held.roster, held.payees, held.context.domains) == (
        before.roster, before.payees, before.context.domains,
    )  # fmt: skip
    await there.tells(TEACHER, there.code())
    after = await there.room.group()
    assert (after.roster, after.payees, after.context.domains) != (
        before.roster, before.payees, before.context.domains,
    )  # fmt: skip


async def test_every_code_in_one_picture_is_registered_once_the_second_factor_came(there: Guarded) -> None:
    await there.sets_up()
    await there.tells(TEACHER, "/payee add")
    private = await there.room.private(TEACHER)
    shown = there.room.message(TEACHER, "", BARE, pictures=(Picture("file", "unique"),))
    event = replace(shown, place=private.place)
    assert not said(await there.room.answers(event, private))
    assert "六位数字" in said(await there.room.answers(PicturesRead(event, (CODE, OTHER_CODE)), private))
    assert not (await there.room.group()).payees
    await there.tells(TEACHER, there.code())
    assert len((await there.room.group()).payees) == 2


async def test_a_further_teacher_waits_too_and_is_then_the_one_meant(there: Guarded) -> None:
    await there.sets_up()
    cited = Message("9", Person("300", "赵老师"), "大家好")
    await there.says(TEACHER, "/teacher add 家委 赵敏", cited)
    assert len((await there.room.group()).roster) == 2
    await there.tells(TEACHER, there.code())
    added = (await there.room.group()).roster[-1]
    assert (added.name, added.ids, added.duty.value) == ("赵敏", frozenset({"300"}), "committee")


async def test_who_hides_behind_the_groups_name_is_sent_to_their_own(there: Guarded) -> None:
    await there.says(ANONYMOUS, "/mode observe")
    assert await there.mode() == "observe"
    await there.says(HEAD, "/mode guard")
    await there.sets_up()
    assert "关掉匿名" in said(await there.says(ANONYMOUS, "/mode observe"))
    assert await there.mode() == "guard"


async def test_who_lost_the_role_before_the_code_came_changes_nothing(there: Guarded) -> None:
    await there.sets_up()
    await there.says(TEACHER, "/mode observe")
    async with there.room.db.transaction() as tx:
        await admins.replace(tx, there.room.chat.id, [Admin(HEAD.id, HEAD.name, True)], there.room.now)
    await there.tells(TEACHER, there.code())
    assert await there.mode() == "warn"


async def test_a_code_that_comes_too_late_changes_nothing(there: Guarded) -> None:
    await there.sets_up()
    await there.says(TEACHER, "/mode observe")
    await there.waits(minutes=11)
    await there.tells(TEACHER, there.code())
    assert await there.mode() == "warn"


async def test_whoever_wrote_a_fee_down_may_be_its_second_voice_with_a_code(there: Guarded) -> None:
    await there.sets_up()
    for text in ("/fee new", "秋游费", "86.5", "阳光小学缴费平台", "12月30日", "在校园平台里交"):
        await there.tells(TEACHER, text)
    page = await there.presses(TEACHER, "/fee set done")
    (own,) = [one for one in commands_of(page) if "vouch" in one]
    assert "六位数字" in said(await there.presses(TEACHER, own))
    assert (await there.room.group()).context.fees == ()
    await there.tells(TEACHER, there.wrong())
    assert (await there.room.group()).context.fees == ()
    done = await there.tells(TEACHER, there.code())
    assert "学校收费公布（第1号）" in said(done)
    assert len((await there.room.group()).context.fees) == 1


async def test_fewer_people_told_of_alarms_waits_too(there: Guarded) -> None:
    await there.sets_up()
    milder = ALERTED[0]
    before = (await there.room.group()).settings["alerts"]
    await there.says(TEACHER, f"/panel alerts {milder}")
    assert (await there.room.group()).settings["alerts"] == before
    await there.tells(TEACHER, there.code())
    assert (await there.room.group()).settings["alerts"] == milder != before
