"""The look at every message: what it fills in, what it lets pass, what it hands on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.events import PicturesRead
from bot.store.pardons import Pardon
from bot.store.payees import Payee
from handlers import messages
from handlers.pardoning import pardoned, words_mark
from handlers.seen import Seen
from patterns.model import Level, Person, Role, Station, Verdict
from tests.classroom import BARE, CLONE, CODE, FEE, ME, PARENT, TEACHER, Classroom, classroom, mark
from tests.opened import for_each_test

VEILED = Person("1087968824", "Group", role=Role.ADMIN, station=Station.ANONYMOUS_ADMIN)
CHANNEL = Person("777000", "王丽老师", station=Station.LINKED_CHANNEL)

room = for_each_test(classroom)


async def look(room: Classroom, who: Person, text: str, *attachments: object) -> Seen | None:
    event = room.message(who, text, *attachments)  # type: ignore[arg-type]
    return messages.glance(event, room.chat, await room.group(), room.memory, room.now)


@pytest.mark.parametrize(
    "text", ["", "收到", "明天几点放学？", "😀" * 4096, "\u200b\u202e" * 2000, "好" * 4096]
)
async def test_ordinary_messages_pass(room: Classroom, text: str) -> None:
    assert await look(room, PARENT, text) is None


async def test_the_hour_is_the_groups_own(room: Classroom) -> None:
    room.now = datetime(2026, 9, 6, 22, 30, tzinfo=UTC)
    seen = await look(room, CLONE, FEE, CODE)
    assert seen is not None and (seen.message.hour, seen.message.weekday) == (6, 0)
    await room.chooses("timezone", "Europe/London")
    seen = await look(room, CLONE, FEE, CODE)
    assert seen is not None and (seen.message.hour, seen.message.weekday) == (23, 6)


async def test_a_former_name_is_filled_in(room: Classroom) -> None:
    await look(room, replace(CLONE, name="梓涵爸爸"), "早")
    room.later(minutes=10)
    seen = await look(room, CLONE, FEE, CODE)
    assert seen is not None and seen.message.standing.renamed_from == "梓涵爸爸"


async def test_a_join_is_filled_in(room: Classroom) -> None:
    room.memory.joined(room.chat.id, CLONE.id, CLONE.name, room.now)
    room.later(days=2)
    seen = await look(room, CLONE, FEE, CODE)
    assert seen is not None and seen.message.standing.joined_days == 2


async def test_the_ask_split_over_posts_is_one_ask(room: Classroom) -> None:
    assert await look(room, CLONE, "各位家长好，占用大家一分钟") is not None, "a protected name worn"
    await look(room, CLONE, "本学期资料费每人86.5元")
    seen = await look(room, CLONE, "扫这个码交", CODE)
    assert seen is not None and seen.verdict.level is Level.ALARM


async def test_text_speaks_first_and_the_picture_may_raise(room: Classroom) -> None:
    event = room.message(PARENT, "班费每人50元，扫码付给我", BARE)
    there = await room.group()
    first = messages.glance(event, room.chat, there, room.memory, room.now)
    assert first is not None and first.verdict.level is Level.CAUTION
    then = messages.glance(PicturesRead(event, (CODE,)), room.chat, there, room.memory, room.now)
    assert then is not None and then.message.attachments == (CODE,)
    assert then.verdict.level >= first.verdict.level
    assert room.memory.standing(room.chat.id, PARENT.id, room.now).messages == 1


async def test_a_picture_in_which_nothing_was_found_is_no_reason_to_judge_again(room: Classroom) -> None:
    event = PicturesRead(room.message(CLONE, FEE, BARE), ())
    assert messages.glance(event, room.chat, await room.group(), room.memory, room.now) is None


@pytest.mark.parametrize(
    ("who", "level"), [(CLONE, Level.ALARM), (PARENT, Level.CAUTION)], ids=["a clone", "a parent"]
)
async def test_where_payees_are_registered_a_picture_in_which_nothing_was_found_changes_no_verdict(
    room: Classroom, who: Person, level: Level
) -> None:
    there = replace(await room.group(), payees=(Payee("name", "阳光书店"),))
    event = room.message(who, FEE, BARE)
    first = messages.glance(event, room.chat, there, room.memory, room.now)
    then = messages.glance(PicturesRead(event, ()), room.chat, there, room.memory, room.now)
    assert first is not None and then is not None
    assert first.verdict.level is then.verdict.level is level
    assert [one.signal for one in then.verdict.evidence] == [one.signal for one in first.verdict.evidence]


@pytest.mark.parametrize(
    "who", [TEACHER, VEILED, CHANNEL], ids=["teacher", "anonymous admin", "linked channel"]
)
async def test_staff_are_never_accused_of_being_somebody_else(room: Classroom, who: Person) -> None:
    seen = await look(room, who, FEE, CODE)
    assert seen is None or (seen.verdict.impersonates is None and seen.verdict.level < Level.ALARM)


async def test_the_bot_does_not_judge_itself(room: Classroom) -> None:
    assert await look(room, Person(ME.id, "王丽老师"), FEE, CODE) is None


async def test_nobody_may_pose_as_the_bot(room: Classroom) -> None:
    seen = await look(room, Person("66", ME.name), "请大家扫码缴费86元", CODE)
    assert seen is not None and seen.verdict.impersonates == ME.name


async def test_before_any_setup_the_admins_are_protected_and_may_not_collect(tmp_path: Path) -> None:
    async with classroom(tmp_path, teachers=False) as room:
        group = await room.group()
        assert group.provisional and not any(person.collects for person in group.roster)
        cloned = await look(room, CLONE, FEE, CODE)
        assert cloned is not None and cloned.verdict.level is Level.ALARM
        own = await look(room, TEACHER, FEE, CODE)
        assert own is not None and own.verdict.level is Level.CAUTION


async def test_a_replayed_message_is_remembered_and_not_counted(room: Classroom) -> None:
    there = await room.group()
    event = room.message(CLONE, "各位家长，本学期资料费每人86.5元")
    messages.remember(event, room.chat, there, room.memory)
    assert room.memory.heard(room.chat.id) == 0
    seen = await look(room, CLONE, "扫这个码交", CODE)
    assert seen is not None and seen.verdict.level is Level.ALARM


ASK = "校服费每人230元，今天转给我微信，我统一去买"


@pytest.mark.parametrize(
    ("pardon", "verdict", "holds"),
    [
        (Pardon("20", mark("小雨妈妈"), words_mark(ASK, mark), 2), Verdict(Level.CAUTION), True),
        (Pardon("20", mark("小雨妈妈"), words_mark(f"{ASK}！今晚", mark), 2), Verdict(Level.CAUTION), False),
        (Pardon("20", mark("小雨妈妈"), "", 2), Verdict(Level.CAUTION), False),
        (Pardon("20", mark("小雨妈妈"), "", 2), Verdict(Level.NOTICE), True),
        (Pardon("20", mark("小雨妈妈"), mark("a"), 2), Verdict(Level.CAUTION, marks=("a",)), True),
        (Pardon("20", mark("小雨妈妈"), mark("a"), 2), Verdict(Level.CAUTION), True),
        (Pardon("20", mark("小雨妈妈"), mark("a"), 2), Verdict(Level.CAUTION, marks=("a", "b")), False),
        (Pardon("20", mark("小雨妈妈"), "", 2), Verdict(Level.CAUTION, marks=("a",)), False),
        (Pardon("20", mark("王丽老师"), "", 2), Verdict(Level.CAUTION), False),
        (Pardon("21", mark("小雨妈妈"), "", 2), Verdict(Level.CAUTION), False),
        (Pardon("20", mark("小雨妈妈"), "", 2), Verdict(Level.ALARM), False),
        (Pardon("20", mark("小雨妈妈"), "", 3), Verdict(Level.ALARM, tells=("program_file",)), False),
    ],
    ids=[
        "the same ask",
        "another ask",
        "an ask where none was heard",
        "nothing the class is warned of",
        "the same payee",
        "less than was pardoned",
        "one payee more",
        "a payee where there was none",
        "another name",
        "another account",
        "louder than what was pardoned",
        "a hard tell",
    ],
)
async def test_a_pardon_covers_no_more_than_the_admin_saw(
    room: Classroom, pardon: Pardon, verdict: Verdict, holds: bool
) -> None:
    there = replace(await room.group(), pardons=(pardon,))
    assert pardoned(room.message(PARENT, ASK).message, verdict, there) is holds


async def test_a_scam_may_begin_with_a_slash_and_is_seen_all_the_same(room: Classroom) -> None:
    actions = await room.answers(room.message(CLONE, "/通知 " + FEE, CODE))
    assert room.public() and actions
