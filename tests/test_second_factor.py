"""A second factor: set up in private, asked for when a teacher's account asks for money or lessens protection."""

from __future__ import annotations

import re
from pathlib import Path

import pyotp
import pytest
from sqlalchemy import select

from bot.actions import Recall, Say
from bot.places import Chat
from bot.settings import LANGUAGES
from bot.store import settings
from bot.store.tables import second_factors, spare_codes
from patterns.model import Level
from tests.classroom import CODE, HEAD, OTHER_CODE, PARENT, TEACHER, Classroom
from tests.guarded import PATIENCE, guarded
from tests.opened import for_each_test
from tests.verified import Guarded, commands_of, said, verified

ASKS = "各位家长，请扫码交资料费86元，今晚8点前交齐，交完发截图"

there = for_each_test(verified)


# --- set up -------------------------------------------------------------------------------------


async def test_it_is_set_up_with_a_code_to_scan_and_eight_codes_to_print(there: Guarded) -> None:
    shown = await there.tells(TEACHER, "/verify setup")
    (scan,) = [one for one in shown if isinstance(one, Say)]
    assert scan.image.startswith(b"\x89PNG") and scan.fleeting
    await there.sets_up()
    assert len(set(there.spares)) == 8


async def test_the_database_alone_makes_no_code(there: Guarded) -> None:
    await there.sets_up()
    assert there.totp is not None
    async with there.room.db.read() as tx:
        kept = str(
            [tuple(row) for table in (second_factors, spare_codes) for row in await tx.execute(select(table))]
        )
    assert len(kept) > 300
    assert there.totp.secret not in kept
    assert not any(code in kept or code.replace("-", "") in kept for code in there.spares)


async def test_the_codes_do_not_stay_on_the_screen(there: Guarded) -> None:
    shown = await there.tells(TEACHER, "/verify setup")
    secret = re.search(r"<code>([A-Z2-7]+)</code>", said(shown))
    assert secret is not None
    there.totp = pyotp.TOTP(secret[1])
    armed = await there.tells(TEACHER, there.code())
    assert [one.target for one in armed if isinstance(one, Recall)] == [shown[0].key]
    codes = next(one.key for one in armed if isinstance(one, Say) and one.fleeting)
    put_away = await there.waits(hours=2)
    assert codes in [one.target for one in put_away if isinstance(one, Recall)]


async def test_a_wrong_first_code_arms_nothing(there: Guarded) -> None:
    await there.tells(TEACHER, "/verify setup")
    assert "不对" in said(await there.tells(TEACHER, "000000"))
    await there.says(TEACHER, "/mode observe")
    assert await there.mode() == "observe"


async def test_all_admins_hear_that_an_account_has_one_now(there: Guarded) -> None:
    await there.sets_up()
    head = await there.room.private(HEAD)
    assert any("开了验证码" in one.text for one in there.room.private_of(head))


async def test_a_thief_cannot_replace_or_switch_off_the_owners(there: Guarded) -> None:
    await there.sets_up()
    for command in ("/verify setup", "/verify off"):
        assert "先证明是您本人" in said(await there.tells(TEACHER, command))
        assert "不对" in said(await there.tells(TEACHER, there.wrong()))
    assert "已经开着" in said(await there.tells(TEACHER, "/verify"))
    await there.tells(TEACHER, "/verify off")
    assert "已关掉" in said(await there.tells(TEACHER, there.code()))


# --- a registered account asks for money --------------------------------------------------------


async def test_without_a_second_factor_nobody_is_asked(there: Guarded) -> None:
    await there.room.says(TEACHER, ASKS, CODE)
    private = await there.room.private(TEACHER)
    assert not any("🔐" in one.text for one in there.room.private_of(private))
    assert "等管理员" in there.public()


async def test_a_right_code_turns_the_caution_into_verified(there: Guarded) -> None:
    await there.sets_up()
    asked = await there.room.says(TEACHER, ASKS, CODE)
    assert "刚才是您" in said(asked)
    assert "已请本人" in there.public()
    assert "✓" in said(await there.tells(TEACHER, there.code()))
    assert "账号的主人" in there.public() and "⚠" not in there.public()
    assert (await there.room.incident()).state == "safe"
    there.room.later(hours=1)
    assert await there.room.says(TEACHER, ASKS, CODE) == [], "the same payee again needs no second word"
    there.room.later(minutes=1)
    await there.room.says(TEACHER, ASKS, OTHER_CODE)
    assert "已请本人" in there.public(), "another payee does"


