"""What the guard did in a week is told to its admins, once, in private, with a picture; quietly or not at all if so set."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.actions import Action, Paper, Say
from bot.events import TimerDue
from bot.papers import press
from bot.settings import LANGUAGES
from bot.store import digests, due, quizzes
from bot.store import members as members_store
from bot.store.due import Due
from bot.store.moments import moment
from handlers import teaching
from handlers.digest import KIND, chart
from handlers.tally import past, tally
from patterns.model import Level
from tests.classroom import CLONE, CODE, FEE, HEAD, TEACHER, Classroom, classroom
from tests.drawing import needs_font
from tests.group_chat import NOBODY_IN_PARTICULAR, PARENT, button, offered, said
from tests.guarded import CODE as WALLET
from tests.guarded import PATIENCE, SCAM, School, on_guard, unguarded

SHANGHAI = ZoneInfo("Asia/Shanghai")
# The first after the class was met, and after the playground's morning.
MONDAY = datetime(2026, 9, 7, 18, 30, tzinfo=SHANGHAI)
LATER_MONDAY = datetime(2026, 11, 30, 18, 30, tzinfo=SHANGHAI)
A_WEEK = timedelta(days=7)


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Classroom]:
    async with classroom(tmp_path) as made:
        settings = (await made.group()).settings
        async with made.db.transaction() as tx:
            await teaching.plan(tx, made.chat.id, settings, made.now)
        yield made


async def waiting(room: Classroom, until: datetime) -> list[Due]:
    async with room.db.read() as tx:
        return [one for one in await due.due(tx, until, [room.chat.place.platform]) if one.kind == KIND]


async def serves(room: Classroom, timer: Due) -> list[Action]:
    event = TimerDue(timer.timer, timer.kind, timer.chat, timer.payload, moment(timer.due_at), room.now)
    async with room.db.transaction() as tx:
        claimed = await due.claim(tx, timer.timer, event.due)
    return await room.answers(event) if claimed else []


async def told(room: Classroom, until: datetime) -> list[tuple[datetime, Say]]:
    """Time passes; what is told on the way, and when."""
    found = []
    while timers := await waiting(room, until):
        room.now = max(room.now, moment(timers[0].due_at))
        found += [(room.now, one) for one in await serves(room, timers[0]) if isinstance(one, Say)]
    room.now = until
    return found


async def counted(room: Classroom, day: str, messages: int) -> None:
    async with room.db.transaction() as tx:
        await members_store.count(tx, {(room.chat.id, day, "messages"): messages})


async def answered(room: Classroom, answers: int, correct: int) -> None:
    async with room.db.transaction() as tx:
        await quizzes.ask(tx, room.chat.id, "q", "item", 1, room.now)
        await quizzes.opened(tx, "q", "poll")
        await quizzes.count(tx, "poll", (answers - correct, correct))


# --- what it says ---------------------------------------------------------------------------


async def test_the_week_is_told_to_each_admin_in_private_with_a_chart(room: Classroom) -> None:
    await room.says(CLONE, FEE, CODE)
    await room.presses(HEAD, f"/scam #{(await room.incident()).id} 0")
    await answered(room, 40, 34)
    await counted(room, "2026-09-03", 120)
    found = await told(room, MONDAY + timedelta(hours=1))
    group = await room.group()
    assert {at for at, _ in found} == {MONDAY}
    assert len({one.chat for _, one in found}) == len(found) == len(group.admins)
    assert room.chat.id not in {one.chat for _, one in found}
    text = found[0][1].text
    assert "121 条" in text and "发现诈骗，提醒了全群：1 件" in text
    assert "是诈骗 1 件" in text and "85%" in text and "40 次" in text
    assert text.count("\n") < 12
    assert isinstance(found[0][1].paper, Paper)
    assert "出过的事" in [one.label for one in offered([found[0][1]])]


async def test_no_name_and_no_word_of_anybody_stands_in_it(room: Classroom) -> None:
    await room.says(CLONE, FEE, CODE)
    for _, one in await told(room, MONDAY):
        shown = f"{one.text}{one.paper}"
        assert TEACHER.name not in shown and CLONE.id not in shown and FEE[:6] not in shown


async def test_messages_are_counted_on_the_groups_own_days(room: Classroom) -> None:
    room.now = datetime(2026, 9, 3, 23, 50, tzinfo=SHANGHAI)
    await room.says(PARENT, "晚安")
    room.now = datetime(2026, 9, 4, 0, 10, tzinfo=SHANGHAI)
    await room.says(PARENT, "早")
    async with room.db.transaction() as tx:
        await room.memory.flush(tx, everything=True)
        found = await digests.counted(tx, room.chat.id, "messages", date(2026, 9, 3), date(2026, 9, 5))
    assert found == {date(2026, 9, 3): 1, date(2026, 9, 4): 1}


@pytest.mark.parametrize("language", LANGUAGES)
async def test_it_fits_a_phone_and_the_caption_of_a_picture(room: Classroom, language: str) -> None:
    await room.chooses("language", language)
    await room.says(CLONE, FEE, CODE)
    await answered(room, 40, 20)
    found = await told(room, MONDAY)
    assert max(len(one.text) for _, one in found) < 700
    assert "🚨" not in found[0][1].text


# --- when -----------------------------------------------------------------------------------


async def test_it_comes_once_a_week_and_every_day_is_in_one_of_them(room: Classroom) -> None:
    for number in range(21):
        await counted(room, (date(2026, 8, 31) + timedelta(days=number)).isoformat(), 1)
    found = await told(room, MONDAY + 2 * A_WEEK)
    mine = [one.text for _, one in found if one.chat == found[0][1].chat]
    assert len(mine) == 3
    assert all("7 条" in text for text in mine)


async def test_after_a_long_absence_one_tells_of_all_of_it(room: Classroom) -> None:
    for number in range(14):
        await counted(room, (date(2026, 8, 31) + timedelta(days=number)).isoformat(), 1)
    assert await told(room, MONDAY)
    (timer,) = await waiting(room, MONDAY + A_WEEK)
    for number in range(14, 21):
        await counted(room, (date(2026, 8, 31) + timedelta(days=number)).isoformat(), 1)
    room.now = MONDAY + 2 * A_WEEK + timedelta(days=2)
    late = await serves(room, timer)
    assert "14 条" in said(late)
    assert await serves(room, timer) == [], "never twice"


async def test_moved_within_a_week_it_does_not_come_twice(room: Classroom) -> None:
    assert await told(room, MONDAY)
    await room.answers(room.message(HEAD, "/panel digest_day wed"))
    found = await told(room, MONDAY + timedelta(days=10))
    assert {at.astimezone(SHANGHAI).strftime("%a %d") for at, _ in found} == {"Wed 16"}
    assert "9月7日到9月15日" in found[0][1].text, "nothing is left out"


async def test_where_nothing_happened_it_is_silent_if_so_set(room: Classroom) -> None:
    await room.answers(room.message(HEAD, "/digest quiet"))
    await counted(room, "2026-09-03", 500)
    assert await told(room, MONDAY) == []
    await room.says(CLONE, FEE, CODE)
    assert await told(room, MONDAY + A_WEEK)


async def test_switched_off_it_stops_and_switched_on_it_comes_back(room: Classroom) -> None:
    assert "已关" in said(await room.answers(room.message(HEAD, "/digest 关")))
    assert await told(room, MONDAY + A_WEEK) == []
    assert "每周一 18:30" in said(await room.answers(room.message(HEAD, "/digest on")))
    assert await told(room, MONDAY + 2 * A_WEEK)


# --- the command ----------------------------------------------------------------------------


async def test_one_right_now_is_for_whoever_asks_and_takes_nothing_from_mondays(room: Classroom) -> None:
    await room.says(CLONE, FEE, CODE)
    page = await room.answers(room.message(HEAD, "/digest"))
    done = await room.presses(HEAD, button(page, "现在"))
    (digest,) = (one for one in done if isinstance(one, Say))
    assert digest.chat == (await room.private(HEAD)).id and "提醒了全群：1 件" in digest.text
    assert await told(room, MONDAY)


async def test_what_was_said_a_moment_ago_is_counted_before_it_is_written_down(room: Classroom) -> None:
    for text in ("老师好", "收到，谢谢"):
        await room.says(PARENT, text)
    assert room.memory.unwritten
    assert "看过的消息：2 条" in said(await room.answers(room.message(HEAD, "/digest now")))


async def test_an_anonymous_admin_has_no_private_chat_to_send_it_to(room: Classroom) -> None:
    done = await room.answers(room.message(NOBODY_IN_PARTICULAR, "/digest now"))
    assert {one.chat for one in done if isinstance(one, Say)} == {room.chat.id}
    assert "看过的消息" not in said(done)


# --- the picture ----------------------------------------------------------------------------


@needs_font
async def test_the_chart_is_a_picture(room: Classroom) -> None:
    await answered(room, 10, 7)
    async with room.here(room.chat) as here:
        span = (date(2026, 8, 31), date(2026, 9, 7))
        found = await tally(here, SHANGHAI, *span)
        before = await past(here.tx, room.chat.id, SHANGHAI, span[1])
    assert found.levels[Level.ALARM] == 0 and before.months[-1] == (date(2026, 9, 1), (7, 10))
    drawn = await press.draw(chart("zh-Hans", found, before))
    assert drawn.startswith(b"\x89PNG")


async def private_digest(school: School) -> str:
    (said_,) = await school.playground.control.said("teacher", contains="这一周", wait=PATIENCE)
    return str(said_["text"])


async def test_it_is_played_from_scam_over_a_restart_to_monday_evening(tmp_path: Path) -> None:
    async with unguarded(tmp_path) as school:
        async with on_guard(school):
            await school.settled()
            await school.says("mum", "老师好")
            await school.says("clone", SCAM, photo={"qr": WALLET})
            await school.warned()
            await school.settled()
        async with on_guard(school):
            ahead = LATER_MONDAY - school.playground.clock.now()
            await school.playground.control.advance(ahead.total_seconds() + 60)
            text = await private_digest(school)
            assert "看过的消息：2 条" in text and "提醒了全群：1 件" in text and "一般" in text
            await school.unharmed()
