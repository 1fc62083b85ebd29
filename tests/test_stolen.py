"""An account in other hands: whatever it asks is alarmed, it steers nothing, and it comes back by two voices or a code."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.events import Say
from bot.settings import LANGUAGES
from bot.store import admins, settings
from bot.store.admins import Admin
from patterns.model import Level, Message, Person, Role, Station
from tests.classroom import CODE, HEAD, PARENT, TEACHER, classroom
from tests.guarded import PATIENCE, guarded
from tests.verified import Guarded, commands_of, said

ANONYMOUS = Person("1087968824", "Group", station=Station.ANONYMOUS_ADMIN)
DEPUTY = Person("12", "陈老师", role=Role.ADMIN)


@pytest.fixture
async def there(tmp_path: Path) -> AsyncIterator[Guarded]:
    async with classroom(tmp_path) as room:
        async with room.db.transaction() as tx:
            known = [
                Admin(TEACHER.id, TEACHER.name),
                Admin(HEAD.id, HEAD.name, True),
                Admin(DEPUTY.id, DEPUTY.name),
            ]
            await admins.replace(tx, room.chat.id, known, room.now)
        yield Guarded(room)


async def stolen(there: Guarded) -> frozenset[str]:
    return (await there.room.group()).context.stolen


async def test_an_admin_marks_by_button_by_reply_or_in_private(there: Guarded) -> None:
    page = await there.says(HEAD, "/stolen")
    (mark,) = [one for one in commands_of(page) if one == f"/stolen mark {TEACHER.id}"]
    await there.room.presses(HEAD, mark)
    assert await stolen(there) == {TEACHER.id}
    assert "已经标记过" in said(await there.says(DEPUTY, "/stolen", Message("9", TEACHER, "大家好")))


async def test_the_class_reads_a_calm_notice_and_all_admins_the_steps(there: Guarded) -> None:
    actions = await there.says(HEAD, f"/stolen mark {TEACHER.id}")
    public = [one for one in actions if isinstance(one, Say) and one.chat == there.room.chat.id]
    assert any("可能被别人拿去用了" in one.text and "打电话" in one.text for one in public)
    assert not any("骗子" in one.text for one in public)
    told = [one for one in actions if isinstance(one, Say) and "退出所有其他设备" in one.text]
    assert len(told) == 3
    private = await there.room.private(TEACHER)
    assert [one.buttons for one in told if one.chat == private.id] == [()]


@pytest.mark.parametrize(
    ("language", "zone", "number"),
    [
        ("zh-Hans", "Asia/Shanghai", "打110"),
        ("zh-Hant", "Asia/Taipei", "打165"),
        ("zh-Hant", "Asia/Hong_Kong", "18222"),
        ("en", "Asia/Singapore", "1799"),
    ],
)
async def test_admins_read_whom_somebody_calls_who_has_paid_because_of_it(
    there: Guarded, language: str, zone: str, number: str
) -> None:
    await there.room.chooses("language", language)
    await there.room.chooses("timezone", zone)
    actions = await there.says(HEAD, f"/stolen mark {TEACHER.id}")
    told = [one for one in actions if isinstance(one, Say) and "4." in one.text]
    assert len(told) == 3 and all(number in one.text for one in told)
    assert all(number not in one.text for one in actions if isinstance(one, Say) and one not in told)


@pytest.mark.parametrize(
    "text", ["各位家长，班费50元转给我", "请把银行卡号和网银密码发给我", "请大家扫码交资料费86元"]
)
async def test_whatever_it_asks_is_alarmed(there: Guarded, text: str) -> None:
    await there.says(HEAD, f"/stolen mark {TEACHER.id}")
    await there.room.says(TEACHER, text)
    assert (await there.room.incident()).level == Level.ALARM
    assert TEACHER.name not in there.public()


async def test_a_pardon_from_before_helps_it_nothing(there: Guarded) -> None:
    asked = "各位家长，资料费86元，请扫码缴费"
    await there.room.says(TEACHER, asked, CODE)
    await there.presses(HEAD, f"/safe #{(await there.room.incident()).id} 0")
    assert await there.room.says(TEACHER, asked, CODE) == []
    await there.says(HEAD, f"/stolen mark {TEACHER.id}")
    await there.room.says(TEACHER, asked, CODE)
    assert (await there.room.incident(2)).level == Level.ALARM


async def test_what_it_says_without_asking_is_left_alone(there: Guarded) -> None:
    await there.says(HEAD, f"/stolen mark {TEACHER.id}")
    assert await there.room.says(TEACHER, "明天家长会，请准时参加") == []


async def test_it_steers_nothing_while_it_is_away_nor_does_anybody_unnamed(there: Guarded) -> None:
    await there.says(HEAD, f"/stolen mark {TEACHER.id}")
    for thief in (TEACHER, ANONYMOUS):
        assert "只有本群管理员" in said(await there.says(thief, "/mode observe"))
        await there.says(thief, f"/stolen over {TEACHER.id}")
    assert await there.mode() == "warn"
    await there.says(HEAD, "/mode guard")
    assert await there.mode() == "guard"


async def test_two_admins_bring_it_back_and_one_alone_does_not(there: Guarded) -> None:
    await there.says(HEAD, f"/stolen mark {TEACHER.id}")
    for _ in range(2):
        assert "另一位管理员" in said(await there.presses(HEAD, f"/stolen over {TEACHER.id}"))
    assert await stolen(there) == {TEACHER.id}
    back = await there.presses(DEPUTY, f"/stolen over {TEACHER.id}")
    assert await stolen(there) == frozenset()
    assert any(
        "收回来了" in one.text for one in back if isinstance(one, Say) and one.chat == there.room.chat.id
    )
    assert "没有被标记" in said(await there.presses(DEPUTY, f"/stolen over {TEACHER.id}"))


async def test_the_owner_brings_it_back_with_a_code(there: Guarded) -> None:
    await there.sets_up()
    await there.says(HEAD, f"/stolen mark {TEACHER.id}")
    page = await there.tells(TEACHER, "/verify")
    assert "可能被盗" in said(page)
    await there.presses(TEACHER, "/verify mine")
    assert "不对" in said(await there.tells(TEACHER, there.wrong()))
    assert await stolen(there) == {TEACHER.id}
    await there.tells(TEACHER, there.code())
    assert await stolen(there) == frozenset()


async def test_a_thief_cannot_set_up_a_code_afterwards_and_come_back_with_it(there: Guarded) -> None:
    await there.says(HEAD, f"/stolen mark {TEACHER.id}")
    assert "可能被盗" in said(await there.tells(TEACHER, "/verify setup"))
    assert "两位管理员" in said(await there.presses(TEACHER, "/verify mine"))
    there.room.later(days=3)
    assert "两位管理员" in said(await there.presses(TEACHER, "/verify mine"))


async def test_only_registered_people_are_marked_and_only_by_admins(there: Guarded) -> None:
    assert "只有登记过的" in said(await there.says(HEAD, f"/stolen mark {PARENT.id}"))
    assert "只有本群管理员" in said(await there.says(PARENT, f"/stolen mark {TEACHER.id}"))
    await there.presses(PARENT, f"/stolen ~{there.room.chat.id} mark {TEACHER.id}")
    assert await stolen(there) == frozenset()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("platform", ["telegram", "wechat", "qq", "dingtalk", "other"])
async def test_anybody_may_read_how_to_get_an_account_back(
    there: Guarded, language: str, platform: str
) -> None:
    private = await there.room.private(PARENT)
    async with there.room.db.transaction() as tx:
        await settings.choose(tx, private.id, "language", language)
    page = said(await there.presses(PARENT, f"/stolen how {platform}"))
    assert "1." in page and "3." in page
    assert len(page) < 900


@pytest.mark.parametrize(
    ("language", "phone"), [("zh-Hans", "打电话"), ("zh-Hant", "打電話"), ("en", "phone")]
)
async def test_whoever_administers_nothing_is_sent_to_an_admin_first_for_nobody_else_hears_of_it(
    there: Guarded, language: str, phone: str
) -> None:
    private = await there.room.private(PARENT)
    async with there.room.db.transaction() as tx:
        await settings.choose(tx, private.id, "language", language)
    answer = await there.tells(PARENT, "/stolen")
    first = said(answer).splitlines()[0]
    assert phone in first and "/stolen" in first
    assert {one.chat for one in answer if isinstance(one, Say)} == {private.id}
    assert await stolen(there) == frozenset()


async def test_in_a_real_class_a_stolen_account_is_alarmed_until_it_is_back(tmp_path: Path) -> None:
    async with guarded(tmp_path) as school:
        control = school.playground.control
        hello = await school.says("teacher", "大家好")
        await school.says("deputy", "/teacher add", reply_to=hello)
        await school.says("deputy", "/stolen", reply_to=hello)
        assert await control.said("class", contains="可能被别人拿去用了", wait=PATIENCE)
        await school.says("teacher", "各位家长，班费50元请转给我")
        (warning,) = await school.warnings()
        assert "可能" in warning["text"]
        (told,) = await control.said("teacher", contains="结束其他所有会话", wait=PATIENCE)
        assert told["buttons"] == []
        number = next(one["id"] for one in await control.users() if one["key"] == "teacher")
        await school.says("deputy", f"/stolen over {number}")
        assert await control.said("class", contains="已经收回来了", wait=PATIENCE)
        await school.unharmed()
