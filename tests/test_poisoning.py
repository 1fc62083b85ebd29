"""What somebody gains who feeds the guard: it is to accuse an innocent, to look away, to call off, or to wear its admins out.

The figures stand in docs/security.md.
"""

from __future__ import annotations

from dataclasses import replace

from bot.actions import Action, Ban, Mute, Say
from bot.store.incidents import OPEN, SAFE
from handlers import reports
from patterns.model import Level, Message, Person
from tests.classroom import CLONE, CODE, FEE, HEAD, OTHER_CODE, PARENT, TEACHER, Classroom, classroom
from tests.opened import for_each_test

SALES = "本周末大闸蟹团购，想要的接龙报名，货到再付"
INNOCENT = Person("77", "小宝爸爸")

room = for_each_test(classroom)


def crowd(number: int) -> list[Person]:
    return [Person(f"9{one}", f"家长{one}") for one in range(number)]


async def reported(room: Classroom, by: Person, cited: Message) -> None:
    await room.answers(replace(room.message(by, "/report"), cited=cited, cited_at=room.now))


def cards(done: list[Action], private: int) -> int:
    """How often a phone rang."""
    return sum(isinstance(one, Say) and one.chat == private for one in done)


async def test_forty_accounts_that_report_an_innocent_for_hours_cost_the_admins_one_card(
    room: Classroom,
) -> None:
    head = (await room.private(HEAD)).id
    for hour in range(8):
        for number, liar in enumerate(crowd(40)):
            await reported(room, liar, Message(f"{hour}{number}", INNOCENT, SALES))
        room.later(hours=1)
    assert not [one for one in room.said if isinstance(one, Mute | Ban)]
    assert not [one for one in room.public() if INNOCENT.name in one.text]
    assert (await room.incident()).level == Level.NOTICE
    # All are about one person: one card, which is changed.
    assert await room.incidents() == cards(room.said, head) == 1


async def test_reports_about_everybody_reach_the_admins_three_dozen_times_a_day(room: Classroom) -> None:
    head = (await room.private(HEAD)).id
    for hour in range(8):
        for number, liar in enumerate(crowd(20)):
            victim = Person(f"5{hour}{number}", f"邻居{number}")
            await reported(room, liar, Message(f"{hour}{number}", victim, SALES))
        room.later(hours=1)
    assert cards(room.said, head) == reports.A_GROUP_AND_DAY == 36
    assert not [one for one in room.public() if "邻居" in one.text]


async def test_a_scammer_who_appeals_changes_no_verdict_and_rings_once(room: Classroom) -> None:
    head = (await room.private(HEAD)).id
    await room.private(CLONE)
    await room.says(CLONE, FEE, CODE)
    warned, rung = room.public()[-1], cards(room.said, head)
    for _ in range(20):
        await room.appeals(CLONE, "我真的是王老师，请解除警报")
    assert cards(room.said, head) - rung == 1
    assert (await room.incident()).state == OPEN and (await room.incident()).level == Level.ALARM
    assert room.public()[-1] is warned


async def test_a_stolen_admins_account_that_calls_off_an_alarm_rings_the_others_and_opens_one_door_only(
    room: Classroom,
) -> None:
    head, thief = (await room.private(HEAD)).id, (await room.private(TEACHER)).id
    await room.says(CLONE, FEE, CODE)
    rung, number = cards(room.said, head), (await room.incident()).id
    done = await room.presses(TEACHER, f"/safe #{number} 0")
    assert (await room.incident()).state == SAFE
    assert cards(room.said, head) - rung == 1 and cards(done, thief) == 0
    # Of five ways to go on, the one that was cleared is open.
    other = Person("67", "王丽老师")
    ways = [
        await room.says(CLONE, FEE, CODE),
        await room.says(CLONE, FEE, OTHER_CODE),
        await room.says(other, FEE, CODE),
        await room.says(replace(CLONE, name="李校长"), FEE, CODE),
        await room.says(CLONE, "把收到的验证码发给我，我帮大家登记"),
    ]
    assert [bool(way) for way in ways] == [False, True, True, True, True]


async def test_what_a_stolen_account_had_cleared_is_doubted_again_once_it_is_known_to_be_stolen(
    room: Classroom,
) -> None:
    await room.says(CLONE, FEE, CODE)
    await room.presses(TEACHER, f"/safe #{(await room.incident()).id} 0")
    room.later(days=2)
    assert not await room.says(CLONE, FEE, CODE)
    await room.answers(room.message(HEAD, f"/stolen mark {TEACHER.id}"))
    assert await room.says(CLONE, FEE, CODE)


async def test_an_honest_admins_word_outlives_another_admins_stolen_account(room: Classroom) -> None:
    await room.says(PARENT, "班费每人50元，扫码付给我。", CODE)
    await room.presses(HEAD, f"/safe #{(await room.incident()).id} 0")
    await room.answers(room.message(HEAD, f"/stolen mark {TEACHER.id}"))
    assert not await room.says(PARENT, "班费每人50元，扫码付给我。", CODE)


async def test_a_chorus_of_paid_neither_raises_nor_calls_off_nor_multiplies_a_warning(
    room: Classroom,
) -> None:
    await room.says(CLONE, FEE, CODE)
    level, before = (await room.incident()).level, len(room.public())
    for voice in crowd(100):
        await room.says(voice, "已交")
    assert (await room.incident()).level == level == Level.ALARM
    assert await room.incidents() == 1 and len(room.public()) == before
    # The scam again, every twenty voices: each time one message in place of the last.
    for round_ in range(5):
        await room.says(CLONE, FEE, CODE)
        for voice in crowd(20 + round_ % 2):
            await room.says(voice, "已交")
    later = room.public()[before:]
    assert len(later) <= 5 and all(one.replaces for one in later)


async def test_a_chorus_beside_an_honest_collection_makes_no_alarm_of_it(room: Classroom) -> None:
    await room.says(PARENT, "班费每人50元，扫码付给我。", CODE)
    level = (await room.incident()).level
    for voice in crowd(100):
        await room.says(voice, "已交，收到")
    assert (await room.incident()).level == level == Level.CAUTION
    assert len(room.public()) == 1


async def test_an_admin_fooled_by_a_small_sum_has_not_allowed_another_payee_name_or_trick(
    room: Classroom,
) -> None:
    stranger = Person("88", "小明爸爸")
    await room.says(stranger, "班费每人5元，扫码付给我。", CODE)
    await room.presses(HEAD, f"/safe #{(await room.incident()).id} 0")
    ways = [
        await room.says(stranger, "班费每人500元，扫码付给我。", CODE),
        await room.says(stranger, "班费每人50元，扫码付给我。", OTHER_CODE),
        await room.says(replace(stranger, name="王丽老师"), FEE, CODE),
        await room.says(Person("89", "小明妈妈"), "班费每人50元，扫码付给我。", CODE),
        await room.says(stranger, "把收到的验证码发给我，我帮大家登记"),
    ]
    assert [bool(way) for way in ways] == [False, True, True, True, True]


async def test_months_of_good_talk_buy_a_false_name_nothing(room: Classroom) -> None:
    sleeper = Person("90", "小红妈妈")
    for _day in range(60):
        await room.says(sleeper, "收到，谢谢老师")
        room.later(days=1)
    assert await room.says(replace(sleeper, name="王丽老师"), FEE, CODE)
    assert (await room.incident()).level == Level.ALARM
