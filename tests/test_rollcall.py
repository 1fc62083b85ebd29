"""Whoever is silent is looked at politely: a name that turns into the teacher's is news without a word being said."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.places import ChatKind, Place
from bot.playground.assembly import Guard
from bot.rollcall import Rollcall
from bot.settings import LANGUAGES
from bot.store.tables import changes, incidents, members
from handlers import attendance
from handlers.attendance import LISTS, PAGE
from handlers.badges import badge
from handlers.memory import Memory
from handlers.sealing import opened, sealed
from tests.classroom import mark
from tests.fakes import START
from tests.group_chat import ADMIN, OWNER, GroupChat, button, group_chat, offered, said
from tests.guarded import School, guarded, on_guard, unguarded
from tests.onebot_class import qq_class

DAY = 86_400


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.rollcall.STEP_SECONDS", 0.0)


@pytest.fixture
async def school(tmp_path: Path) -> AsyncIterator[School]:
    """The teacher is registered; a stranger has joined and says nothing."""
    async with guarded(tmp_path, clone="路过的人") as school:
        hello = await school.says("teacher", "大家好")
        await school.says("deputy", "/teacher add 王丽老师", reply_to=hello)
        await school.playground.control.member("class", "outsider")
        await school.settled()
        await written(school)
        yield school


async def written(school: School) -> None:
    """What is in memory is in the database too."""
    assert school.guard is not None
    router = school.guard.router
    async with router.db.transaction() as tx:
        await router.memory.flush(tx, everything=True)


async def looks(guard: Guard) -> None:
    router = guard.router
    rollcall = Rollcall(router.db, router.clock, router.platforms, router.mark, router)
    await rollcall.round(asyncio.Event())


async def a_day_later(school: School) -> None:
    assert school.guard is not None
    await school.playground.control.advance(DAY + 60)
    await school.settled()
    await looks(school.guard)
    await school.settled()


async def test_who_turns_into_the_teacher_without_a_word_is_a_notice(school: School) -> None:
    await school.playground.control.change_user("outsider", first_name="王丽老师")
    await a_day_later(school)
    (card,) = [one for one in await school.said("teacher") if "第1件" in one["text"] or "编号" in one["text"]]
    assert "王丽老师" in card["text"] and "过客" in card["text"]
    assert await school.warnings() == []
    await a_day_later(school)
    assert len(await school.rows(incidents.c.id)) == 1
    await school.unharmed()


async def test_what_he_asks_later_belongs_to_the_same_incident(school: School) -> None:
    await school.playground.control.change_user("outsider", first_name="王丽老师")
    await a_day_later(school)
    await school.says("outsider", "各位家长，请扫码交资料费86元，交完发截图")
    (warning,) = await school.warnings()
    assert "冒充王丽老师" in warning["text"]
    assert len(await school.rows(incidents.c.id)) == 1
    await school.unharmed()


async def test_a_teacher_renamed_in_silence_is_asked_about_too(school: School) -> None:
    await school.playground.control.change_user("teacher", first_name="教务处通知")
    await a_day_later(school)
    assert [row.value for row in await school.rows(changes.c.value)] == ["教务处通知"]


async def test_other_new_names_are_nobodys_business(school: School) -> None:
    await school.playground.control.change_user("outsider", first_name="小明外婆")
    await a_day_later(school)
    assert await school.rows(incidents.c.id) == []


async def test_nobody_is_looked_at_twice_a_day_nor_after_leaving(school: School) -> None:
    control = school.playground.control
    await a_day_later(school)
    first = (await control.get("calls", method="getChatMember", count=0))["totals"].get("getChatMember", 0)
    assert school.guard is not None
    await looks(school.guard)
    await school.settled()
    again = (await control.get("calls", method="getChatMember", count=0))["totals"].get("getChatMember", 0)
    assert first > 0 and again == first
    await control.member("class", "outsider", "left", quiet=True)
    await a_day_later(school)
    accounts = [row.account for row in await school.rows(members.c.account)]
    assert accounts.count("") == 1


async def test_a_platform_that_asks_for_patience_gets_it_and_nobody_is_forgotten(school: School) -> None:
    await school.playground.control.change_user("outsider", first_name="王丽老师")
    await school.playground.control.fault(method="getChatMember", status=429, retry_after=1, times=1)
    await a_day_later(school)
    unseen = [row for row in await school.rows(members.c.looked_at, members.c.account) if not row.looked_at]
    assert len(unseen) == 1
    assert school.guard is not None
    await looks(school.guard)
    await school.settled()
    assert all(row.looked_at for row in await school.rows(members.c.looked_at))
    assert len(await school.rows(incidents.c.id)) == 1


async def test_after_a_restart_the_silent_are_still_known(tmp_path: Path) -> None:
    async with unguarded(tmp_path, clone="路过的人") as school:
        async with on_guard(school):
            await school.settled()
            hello = await school.says("teacher", "大家好")
            await school.says("deputy", "/teacher add 王丽老师", reply_to=hello)
            await school.playground.control.member("class", "outsider")
            await school.settled()
        await school.playground.control.change_user("outsider", first_name="王丽老师")
        async with on_guard(school):
            await a_day_later(school)
            assert len(await school.rows(incidents.c.id)) == 1


async def test_on_qq_the_whole_list_is_looked_at(tmp_path: Path) -> None:
    async with qq_class(tmp_path) as school, school.on_guard() as guard:
        control = school.playground.control
        hello = await school.says("teacher", "大家好")
        await school.says("deputy", "/teacher add 王丽老师", reply_to=hello)
        await control.change_user("clone", first_name="浩浩奶奶")
        await school.settled()
        await looks(guard)
        await school.settled()
        assert await school.rows(incidents.c.id) == []
        await control.change_user("clone", first_name="王丽老师")
        await looks(guard)
        await school.settled()
        (row,) = await school.rows(incidents.c.user)
        assert row.user.startswith("qq:")
        (place,) = [Place("onebot", f"group:{abs(school.playground.world.chat('class').id)}", ChatKind.GROUP)]
        platform = guard.router.platforms["onebot"]
        assert (await platform.member(place, row.user)) is not None
        assert (await platform.member(place, "qq:123456")) is None


# --- kept sealed ------------------------------------------------------------------------------------


@pytest.mark.parametrize("user", ["7", "6123456789", "qq:10001", "qq:1234567890123"])
def test_an_account_is_read_with_the_key_only(user: str) -> None:
    kept = sealed(user, mark)
    assert bytes.fromhex(kept) != user.encode()
    assert opened(kept, mark(user), mark) == user
    assert opened(kept, mark("8"), mark) is None
    assert opened(kept, mark(user), lambda text: mark(f"other:{text}")) is None


@pytest.mark.parametrize("broken", ["", "zz", "00", "ff" * 16])
def test_what_was_not_sealed_here_is_nobody(broken: str) -> None:
    assert opened(broken, mark("7"), mark) is None
    assert sealed("9" * 17, mark) == sealed("", mark) == ""


# --- /members ---------------------------------------------------------------------------------------


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[GroupChat]:
    """Twenty came last week and are silent, one of them named like an admin; a parent of long ago speaks."""
    async with group_chat(tmp_path) as room:
        for number in range(20):
            name = ADMIN.name if number == 7 else f"家长{number}" * 9
            room.memory.joined(room.chat.id, str(500 + number), name, room.now - timedelta(days=7))
        room.memory.hear(room.chat.id, "201", "小雨妈妈", room.now - timedelta(days=90))
        room.memory.hear(room.chat.id, ADMIN.id, ADMIN.name, room.now)
        yield room


async def test_an_admin_leafs_through_them_in_private(room: GroupChat) -> None:
    private = await room.private(OWNER)
    first = await room.says(OWNER, "/members", chat=private)
    assert "22位" in said(first) and "像登记过的人：1位" in said(first)
    silent = await room.presses(OWNER, button(first, "没说过话"), chat=private)
    assert said(silent).count("<code>") == PAGE and "小雨妈妈" not in said(silent)
    second = await room.presses(OWNER, button(silent, "›"), chat=private)
    third = await room.presses(OWNER, button(second, "›"), chat=private)
    assert said(third).count("<code>") == 4
    assert "›" not in [one.label for one in offered(third)]
    alike = await room.presses(OWNER, button(first, "名字像"), chat=private)
    assert badge("507", (await room.group()).mark) in said(alike) and f"像{ADMIN.name}" in said(alike)
    back = await room.presses(OWNER, button(alike, "返回"), chat=private)
    assert "22位" in said(back)


@pytest.mark.parametrize(
    ("typed", "which"), [("新来的", "new"), ("沒說過話的", "silent"), ("名字像", "alike")]
)
async def test_a_list_is_called_as_people_call_it(room: GroupChat, typed: str, which: str) -> None:
    private = await room.private(OWNER)
    meant = said(await room.says(OWNER, f"/成员 {typed}", chat=private))
    assert meant == said(await room.says(OWNER, f"/members {which}", chat=private))
    assert meant != said(await room.says(OWNER, "/members", chat=private))


async def test_in_the_group_nobodys_name_is_listed(room: GroupChat) -> None:
    answer = await room.says(OWNER, "/members")
    assert "私聊" in said(answer) and "<code>" not in said(answer)


@pytest.mark.parametrize(
    "typed", ["silent 99999", "new -1", "silent x", "silent 99999999999999999999", "🙂", "alike 0 0"]
)
async def test_a_page_that_is_not_there_is_answered(room: GroupChat, typed: str) -> None:
    private = await room.private(OWNER)
    assert said(await room.says(OWNER, f"/members {typed}", chat=private))


@pytest.mark.parametrize("language", LANGUAGES)
async def test_no_page_is_longer_than_a_phones_screen(room: GroupChat, language: str) -> None:
    group = await room.group()
    seen = attendance.taken(group, room.memory, room.now)
    for which in LISTS:
        text, _ = attendance.page(language, seen, group, which, 0, room.now)
        assert text.count("\n") <= PAGE + 2 and len(text) < 1_000
    text, _ = attendance.overview(language, seen)
    assert text.count("\n") <= 7


def test_who_was_met_is_known_again_by_fingerprint() -> None:
    memory = Memory(mark)
    assert not memory.met(1, "7")
    memory.hear(1, "7", "小雨妈妈", START)
    assert memory.met(1, "7") and not memory.met(2, "7")
    (one,), unnamed = memory.members(1)
    assert (one.user, one.name, unnamed) == ("7", "小雨妈妈", 0)
