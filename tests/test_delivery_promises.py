"""Every scam is warned of, once, whatever becomes of the line, the server and the bot itself."""

from __future__ import annotations

import asyncio
import gc
from pathlib import Path
from typing import Any

from bot.store.tables import inbox, outbox
from tests.guarded import CODE, PATIENCE, SCAM, School, commands_on, guarded, on_guard, unguarded

Json = dict[str, Any]


async def _posts(school: School, chat: str = "class") -> list[Json]:
    """Everything the bot tried to post in a class, in order."""
    number = school.playground.world.number(chat)
    calls = await school.playground.control.calls("sendMessage", count=0)
    return [call for call in calls if call["parameters"]["chat_id"] == number]


async def test_being_told_to_slow_down_is_obeyed(tmp_path: Path) -> None:
    async with guarded(tmp_path) as school:
        await school.playground.control.fault(method="sendMessage", status=429, retry_after=2, chat="class")
        await school.says("clone", SCAM)
        assert len(await school.warnings()) == 1
        refused, sent = [call for call in await _posts(school) if "👉" in call["parameters"]["text"]][:2]
        assert (refused["status"], sent["status"]) == (429, 200)
        assert sent["at"] - refused["at"] >= 2
        await school.unharmed()


async def test_one_class_told_to_slow_down_holds_up_no_other(tmp_path: Path) -> None:
    async with guarded(tmp_path, "class", "other") as school:
        await school.playground.control.fault(method="sendMessage", status=429, retry_after=3, chat="class")
        await school.says("clone", SCAM)
        await school.says("clone", SCAM, chat="other")
        await school.warned("other")
        assert not [one for one in await school.said() if "/paid" in commands_on(one)]
        assert len(await school.warnings()) == 1


async def test_admins_who_never_pressed_start_are_no_error(tmp_path: Path) -> None:
    async with guarded(tmp_path) as school:
        await school.says("clone", SCAM)
        assert len(await school.warnings()) == 1
        assert await school.said("teacher")
        assert not await school.said("deputy")
        assert not [one for one in school.log.entries() if one["level"] in ("warning", "error")]
        await school.unharmed()


async def test_a_group_that_moves_while_its_warning_is_under_way_is_warned_once(tmp_path: Path) -> None:
    async with guarded(tmp_path) as school:
        control = school.playground.control
        members = [{"user": "teacher", "status": "creator"}, "mum", "clone"]
        await control.chat("小班", key="small", type="group", members=members, bot="administrator")
        await school.settled()
        await control.fault(method="sendMessage", status=429, retry_after=1, chat="small")
        await school.says("clone", SCAM, chat="small")
        async with asyncio.timeout(PATIENCE):
            while True:
                if any(call["status"] == 429 for call in await control.calls("sendMessage", count=0)):
                    break
                await asyncio.sleep(0.02)
        await control.migrate("small")
        assert len(await school.warnings("small")) == 1
        await school.says("clone", f"{SCAM}！", chat="small")
        assert len(await school.warnings("small")) == 1
        await school.unharmed()


async def test_a_class_with_two_hundred_waiting_updates_delays_no_other(tmp_path: Path) -> None:
    async with guarded(tmp_path, "busy", "other") as school:
        control = school.playground.control
        # While it is asked who the admins are, nothing else of that class is answered.
        await control.fault(method="getChatAdministrators", chat="busy", delay=3)
        await control.member("busy", "dad", "administrator")
        await control.say_all(
            [{"chat": "busy", "from": "mum", "text": f"第{number}条"} for number in range(200)]
        )
        await school.says("clone", SCAM, chat="other")
        await school.warned("other")
        waiting = await school.rows(inbox.c.lane, inbox.c.state)
        number = str(school.playground.world.number("busy"))
        assert [row.state for row in waiting if row.lane == number].count("waiting") >= 200
        await school.says("clone", SCAM, chat="busy")
        assert len(await school.warnings("busy")) == 1
        await school.unharmed()


async def test_an_alarm_overtakes_tips(tmp_path: Path) -> None:
    async with guarded(tmp_path) as school:
        for method in ("sendPhoto", "sendMessage"):
            await school.playground.control.fault(method=method, status=429, retry_after=3, chat="class")
        for _ in range(3):
            await school.says("teacher", "/tips now")
        await school.says("clone", SCAM)
        (warning,) = await school.warnings()
        after = [one for one in await school.said() if one["message_id"] > warning["message_id"]]
        assert len(after) == 3
        await school.unharmed()


CLASSES = tuple(f"class{number}" for number in range(8))


async def test_a_line_in_trouble_costs_no_warning_and_doubles_none_whose_fate_is_known(
    tmp_path: Path,
) -> None:
    async with guarded(tmp_path, *CLASSES) as school:
        control = school.playground.control
        trouble: tuple[Json, ...] = (
            {"status": 502, "ratio": 0.1},
            {"status": 429, "retry_after": 1, "ratio": 0.1},
            {"drop": "before", "ratio": 0.1},
            {"drop": "after", "ratio": 0.1},
        )
        for one in trouble:
            await control.fault(polls=True, **one)
        for key in CLASSES:
            await school.says("clone", SCAM, chat=key)
        for key in CLASSES:
            await school.warned(key)
        await control.end_faults()
        await school.settled()
        rows = await school.rows(outbox.c.key, outbox.c.state, outbox.c.doubled)
        public = [row for row in rows if ":public:" in row.key]
        assert len(public) == len(CLASSES)
        assert {row.state for row in public} == {"sent"}
        warnings = [one for key in CLASSES for one in await school.warnings(key)]
        assert len(CLASSES) <= len(warnings) <= len(CLASSES) + sum(row.doubled for row in public)


async def test_a_card_whose_answer_was_lost_is_found_and_not_sent_again(tmp_path: Path) -> None:
    async with guarded(tmp_path) as school:
        await school.tells("mum", "/help")
        await school.settled()
        await school.playground.control.fault(method="sendMessage", chat="teacher", lose_answer=True)
        await school.says("clone", SCAM)
        await school.warnings()
        await school.settled()
        rows = await school.rows(outbox.c.key, outbox.c.state, outbox.c.doubled)
        assert [row.state for row in rows if row.doubled] == ["sent"]
        assert len(await school.said("teacher", contains="疑似诈骗")) == 1


async def test_a_stop_right_after_a_warning_leaves_nothing_open(tmp_path: Path) -> None:
    """A send begun during the stop would be torn off in the middle of its note."""
    async with unguarded(tmp_path) as school:
        async with on_guard(school):
            await school.says("clone", SCAM, photo={"qr": CODE})
            await school.warned()
        gc.collect()
