"""A fee of the whole school holds in every class of it, and a class's own in that class alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.actions import Action, Say
from bot.places import Chat, ChatKind, Place
from bot.settings import LANGUAGES
from bot.store import chats, fees, roster, schools
from bot.store.fees import Register
from bot.store.moments import milliseconds
from bot.store.schools import Member
from handlers import loading
from handlers.schools import joining
from patterns.context import Context
from patterns.model import Attachment, AttachmentKind, Duty, Level, Person, Protected, Role
from tests.class_with_fees import CODE, shows
from tests.group_chat import ADMIN, OWNER, PARENT, STRANGER, button, mark, offered, said
from tests.opened import for_each_test
from tests.two_classes import Two, two_classes

TEACHER = Person("300", "王丽老师")
# Runs the other class and nothing else.
COLLEAGUE = Person("400", "赵敏老师", role=Role.ADMIN)
OTHER_CODE = "wxp://f2f0SomebodyElseInvented9"
ASKS = "各位家长，请扫码交校服费86.5元"

two = for_each_test(two_classes)


def scanned(code: str) -> Attachment:
    return Attachment(AttachmentKind.QR, code)


async def written_down(two: Two, whole: str, what: str = "校服费") -> Sequence[Action]:
    """An admin of the first class answers question by question; of both classes the first is meant."""
    private = await two.room.private(ADMIN)
    await two.room.presses(ADMIN, f"/fee ~{two.room.chat.id} new", chat=private)
    for answer in (what, "86.5"):
        await two.room.says(ADMIN, answer, chat=private)
    asked = await shows(two.room, private, CODE)
    asked = await two.room.presses(ADMIN, button(asked, "7天内"), chat=private)
    review = await two.room.presses(ADMIN, button(asked, "校园缴费平台"), chat=private)
    assert "别的班的事我不作证" in said(review)
    return await two.room.presses(ADMIN, button(review, whole), chat=private)


async def agreed(two: Two, asked: Sequence[Action], who: Person = OWNER) -> list[Action]:
    return await two.room.presses(who, button(asked, "同意"), chat=await two.room.private(who))


async def announced(two: Two, whole: str = "全校都交", what: str = "校服费") -> list[Action]:
    return await agreed(two, await written_down(two, whole, what))


async def context(two: Two, chat: Chat) -> Context:
    async with two.room.here(chat) as here:
        assert here.group is not None
        return here.group.context


async def known(two: Two, chat: Chat) -> list[str]:
    return [fee.notice for fee in (await context(two, chat)).fees]


def told(actions: Sequence[Action], chat: Chat) -> list[Say]:
    return [one for one in actions if isinstance(one, Say) and one.chat == chat.id]


# --- what holds where -------------------------------------------------------------------------


@pytest.mark.usefixtures("on_either_database")
async def test_a_whole_schools_fee_is_announced_and_known_in_every_class(two: Two) -> None:
    done = await announced(two)
    for chat in (two.room.chat, two.other):
        (notice,) = told(done, chat)
        assert "第S1号" in notice.text and "谁要交：全校各班" in notice.text and "86.5" in notice.text
        assert await known(two, chat) == ["S1"]
        genuine = await two.judged(chat, PARENT, ASKS, scanned(CODE))
        assert (genuine.level, genuine.fee) == (Level.CLEAR, "S1")
        false = await two.judged(chat, STRANGER, ASKS, scanned(OTHER_CODE))
        assert false.level is Level.ALARM and "contradicts_fee" in false.tells


async def test_a_classs_own_fee_says_nothing_for_or_against_anybody_in_another_class(two: Two) -> None:
    before = await two.judged(two.other, STRANGER, "请扫码交练习册费86.5元", scanned(CODE))
    other_before = await two.judged(two.other, STRANGER, "请扫码交练习册费86.5元", scanned(OTHER_CODE))
    done = await announced(two, "只有本班交", "练习册费")
    assert told(done, two.other) == []
    assert await known(two, two.room.chat) == ["1"] and await known(two, two.other) == []
    assert await two.judged(two.other, STRANGER, "请扫码交练习册费86.5元", scanned(CODE)) == before
    after = await two.judged(two.other, STRANGER, "请扫码交练习册费86.5元", scanned(OTHER_CODE))
    assert after == other_before and "contradicts_fee" not in after.tells
    assert not (await context(two, two.other)).payees


async def test_a_whole_schools_fee_vouches_for_no_other_payee_sum_or_face(two: Two) -> None:
    await two.lists(Member("王丽老师", Duty.TEACHER, accounts=("telegram:300",)))
    await announced(two)
    clone = Person("66", "王丽老师")
    for who, text, code in (
        (STRANGER, ASKS, OTHER_CODE),
        (TEACHER, ASKS, OTHER_CODE),
        (clone, ASKS, CODE),
        (clone, ASKS, OTHER_CODE),
    ):
        verdict = await two.judged(two.other, who, text, scanned(code))
        assert (verdict.level, verdict.fee) == (Level.ALARM, ""), (who, code)
    raised = await two.judged(two.other, TEACHER, ASKS.replace("86.5", "186.5"), scanned(CODE))
    assert raised.fee == ""
    for more in ("，平台坏了，先加老师新号", "，也可以在 https://pay.xiaofu.example 上交"):
        assert (await two.judged(two.other, PARENT, ASKS + more, scanned(CODE))).fee == ""


async def test_what_is_only_written_down_holds_nowhere(two: Two) -> None:
    await written_down(two, "全校都交")
    assert await known(two, two.room.chat) == await known(two, two.other) == []
    assert not (await context(two, two.other)).payees


async def test_each_class_counts_its_own_fees_and_the_school_its_own(two: Two) -> None:
    await announced(two, "只有本班交", "练习册费")
    await announced(two)
    assert await known(two, two.room.chat) == ["1", "S1"]
    assert await known(two, two.other) == ["S1"]
    page = said(await two.room.says(PARENT, "/fee"))
    assert "第1号：练习册费" in page and "第S1号（全校）：校服费" in page
    page = said(await two.room.says(PARENT, "/fee", chat=two.other))
    assert "练习册费" not in page and "第S1号（全校）：校服费" in page


@pytest.mark.usefixtures("on_either_database")
async def test_it_holds_in_a_class_on_another_platform(two: Two) -> None:
    place = Place("onebot", "qqgroup:77", ChatKind.GROUP, "五(1)班家长群")
    async with two.room.db.transaction() as tx:
        there, _ = await chats.register(tx, place, milliseconds(two.room.now))
        await schools.join(tx, two.school.id, there.id)
    done = await announced(two)
    assert "第S1号" in told(done, there)[0].text
    async with two.room.db.read() as tx:
        known_there = (await loading.load(tx, {there: two.room.me}, mark))[there]
    assert [fee.notice for fee in known_there.context.fees] == ["S1"]


async def test_a_class_that_joins_later_knows_it_and_one_that_leaves_does_not(two: Two) -> None:
    await announced(two)
    late = await two.room.another("六(3)班家长群", keepers=(COLLEAGUE,))
    assert await known(two, late) == []
    async with two.room.db.transaction() as tx:
        await joining.take_in(tx, two.school, late.id, two.room.now)
        await schools.leave(tx, two.other.id)
    assert await known(two, late) == ["S1"] and await known(two, two.other) == []
    genuine = await two.judged(late, PARENT, ASKS, scanned(CODE))
    assert (genuine.level, genuine.fee) == (Level.CLEAR, "S1")
    false = await two.judged(late, STRANGER, ASKS, scanned(OTHER_CODE))
    assert false.level is Level.ALARM and "contradicts_fee" in false.tells


async def comes_late(two: Two, keepers: Sequence[Person] = (COLLEAGUE,)) -> tuple[Chat, list[Action]]:
    """A class the school takes in now, and what is said for that."""
    late = await two.room.another("六(3)班家长群", keepers=keepers)
    async with two.room.db.transaction() as tx:
        await joining.take_in(tx, two.school, late.id, two.room.now)
    return late, [action for _, action in await two.room.strikes(two.room.now + timedelta(seconds=1))]


@pytest.mark.usefixtures("on_either_database")
async def test_the_admins_of_a_class_that_joins_later_are_told_in_a_line_which_fees_hold(two: Two) -> None:
    await announced(two)
    await announced(two, what="餐费")
    page = await two.room.says(OWNER, "/fee")
    await two.room.presses(OWNER, button(page, "结束第S2号"))
    await announced(two, "只有本班交", "练习册费")
    late, heard = await comes_late(two)
    (word,) = told(heard, await two.room.private(COLLEAGUE))
    assert [word] == heard, "nobody else is told, nor the class"
    assert "六(3)班家长群" in word.text and "第S1号校服费（86.5元）" in word.text and "\n" not in word.text
    assert "餐费" not in word.text and "练习册费" not in word.text
    assert "第S1号（全校）：校服费" in said(await two.room.says(PARENT, "/fee", chat=late))


async def test_of_many_fees_the_latest_are_named_and_all_are_counted(two: Two) -> None:
    for number in range(7):
        await announced(two, what=f"收费{number}")
    _, heard = await comes_late(two)
    assert "7项" in said(heard) and "第S7号" in said(heard) and "第S2号" not in said(heard)


async def test_where_nothing_is_announced_nobody_is_told_anything(two: Two) -> None:
    await written_down(two, "全校都交")
    assert (await comes_late(two))[1] == []


async def test_a_class_that_left_before_it_was_told_hears_of_no_fee(two: Two) -> None:
    await announced(two)
    late = await two.room.another("六(3)班家长群", keepers=(COLLEAGUE,))
    async with two.room.db.transaction() as tx:
        await joining.take_in(tx, two.school, late.id, two.room.now)
        await schools.leave(tx, late.id)
    assert await two.room.strikes(two.room.now + timedelta(seconds=1)) == []


@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_admin_reads_which_fees_hold_in_ones_own_language(two: Two, language: str) -> None:
    await announced(two)
    private = await two.room.private(COLLEAGUE)
    await two.room.says(COLLEAGUE, f"/language {language}", chat=private)
    wanted = {"zh-Hans": "也算数", "zh-Hant": "也算數", "en": "so 1 fee the school has announced counts"}
    assert wanted[language] in said((await comes_late(two))[1])


async def test_another_school_knows_nothing_of_it(two: Two) -> None:
    foreign = await two.room.another("别校一班", keepers=(PARENT,))
    async with two.room.db.transaction() as tx:
        await schools.join(tx, (await schools.make(tx, "别的学校", two.room.now)).id, foreign.id)
    assert told(await announced(two), foreign) == []
    assert await known(two, foreign) == []


# --- whose word it takes ----------------------------------------------------------------------


async def elsewhere(two: Two) -> Chat:
    """A third class of the school, run by somebody who runs no other."""
    third = await two.room.another("五(1)班家长群", keepers=(COLLEAGUE,))
    async with two.room.db.transaction() as tx:
        await schools.join(tx, two.school.id, third.id)
    return third


async def test_whoever_runs_another_class_is_asked_once_however_many_they_run(two: Two) -> None:
    await elsewhere(two)
    await elsewhere(two)
    asked = await written_down(two, "全校都交")
    for who, times in ((OWNER, 1), (COLLEAGUE, 1)):
        assert len(told(asked, await two.room.private(who))) == times
    assert [one.label for one in offered(told(asked, await two.room.private(ADMIN)))] == []
    assert "三(2)班家长群" in said(told(asked, await two.room.private(COLLEAGUE)))


async def test_the_class_that_wrote_it_down_has_no_second_voice_itself(two: Two) -> None:
    third = await elsewhere(two)
    await written_down(two, "全校都交")
    for who in (ADMIN, OWNER):
        assert "别的班" in said(await two.room.says(who, "/fee confirm S1"))
    assert "别的班" in said(await two.room.says(ADMIN, "/fee confirm S1", chat=two.other)), (
        "nor has its writer"
    )
    assert await known(two, third) == []
    assert "全校各班" in said(await two.room.says(COLLEAGUE, "/fee confirm s1", chat=third))
    assert await known(two, third) == ["S1"]


async def test_two_accounts_of_one_registered_person_are_one_voice(two: Two) -> None:
    third = await elsewhere(two)
    accounts = (f"telegram:{ADMIN.id}", f"telegram:{COLLEAGUE.id}")
    await two.lists(Member("王丽老师", Duty.TEACHER, accounts=accounts))
    await written_down(two, "全校都交")
    assert "别的班" in said(await two.room.says(COLLEAGUE, "/fee confirm S1", chat=third))
    assert await known(two, third) == []


async def test_in_one_class_two_accounts_of_one_person_are_one_voice_too(two: Two) -> None:
    async with two.room.here() as here:
        both = Protected("王丽老师", frozenset((ADMIN.id, OWNER.id)))
        await roster.add(here.tx, two.room.chat.id, both, OWNER.id, here.now)
    await written_down(two, "只有本班交")
    assert "另一位管理员" in said(await two.room.says(OWNER, "/fee confirm 1"))
    assert await known(two, two.room.chat) == []


async def test_a_parent_or_an_unnamed_admin_agrees_to_nothing(two: Two) -> None:
    await written_down(two, "全校都交")
    await two.room.says(PARENT, "/fee confirm S1", chat=two.other)
    assert await known(two, two.other) == []


async def test_two_who_agree_at_once_announce_it_once(two: Two) -> None:
    third = await elsewhere(two)
    asked = await written_down(two, "全校都交")
    await agreed(two, asked)
    again = await two.room.says(COLLEAGUE, "/fee confirm S1", chat=third)
    assert "已经有人处理过" in said(again) and told(again, two.other) == []


async def test_a_class_of_no_school_or_the_only_one_is_asked_nothing_more(two: Two) -> None:
    async with two.room.db.transaction() as tx:
        await schools.leave(tx, two.other.id)
    private = await two.room.private(ADMIN)
    await two.room.presses(ADMIN, f"/fee ~{two.room.chat.id} new", chat=private)
    for answer in ("校服费", "86.5", "阳光小学缴费平台", "12月20日"):
        await two.room.says(ADMIN, answer, chat=private)
    review = await two.room.says(ADMIN, "在校园平台里交", chat=private)
    assert "对，请管理员确认" in [one.label for one in offered(review)]
    async with two.room.db.transaction() as tx:
        await schools.leave(tx, two.room.chat.id)
    forged = await two.room.presses(ADMIN, "/fee set school", chat=private)
    assert "失效" in said(forged)


# --- its end ----------------------------------------------------------------------------------


async def test_it_is_ended_where_it_was_written_down(two: Two) -> None:
    await announced(two)
    for typed in ("S1", "#s1"):
        refused = await two.room.says(OWNER, f"/fee close {typed}", chat=two.other)
        assert "由那个班的管理员结束" in said(refused)
    page = await two.room.says(OWNER, "/fee", chat=two.other)
    assert "结束第S1号" not in [one.label for one in offered(page)]
    assert await known(two, two.other) == ["S1"]
    page = await two.room.says(OWNER, "/fee")
    await two.room.presses(OWNER, button(page, "结束第S1号"))
    assert await known(two, two.room.chat) == await known(two, two.other) == []


async def test_where_the_class_that_wrote_it_down_has_left_any_other_ends_it(two: Two) -> None:
    await announced(two)
    async with two.room.db.transaction() as tx:
        await schools.leave(tx, two.room.chat.id)
    await two.room.says(OWNER, "/fee close S1", chat=two.other)
    assert await known(two, two.other) == []


@pytest.mark.usefixtures("on_either_database")
async def test_it_ends_after_its_last_day_though_the_class_that_wrote_it_down_was_forgotten(two: Two) -> None:
    await announced(two)
    async with two.room.db.transaction() as tx:
        await chats.forget(tx, two.room.chat.id)
    await two.room.strikes(two.room.now + timedelta(days=7))
    assert await known(two, two.other) == ["S1"]
    await two.room.strikes(two.room.now + timedelta(days=1))
    assert await known(two, two.other) == []


async def test_it_ends_in_a_class_that_joined_later_though_all_others_were_forgotten(two: Two) -> None:
    await announced(two)
    late, _ = await comes_late(two)
    async with two.room.db.transaction() as tx:
        await chats.forget(tx, two.other.id)
        await chats.forget(tx, two.room.chat.id)
    await two.room.strikes(two.room.now + timedelta(days=7))
    assert await known(two, late) == ["S1"]
    await two.room.strikes(two.room.now + timedelta(days=1))
    assert await known(two, late) == []


async def test_a_fee_whose_last_day_went_by_unseen_is_over_when_a_class_joins(two: Two) -> None:
    await announced(two)
    async with two.room.db.transaction() as tx:
        await chats.forget(tx, two.other.id)
        await chats.forget(tx, two.room.chat.id)
    two.room.now += timedelta(days=9)
    late, heard = await comes_late(two)
    assert heard == [] and await known(two, late) == []


async def test_a_number_nobody_knows_is_no_fee(two: Two) -> None:
    await announced(two)
    async with two.room.db.read() as tx:
        for typed in ("", "S", "1", "S2", "SS1", "S-1", "S１", "S" + "9" * 30, "校1"):
            assert await fees.signed(tx, two.other.id, typed) is None, typed
        found = await fees.signed(tx, two.other.id, "#s1")
    assert found is not None and found[0] == Register(two.school.id, whole_school=True)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_choice_is_offered_in_the_admins_language(two: Two, language: str) -> None:
    private = await two.room.private(ADMIN)
    await two.room.says(ADMIN, f"/language {language}", chat=private)
    await two.room.presses(ADMIN, f"/fee ~{two.room.chat.id} new", chat=private)
    for answer in ("校服费", "86.5", "阳光小学缴费平台", "2026-12-20"):
        await two.room.says(ADMIN, answer, chat=private)
    review = await two.room.says(ADMIN, "在校园平台里交", chat=private)
    wanted = {"zh-Hans": "全校都交", "zh-Hant": "全校都繳", "en": "for the whole school"}[language]
    assert any(wanted in one.label for one in offered(review))
