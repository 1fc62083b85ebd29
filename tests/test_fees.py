"""The register of genuine fees: written down in private, agreed to by a second admin."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.actions import Say
from bot.places import Chat
from bot.settings import LANGUAGES
from bot.store import admins, settings
from bot.store.admins import Admin
from tests.class_with_fees import CODE, announced, class_with_fees, written_down
from tests.group_chat import ADMIN, NOBODY_IN_PARTICULAR, OWNER, PARENT, GroupChat, button, offered, said
from tests.guarded import PATIENCE, guarded
from tests.opened import for_each_test

OTHER_CODE = "wxp://f2f0SomebodyElseInvented9"

room = for_each_test(class_with_fees)


@pytest.fixture
async def private(room: GroupChat) -> Chat:
    return await room.private(ADMIN)


# --- written down and agreed to -------------------------------------------------------------


async def test_a_fee_is_announced_only_when_a_second_admin_agrees(room: GroupChat, private: Chat) -> None:
    asked = await written_down(room, private)
    assert not [one for one in asked if isinstance(one, Say) and one.chat == room.chat.id]
    assert (await room.group()).context.fees == ()
    agreed = await room.presses(OWNER, button(asked, "同意"), chat=await room.private(OWNER))
    (notice,) = [one for one in agreed if isinstance(one, Say) and one.chat == room.chat.id]
    assert "第1号" in notice.text and "秋游费" in notice.text and "86.5" in notice.text
    assert "2026-12-02" in notice.text and "校园缴费平台" in notice.text
    assert CODE[6:] not in notice.text
    (fee,) = (await room.group()).context.fees
    assert (fee.notice, fee.what, fee.amount) == ("1", "秋游费", "86.5")


async def test_the_one_who_wrote_it_down_is_not_the_second_voice(room: GroupChat, private: Chat) -> None:
    await written_down(room, private)
    assert "另一位管理员" in said(await room.says(ADMIN, "/fee confirm 1"))
    assert "另一位管理员" in said(await room.says(NOBODY_IN_PARTICULAR, "/fee confirm 1"))
    await room.says(PARENT, "/fee confirm 1")
    assert (await room.group()).context.fees == ()


@pytest.mark.usefixtures("on_either_database")
async def test_two_admins_who_agree_at_once_announce_it_once(room: GroupChat, private: Chat) -> None:
    asked = await written_down(room, private)
    await room.presses(OWNER, button(asked, "同意"), chat=await room.private(OWNER))
    again = await room.presses(OWNER, button(asked, "同意"), chat=await room.private(OWNER))
    assert "已经有人处理过" in said(again)
    assert not [one for one in again if isinstance(one, Say) and one.chat == room.chat.id]


async def test_who_lost_the_role_in_between_agrees_to_nothing(room: GroupChat, private: Chat) -> None:
    asked = await written_down(room, private)
    async with room.db.transaction() as tx:
        await admins.replace(tx, room.chat.id, [Admin(ADMIN.id, ADMIN.name, True, True)], room.now)
    await room.presses(OWNER, button(asked, "同意"), chat=await room.private(OWNER))
    assert (await room.group()).context.fees == ()


@pytest.mark.parametrize(
    "typed", ["-1", "1e99", "0", "nan", "八十六", "100001", "86.555", "86.5 或 90", "９９９９９９９"]
)
async def test_a_sum_no_fee_can_have_is_asked_for_again(room: GroupChat, private: Chat, typed: str) -> None:
    await room.says(ADMIN, "/fee new", chat=private)
    await room.says(ADMIN, "秋游费", chat=private)
    assert "这个金额不行" in said(await room.says(ADMIN, typed, chat=private))
    assert "付给谁" in said(await room.says(ADMIN, "８６.５", chat=private))


@pytest.mark.parametrize("typed", ["2020-01-01", "13月40日", "昨天", "2999-01-01", "12", "2月30日"])
async def test_a_day_that_is_past_or_does_not_exist_is_asked_for_again(
    room: GroupChat, private: Chat, typed: str
) -> None:
    await room.says(ADMIN, "/fee new", chat=private)
    for answer in ("秋游费", "86.5", "阳光小学缴费平台"):
        await room.says(ADMIN, answer, chat=private)
    assert "这个日期不行" in said(await room.says(ADMIN, typed, chat=private))
    assert "怎么交" in said(await room.says(ADMIN, "12月20日", chat=private))


@pytest.mark.parametrize("endless", ["长" * 10_000, "a" + "\u0301" * 3_999])
async def test_words_without_end_are_asked_for_again_at_every_question_and_never_cut_off(
    room: GroupChat, private: Chat, endless: str
) -> None:
    await room.says(ADMIN, "/fee new", chat=private)
    for number, answer in enumerate(("秋游费", "86.5", "阳光小学缴费平台", "12月20日", "在平台里交"), 1):
        assert f"（{number}/5）" in said(await room.says(ADMIN, endless, chat=private))
        last = said(await room.says(ADMIN, answer, chat=private))
    assert "秋游费" in last and "在平台里交" in last and "…" not in last


async def test_a_dialogue_that_was_interrupted_says_so(room: GroupChat, private: Chat) -> None:
    await room.says(ADMIN, "/fee new", chat=private)
    await room.says(ADMIN, "秋游费", chat=private)
    await room.says(ADMIN, "/payee add", chat=private)
    assert "打断" in said(await room.presses(ADMIN, "/fee set done", chat=private))
    assert "打断" in said(await room.presses(ADMIN, "/fee set until 7", chat=private))


async def test_stopping_notes_nothing_and_an_old_button_does_nothing(room: GroupChat, private: Chat) -> None:
    asked = await room.says(ADMIN, "/fee new", chat=private)
    assert "什么也没记下" in said(await room.presses(ADMIN, button(asked, "不登记了"), chat=private))
    await room.says(ADMIN, "/fee new", chat=private)
    assert "失效" in said(await room.presses(ADMIN, "/fee set channel app", chat=private))
    assert "失效" in said(await room.presses(ADMIN, "/fee set done", chat=private))


@pytest.mark.parametrize("typed", ["算了", " 取消。", "Never mind", "不登記了！"])
async def test_never_mind_is_no_name_of_a_fee(room: GroupChat, private: Chat, typed: str) -> None:
    await room.says(ADMIN, "/fee new", chat=private)
    assert "什么也没改" in said(await room.says(ADMIN, typed, chat=private))
    assert "什么也没改" not in said(await room.says(ADMIN, typed, chat=private))


async def test_a_dialogue_goes_on_after_a_restart(room: GroupChat, private: Chat) -> None:
    await room.says(ADMIN, "/fee new", chat=private)
    await room.says(ADMIN, "秋游费", chat=private)
    again = GroupChat(room.db, room.chat, now=room.now + timedelta(minutes=5))
    assert "付给谁" in said(await again.says(ADMIN, "86.5", chat=private))


async def test_anyone_may_read_the_register_and_only_admins_close(room: GroupChat, private: Chat) -> None:
    await announced(room, private)
    page = await room.says(PARENT, "/fee")
    assert "第1号" in said(page)
    assert offered(page) == []
    await room.says(PARENT, "/fee close 1")
    assert len((await room.group()).context.fees) == 1
    await room.says(OWNER, "/fee close 1")
    assert (await room.group()).context.fees == ()


async def test_a_fee_ends_after_its_last_day(room: GroupChat, private: Chat) -> None:
    await announced(room, private)
    await room.strikes(room.now + timedelta(days=7))
    assert len((await room.group()).context.fees) == 1
    await room.strikes(room.now + timedelta(days=1))
    assert (await room.group()).context.fees == ()


# --- played -------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_question_is_asked_in_the_admins_language(
    room: GroupChat, private: Chat, language: str
) -> None:
    async with room.here(private) as here:
        await settings.choose(here.tx, private.id, "language", language)
    first = {"zh-Hans": "收什么费", "zh-Hant": "收什麼費", "en": "What is it for"}[language]
    assert first in said(await room.says(ADMIN, "/fee new", chat=private))


async def test_in_a_real_class_a_false_code_for_a_true_fee_is_raised(tmp_path: Path) -> None:
    async with guarded(tmp_path) as school:
        control = school.playground.control
        await school.says("teacher", "/fee")
        await school.tells("deputy", "/start")
        for text in ("/fee new", "秋游费", "86.5"):
            await school.tells("teacher", text)
            await school.settled()
        await school.tells("teacher", photo={"qr": CODE})
        await control.said("teacher", contains="最晚哪天交", wait=PATIENCE)
        for text in ("12月30日", "在校园平台里交"):
            await school.tells("teacher", text)
            await school.settled()
        (review,) = await control.said("teacher", contains="请看一遍", wait=PATIENCE)
        await control.press("teacher", review["message_id"], "teacher", "对，请管理员确认", wait=PATIENCE)
        (asked,) = await control.said("deputy", contains="请您确认", wait=PATIENCE)
        await control.press("deputy", asked["message_id"], "deputy", "同意，公布", wait=PATIENCE)
        assert await control.said("class", contains="学校收费公布（第1号）", wait=PATIENCE)
        await school.says("teacher", "各位家长，请扫码交秋游费86.5元", photo={"qr": CODE})
        assert await control.said("class", contains="✓ 和学校登记的第1号收费一致", wait=PATIENCE)
        assert await school.warnings() == []
        await school.says("stranger", "秋游费86.5元请扫这个码", photo={"qr": OTHER_CODE})
        (warning,) = await school.warnings()
        assert "公布的" in warning["text"]
        await school.unharmed()