async def test_a_code_speaks_for_its_owners_account_and_for_nobody_who_joined_in(there: Guarded) -> None:
    await there.sets_up()
    asked = "各位家长，资料费86元，请扫码缴费"
    await there.room.says(TEACHER, asked, CODE)
    await there.room.says(PARENT, asked, CODE)
    await there.tells(TEACHER, there.code())
    assert {pardon.user for pardon in (await there.room.group()).pardons} == {TEACHER.id}
    assert await there.room.says(PARENT, asked, CODE)


async def test_a_code_from_paper_counts_once(there: Guarded) -> None:
    await there.sets_up()
    await there.room.says(TEACHER, ASKS, CODE)
    assert "✓" in said(await there.tells(TEACHER, there.spares[0]))
    await there.room.says(TEACHER, ASKS, OTHER_CODE)
    assert "不对" in said(await there.tells(TEACHER, there.spares[0]))
    assert "✓" in said(await there.tells(TEACHER, there.spares[1].replace("-", " ")))


async def test_a_code_is_not_taken_twice(there: Guarded) -> None:
    await there.sets_up()
    await there.room.says(TEACHER, ASKS, CODE)
    code = there.code()
    await there.tells(TEACHER, code)
    await there.room.says(TEACHER, ASKS, OTHER_CODE)
    assert "用过了" in said(await there.tells(TEACHER, code))
    assert (await there.room.incident(2)).state == "open"


async def test_three_wrong_codes_raise_it_and_accuse_nobody(there: Guarded) -> None:
    await there.sets_up()
    await there.room.says(TEACHER, ASKS, CODE)
    for _ in range(2):
        assert "不对" in said(await there.tells(TEACHER, there.wrong()))
    assert "没能确认" in said(await there.tells(TEACHER, there.wrong()))
    assert (await there.room.incident()).level == Level.ALARM
    assert "没能" in there.public() and "骗" not in there.public() and TEACHER.name not in there.public()
    assert "没有等您" in said(await there.tells(TEACHER, f"/verify {there.code()}"))


async def test_no_answer_in_time_raises_it_and_tells_all_admins(there: Guarded) -> None:
    await there.sets_up()
    await there.room.says(TEACHER, ASKS, CODE)
    assert await there.waits(minutes=9) == []
    raised = await there.waits(minutes=2)
    assert "没能" in there.public()
    cards = {one.chat for one in raised if isinstance(one, Say) and "第1件" in one.text}
    assert cards == {(await there.room.private(who)).id for who in (TEACHER, HEAD)}
    assert "没有等您" in said(await there.tells(TEACHER, f"/verify {there.code()}"))


async def test_how_long_there_is_to_answer_is_the_groups_to_set(there: Guarded) -> None:
    await there.sets_up()
    await there.room.chooses("answer_minutes", "5")
    assert "5分钟" in said(await there.room.says(TEACHER, ASKS, CODE))
    assert await there.waits(minutes=4) == []
    assert await there.waits(minutes=2)
    assert "没能" in there.public()


async def test_to_lengthen_it_waits_for_the_code_and_is_told_to_all(there: Guarded) -> None:
    await there.sets_up()
    await there.says(TEACHER, "/panel answer_minutes 30")
    assert (await there.room.group()).settings["answer_minutes"] == "10"
    told = await there.tells(TEACHER, there.code())
    assert (await there.room.group()).settings["answer_minutes"] == "30"
    assert "30分钟" in said(told)


async def test_not_me_raises_it_at_once(there: Guarded) -> None:
    await there.sets_up()
    asked = await there.room.says(TEACHER, ASKS, CODE)
    (no,) = [one for one in commands_of(asked) if one.startswith("/verify no")]
    for stranger in (PARENT, HEAD):
        assert "没有等您" in said(await there.presses(stranger, no))
    await there.presses(TEACHER, no)
    assert (await there.room.incident()).level == Level.ALARM
    assert "没有等您" in said(await there.presses(TEACHER, no))


