"""An account in other hands: whatever it asks is alarmed, it steers nothing, and it comes back by two voices or a code."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.actions import Say
from bot.settings import LANGUAGES
from bot.store import admins, settings
from bot.store.admins import Admin
from patterns.model import Level, Message, Person, Role, Station
from tests.classroom import CODE, HEAD, PARENT, TEACHER
from tests.guarded import PATIENCE, guarded
from tests.verified import Guarded, commands_of, said, verified

ANONYMOUS = Person("1087968824", "Group", station=Station.ANONYMOUS_ADMIN)
DEPUTY = Person("12", "陈老师", role=Role.ADMIN)


@pytest.fixture
async def there(tmp_path: Path) -> AsyncIterator[Guarded]:
    """The class has a third admin."""
    async with verified(tmp_path) as there:
        async with there.room.db.transaction() as tx:
            known = [
                Admin(TEACHER.id, TEACHER.name),
                Admin(HEAD.id, HEAD.name, True),
                Admin(DEPUTY.id, DEPUTY.name),
            ]
            await admins.replace(tx, there.room.chat.id, known, there.room.now)
        yield there


async def stolen(there: Guarded) -> frozenset[str]:
    return (await there.room.group()).context.stolen


async def test_an_admin_marks_by_button_by_reply_or_in_private(there: Guarded) -> None:
    page = await there.says(HEAD, "/stolen")
    (mark,) = [one for one in commands_of(page) if one == f"/stolen mark {TEACHER.id}"]
    await there.room.presses(HEAD, mark)
    assert await stolen(there) == {TEACHER.id}
    assert "已经标记过" in said(await there.says(DEPUTY, "/stolen", Message("9", TEACHER, "大家好")))


@pytest.mark.parametrize(
    ("mark", "over"), [("标记", "收回来了"), ("標記", "收回"), ("mark", "over"), ("Mark", "back")]
)
async def test_what_it_is_told_to_do_and_with_whom_is_typed_in_ones_own_words(
    there: Guarded, mark: str, over: str
) -> None:
    await there.says(HEAD, f"/被盗 {mark} {TEACHER.name}")
    assert await stolen(there) == {TEACHER.id}
    for admin in (HEAD, DEPUTY):
        await there.says(admin, f"/被盗 {over} {TEACHER.name}")
    assert await stolen(there) == frozenset()


async def test_a_verb_without_a_name_means_whoever_is_replied_to_or_asks_whose(there: Guarded) -> None:
    assert commands_of(await there.says(HEAD, "/被盗 标记"))
    await there.says(HEAD, "/被盗 标记", Message("9", TEACHER, "大家好"))
    assert await stolen(there) == {TEACHER.id}


async def test_a_name_that_is_two_accounts_is_asked_about(there: Guarded) -> None:
    async with there.room.db.transaction() as tx:
        known = [Admin(HEAD.id, HEAD.name, True), Admin("12", "陈老师"), Admin("13", "陈老师")]
        await admins.replace(tx, there.room.chat.id, known, there.room.now)
    assert commands_of(await there.says(HEAD, "/被盗 标记 陈老师"))
    assert await stolen(there) == frozenset()


async def test_the_class_reads_a_calm_notice_and_all_admins_the_steps(there: Guarded) -> None:
    actions = await there.says(HEAD, f"/stolen mark {TEACHER.id}")
    public = [one for one in actions if isinstance(one, Say) and one.chat == there.room.chat.id]
    assert any("可能被别人拿去用了" in one.text and "打电话" in one.text for one in public)
    assert not any("骗子" in one.text for one in public)
    told = [one for one in actions if isinstance(one, Say) and "退出所有其他设备" in one.text]
    assert len(told) == 3
    private = await there.room.private(TEACHER)
    theirs = [one for one in told if one.chat == private.id]
    assert commands_of(theirs) == ["/stolen dispute"]


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


async def test_with_all_others_marked_the_one_free_admin_brings_them_back(there: Guarded) -> None:
    for user in (TEACHER.id, DEPUTY.id):
        await there.says(HEAD, f"/stolen mark {user}")
    await there.presses(HEAD, f"/stolen over {TEACHER.id}")
    assert await stolen(there) == {DEPUTY.id}
    assert "另一位管理员" in said(await there.presses(HEAD, f"/stolen over {DEPUTY.id}"))
    await there.presses(TEACHER, f"/stolen over {DEPUTY.id}")
    assert await stolen(there) == frozenset()


async def test_one_admin_alone_takes_nobodys_steering_and_tells_the_class_nothing(there: Guarded) -> None:
    done = await there.says(DEPUTY, f"/stolen mark {HEAD.id}")
    assert "再有一位管理员" in said(done)
    assert not [one for one in there.room.public() if HEAD.name in one.text]
    for admin in (TEACHER, HEAD, DEPUTY):
        private = (await there.room.private(admin)).id
        assert any(isinstance(one, Say) and one.chat == private and HEAD.name in one.text for one in done)
    await there.says(HEAD, "/mode guard")
    assert await there.mode() == "guard"
    await there.room.says(HEAD, "各位家长，班费50元转给我")
    assert (await there.room.incident()).level == Level.ALARM
    number = (await there.room.incident()).id
    await there.presses(HEAD, f"/safe #{number} 0")
    assert (await there.room.incident()).state == "open", "its own incident all the same"


@pytest.mark.parametrize("again", [DEPUTY, ANONYMOUS])
async def test_the_same_admin_twice_or_unnamed_is_no_second_voice(there: Guarded, again: Person) -> None:
    await there.says(DEPUTY, f"/stolen mark {HEAD.id}")
    await there.says(again, f"/stolen mark {HEAD.id}")
    await there.says(HEAD, f"/stolen mark {HEAD.id}")
    assert (await there.room.group()).ousted == frozenset()


async def test_a_second_admin_or_the_owner_makes_it_certain(there: Guarded) -> None:
    await there.says(DEPUTY, f"/stolen mark {HEAD.id}")
    agreed = await there.says(TEACHER, f"/stolen mark {HEAD.id}")
    assert (await there.room.group()).ousted == {HEAD.id}
    assert any("可能被别人拿去用了" in one.text for one in there.room.public())
    assert "标记好了" in said(agreed)
    assert "只有本群管理员" in said(await there.says(HEAD, "/mode observe"))


async def test_what_a_thief_had_said_alone_of_others_is_gone_once_the_thief_is_known(there: Guarded) -> None:
    for user in (HEAD.id, TEACHER.id):
        await there.says(DEPUTY, f"/stolen mark {user}")
    await there.says(HEAD, f"/stolen mark {DEPUTY.id}")
    assert await stolen(there) == {DEPUTY.id}


@pytest.mark.parametrize("by", [DEPUTY, HEAD])
async def test_whoever_is_marked_rings_every_admin_once_and_comes_back_by_others(
    there: Guarded, by: Person
) -> None:
    await there.says(by, f"/stolen mark {TEACHER.id}")
    rung = await there.presses(TEACHER, "/stolen dispute")
    assert sum("账号没有被盗" in one.text for one in rung if isinstance(one, Say)) == 3
    again = await there.presses(TEACHER, "/stolen dispute")
    assert not [one for one in again if isinstance(one, Say) and "账号没有被盗" in one.text]
    await there.presses(TEACHER, f"/stolen over {TEACHER.id}")
    assert await stolen(there) == {TEACHER.id}
    assert "没有被标记" in said(await there.presses(PARENT, "/stolen dispute"))


async def test_who_alone_said_so_takes_it_back_alone_and_the_class_hears_neither(there: Guarded) -> None:
    await there.says(DEPUTY, f"/stolen mark {TEACHER.id}")
    await there.says(DEPUTY, f"/stolen over {TEACHER.id}")
    assert await stolen(there) == frozenset()
    assert not [one for one in there.room.public() if "收回来了" in one.text or "拿去用" in one.text]


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
        (told,) = await control.said("teacher", contains="结束其他所有会话", wait=PATIENCE)
        assert [button["data"] for row in told["buttons"] for button in row] == ["/stolen dispute"]
        await school.says("teacher", "各位家长，班费50元请转给我")
        (warning,) = await school.warnings()
        assert "可能" in warning["text"]
        assert not await school.said(contains="可能被别人拿去用了")
        number = next(one["id"] for one in await control.users() if one["key"] == "teacher")
        await school.says("deputy", f"/stolen over {number}")
        assert await control.said("teacher", contains="标记已取消", wait=PATIENCE)
        await school.unharmed()
