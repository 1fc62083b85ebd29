"""The weekly tip: at the group's own hour, never twice a week, never the same again too soon."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.actions import Priority, Say
from bot.events import Membership
from bot.settings import LANGUAGES, Settings
from bot.store import chats, due, timers
from bot.texts.tips import tips
from handlers import tips as weekly
from handlers.tips import choose, next_time, week_of
from tests.group_chat import ADMIN, NOON, GroupChat, button, group_chat, said

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[GroupChat]:
    async with group_chat(tmp_path) as open_room:
        async with open_room.here() as here:
            assert here.group is not None
            await weekly.plan(here.tx, here.chat.id, here.group.settings, here.now)
        yield open_room


def told(struck: list[tuple[datetime, object]]) -> list[tuple[datetime, str]]:
    return [(at, one.text) for at, one in struck if isinstance(one, Say) and one.key.startswith("tip:")]


# --- the tips themselves --------------------------------------------------------------------


def test_there_are_enough_tips_for_more_than_a_year() -> None:
    assert len(tips()) >= 60
    assert len({tip.id for tip in tips()}) == len(tips())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_tip_is_short_and_no_two_are_the_same(language: str) -> None:
    limit = 140 if language == "en" else 60
    found = [tip.text[language] for tip in tips()]
    assert max(map(len, found)) <= limit
    assert len(set(found)) == len(found)


# --- when -----------------------------------------------------------------------------------


def test_the_next_tip_is_on_the_groups_own_monday_evening() -> None:
    assert next_time(Settings({}), NOON) == datetime(2026, 11, 30, 18, 30, tzinfo=SHANGHAI)


def test_a_tip_of_today_is_today_until_its_minute_has_come() -> None:
    settings = Settings({"tip_day": "wed", "tip_time": "12:01"})
    assert next_time(settings, NOON) == NOON + timedelta(minutes=1)
    assert next_time(settings, NOON + timedelta(minutes=1)) == NOON + timedelta(days=7, minutes=1)


def test_the_hour_stays_the_same_when_the_clocks_change() -> None:
    settings = Settings({"timezone": "Europe/London", "tip_day": "sun", "tip_time": "09:00"})
    london = ZoneInfo("Europe/London")
    before = datetime(2026, 10, 18, 12, tzinfo=london)
    assert next_time(settings, before).astimezone(UTC) == datetime(2026, 10, 25, 9, 0, tzinfo=UTC)
    summer = datetime(2026, 3, 22, 12, tzinfo=london)
    assert next_time(settings, summer).astimezone(UTC) == datetime(2026, 3, 29, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize("clock", ["01:30", "02:30"])
@pytest.mark.parametrize("zone", ["Europe/London", "Europe/Berlin", "America/New_York", "Australia/Sydney"])
def test_an_hour_that_comes_twice_or_never_brings_one_tip_a_week(zone: str, clock: str) -> None:
    settings = Settings({"timezone": zone, "tip_day": "sun", "tip_time": clock})
    moment, weeks = datetime(2026, 1, 1, tzinfo=UTC), []
    for _ in range(104):
        moment = next_time(settings, moment).astimezone(UTC)
        weeks.append(week_of(settings, moment))
    assert len(set(weeks)) == 104
    assert moment < datetime(2028, 1, 2, tzinfo=UTC)


async def test_a_year_of_tips_one_a_week(room: GroupChat) -> None:
    struck = await room.strikes(NOON + timedelta(days=364))
    moments = [at for at, _ in told(list(struck))]
    assert len(moments) == 52
    assert all(at.astimezone(SHANGHAI).strftime("%a %H:%M") == "Mon 18:30" for at in moments)
    assert len({one.key for _, one in struck if isinstance(one, Say)}) == 52
    assert {one.priority for _, one in struck if isinstance(one, Say)} == {Priority.TIP}


async def test_no_tip_comes_again_within_twelve(room: GroupChat) -> None:
    texts = [text for _, text in told(list(await room.strikes(NOON + timedelta(days=728))))]
    assert len(texts) == 104
    for position, text in enumerate(texts):
        assert text not in texts[max(0, position - 12) : position]
    assert len(set(texts)) == len([tip for tip in tips() if not tip.after]), "every tip has its turn"


def test_with_few_tips_the_same_never_comes_twice_in_a_row() -> None:
    few, history = tips()[:2], list[str]()
    for _ in range(10):
        tip = choose(few, history, 1, 11)
        assert history[:1] != [tip.id]
        history.insert(0, tip.id)


def test_groups_do_not_all_read_the_same_tip() -> None:
    assert len({choose(tips(), [], chat, 11).id for chat in range(30)}) > 5


async def test_a_timer_served_twice_brings_one_tip(room: GroupChat) -> None:
    room.now = NOON + timedelta(days=6)
    async with room.here() as here:
        (timer,) = await due.due(here.tx, room.now, [room.chat.place.platform])
    assert len(await room.serves(timer)) == 1
    assert await room.serves(timer) == []


async def test_a_group_that_sent_the_bot_away_gets_no_more_tips(room: GroupChat) -> None:
    async with room.db.transaction() as tx:
        await chats.set_access(tx, room.chat.id, Membership.OUT, frozenset())
    assert await room.strikes(NOON + timedelta(days=30)) == []


async def test_moving_the_day_within_a_week_brings_no_second_tip(room: GroupChat) -> None:
    tuesday = datetime(2026, 12, 1, 12, 0, tzinfo=SHANGHAI)
    assert len(told(list(await room.strikes(tuesday)))) == 1
    await room.says(ADMIN, "/tips day wed")
    assert told(list(await room.strikes(tuesday + timedelta(days=5)))) == []
    assert len(told(list(await room.strikes(tuesday + timedelta(days=10))))) == 1


async def test_a_tip_missed_by_a_short_absence_is_made_up_for(room: GroupChat) -> None:
    async with room.here() as here:
        (timer,) = await due.due(here.tx, NOON + timedelta(days=6), [room.chat.place.platform])
    room.now = datetime(2026, 12, 2, 9, 0, tzinfo=SHANGHAI)
    assert len(await room.serves(timer)) == 1
    async with room.db.read() as tx:
        planned = await timers.planned(tx, f"tip:{room.chat.id}")
    assert planned == datetime(2026, 12, 7, 18, 30, tzinfo=SHANGHAI).timestamp() * 1000


@pytest.mark.parametrize(
    ("back", "posted"), [((1, 5, 47), (1, 8, 0)), ((1, 23, 0), (2, 8, 0)), ((1, 20, 0), (1, 20, 0))]
)
async def test_a_tip_that_comes_late_waits_for_the_morning(
    room: GroupChat, back: tuple[int, int, int], posted: tuple[int, int, int]
) -> None:
    def december(day: int, hour: int, minute: int) -> datetime:
        return datetime(2026, 12, day, hour, minute, tzinfo=SHANGHAI)

    async with room.here() as here:
        (timer,) = await due.due(here.tx, NOON + timedelta(days=6), [room.chat.place.platform])
    room.now = december(*back)
    found = [room.now for one in await room.serves(timer) if isinstance(one, Say)]
    found += [at for at, _ in told(list(await room.strikes(december(6, 0, 0))))]
    assert found == [december(*posted)]
    assert told(list(await room.strikes(december(8, 0, 0))))[0][0] == december(7, 18, 30)


@pytest.mark.parametrize("hour", [9, 3])
async def test_after_a_long_absence_the_next_week_is_waited_for(room: GroupChat, hour: int) -> None:
    async with room.here() as here:
        (timer,) = await due.due(here.tx, NOON + timedelta(days=6), [room.chat.place.platform])
    room.now = datetime(2026, 12, 24, hour, 0, tzinfo=SHANGHAI)
    assert await room.serves(timer) == []
    (struck,) = told(list(await room.strikes(datetime(2026, 12, 29, tzinfo=SHANGHAI))))
    assert struck[0] == datetime(2026, 12, 28, 18, 30, tzinfo=SHANGHAI)


# --- the command ----------------------------------------------------------------------------


async def test_day_and_hour_are_moved_by_command_and_by_button(room: GroupChat) -> None:
    assert "每周五 18:30" in said(await room.says(ADMIN, "/tips day 星期五"))
    assert "每周五 07:05" in said(await room.says(ADMIN, "/tips time 7：05"))
    hours = await room.presses(ADMIN, button(await room.says(ADMIN, "/tips"), "换时间"))
    assert "每周五 20:30" in said(await room.presses(ADMIN, button(hours, "20:30")))
    days = await room.presses(ADMIN, button(await room.says(ADMIN, "/tips"), "换一天"))
    assert "每周日 20:30" in said(await room.presses(ADMIN, button(days, "周日")))
    (struck,) = told(list(await room.strikes(NOON + timedelta(days=7))))
    assert struck[0].astimezone(SHANGHAI).strftime("%a %H:%M") == "Sun 20:30"


async def test_another_zone_moves_the_hour_with_it(room: GroupChat) -> None:
    await room.says(ADMIN, "/timezone 伦敦")
    (struck,) = told(list(await room.strikes(NOON + timedelta(days=7))))
    assert struck[0] == datetime(2026, 11, 30, 18, 30, tzinfo=UTC)


async def test_switched_off_they_stop_and_switched_on_they_come_back(room: GroupChat) -> None:
    await room.says(ADMIN, "/tips off")
    assert told(list(await room.strikes(NOON + timedelta(days=14)))) == []
    await room.says(ADMIN, "/tips 开")
    assert len(told(list(await room.strikes(NOON + timedelta(days=28))))) == 2


async def test_one_right_now_is_extra_and_not_repeated_on_monday(room: GroupChat) -> None:
    extra = {said(await room.says(ADMIN, "/tips now")), said(await room.says(ADMIN, "/tips 现在"))}
    assert len(extra) == 2
    (struck,) = told(list(await room.strikes(NOON + timedelta(days=7))))
    assert struck[1] not in extra


@pytest.mark.parametrize(
    "typed", ["day funday", "time 25:00", "time 99", "time abc", "nonsense", "day", "time"]
)
async def test_what_is_not_understood_changes_nothing_and_offers_buttons(room: GroupChat, typed: str) -> None:
    answer = await room.says(ADMIN, f"/tips {typed}")
    assert button(answer, "")
    assert dict((await room.group()).settings.chosen) == {}


async def test_a_tip_is_told_in_the_groups_language_and_looks_unlike_a_warning(room: GroupChat) -> None:
    await room.chooses("language", "en")
    text = said(await room.says(ADMIN, "/tips now"))
    assert any(tip.text["en"] in text for tip in tips())
    assert not set("⚠️🚨🔎") & set(text)


def test_the_time_of_the_year_and_what_happened_come_first() -> None:
    july = {choose(tips(), [], chat, 7).season for chat in range(20)}
    assert july <= {"holiday", "admission"}
    assert choose(tips(), [], 1, 11, {"hijack"}).after == "hijack"
    assert not choose(tips(), [], 1, 11).after


def test_a_tip_does_not_come_again_within_twelve_weeks_even_if_it_fits() -> None:
    history: list[str] = []
    for week in range(40):
        tip = choose(tips(), history, 7, week // 4 % 12 + 1, {"clone"})
        assert tip.id not in history[:12]
        history.insert(0, tip.id)


async def test_the_next_tip_can_be_seen_and_exchanged(room: GroupChat) -> None:
    first = said(await room.says(ADMIN, "/tips next"))
    assert first == said(await room.says(ADMIN, "/tips 预览"))
    shown = await room.says(ADMIN, "/tips")
    preview = await room.presses(ADMIN, button(shown, "看看下一条"))
    second = said(await room.presses(ADMIN, button(preview, "换一条")))
    assert second != first
    (struck,) = told(list(await room.strikes(NOON + timedelta(days=7))))
    assert struck[1].splitlines()[1] in second


async def test_an_admins_own_words_go_out_once_and_are_marked_as_theirs(room: GroupChat) -> None:
    await room.says(ADMIN, "/tips own 请大家把群昵称改成孩子名加爸爸或妈妈 <b>")
    first, second = told(list(await room.strikes(NOON + timedelta(days=14))))
    assert "管理员写的" in first[1] and "改成孩子名" in first[1] and "<b> " not in first[1]
    assert "管理员写的" not in second[1]


@pytest.mark.parametrize(
    "words", ["各位家长请扫码交资料费380元，交完发截图", "把验证码发给我", "加我新微信 wx12345678 转账", ""]
)
async def test_nobody_has_the_guard_ask_for_money_in_a_tip(room: GroupChat, words: str) -> None:
    await room.says(ADMIN, f"/tips own {words}")
    (struck,) = told(list(await room.strikes(NOON + timedelta(days=7))))
    assert "管理员写的" not in struck[1]