async def test_somebody_elses_right_code_confirms_nothing(there: Guarded) -> None:
    await there.sets_up(HEAD)
    heads = there.code
    head = there.totp
    await there.sets_up(TEACHER)
    await there.room.says(TEACHER, ASKS, CODE)
    there.totp = head
    assert "不对" in said(await there.tells(TEACHER, heads()))
    assert (await there.room.incident()).state == "open"


async def test_one_set_up_today_speaks_for_nobody_yet(there: Guarded) -> None:
    await there.sets_up(days=0.5)
    await there.room.says(TEACHER, ASKS, CODE)
    assert "等管理员" in there.public()


async def test_an_admins_decision_ends_the_asking(there: Guarded) -> None:
    await there.sets_up()
    await there.room.says(TEACHER, ASKS, CODE)
    incident = await there.room.incident()
    await there.presses(HEAD, f"/scam #{incident.id} 0")
    assert "已经有管理员处理过" in said(await there.tells(TEACHER, there.code()))
    assert (await there.room.incident()).state == "scam"
    assert await there.waits(minutes=20) == []


async def test_a_restart_forgets_no_question(there: Guarded) -> None:
    await there.sets_up()
    await there.room.says(TEACHER, ASKS, CODE)
    again = Guarded(
        Classroom(there.room.db, there.room.chat, there.room.memory, now=there.room.now), there.totp
    )
    again.room.messages = 500
    assert "✓" in said(await again.tells(TEACHER, again.code()))


async def test_a_thief_who_changes_the_subject_does_not_lose_the_question(there: Guarded) -> None:
    await there.sets_up()
    await there.room.says(TEACHER, ASKS, CODE)
    await there.tells(TEACHER, "/payee add")
    assert "✓" in said(await there.tells(TEACHER, f"/verify {there.code()}"))


async def test_guessing_is_over_after_ten_wrong_ones(there: Guarded) -> None:
    await there.sets_up()
    for _ in range(4):
        await there.tells(TEACHER, "/verify off")
        for _ in range(3):
            await there.tells(TEACHER, there.wrong())
    await there.tells(TEACHER, "/verify off")
    await there.tells(TEACHER, there.code())
    assert "已经开着" in said(await there.tells(TEACHER, "/verify"))
    there.room.later(hours=2)
    await there.tells(TEACHER, "/verify off")
    assert "已关掉" in said(await there.tells(TEACHER, there.code()))


# --- read and played ------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
async def test_it_is_explained_in_every_language(there: Guarded, language: str) -> None:
    private: Chat = await there.room.private(TEACHER)
    async with there.room.db.transaction() as tx:
        await settings.choose(tx, private.id, "language", language)
    word = {"zh-Hans": "验证码", "zh-Hant": "驗證碼", "en": "code"}[language]
    assert word in said(await there.tells(TEACHER, "/verify"))


async def test_in_a_real_class_the_owner_confirms_and_later_a_thief_cannot(tmp_path: Path) -> None:
    async with guarded(tmp_path) as school:
        control = school.playground.control
        await school.says("teacher", "/teacher add", reply_to=await school.says("teacher", "大家好"))
        await school.tells("teacher", "/verify setup")
        (scan,) = await control.said("teacher", contains="第一步", wait=PATIENCE)
        secret = re.search(r"\b[A-Z2-7]{32}\b", scan["text"])
        assert secret is not None
        totp = pyotp.TOTP(secret[0])
        await school.tells("teacher", totp.at(school.playground.clock.now()))
        (codes,) = await control.said("teacher", contains="开好了", wait=PATIENCE)
        await control.press("teacher", codes["message_id"], "teacher", "抄好了，拿走", wait=PATIENCE)
        await school.settled()
        texts = [one["text"] for one in await school.said("teacher")]
        assert not any("第一步" in text or "开好了" in text for text in texts)

        await control.advance(2 * 86_400)
        await school.says("teacher", ASKS, photo={"qr": "wxp://f2f0OwnersInventedCode1"})
        await control.said("teacher", contains="刚才是您", wait=PATIENCE)
        await school.tells("teacher", totp.at(school.playground.clock.now()))
        assert await control.said("class", contains="账号的主人", wait=PATIENCE)

        await school.says("teacher", ASKS, photo={"qr": "wxp://f2f0ThiefsInventedCode2"})
        await control.said("class", contains="已请本人", wait=PATIENCE)
        await school.settled()
        await control.advance(700)
        assert await control.said("class", contains="没能", wait=PATIENCE)
        await school.unharmed()
