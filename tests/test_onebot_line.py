"""What an implementation may do to us: call with a wrong token, answer late, break frames and connections."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from bot.actions import Mute, Say
from bot.places import ChatKind, Place
from bot.platforms import Denied, Later, Refused, Unsure
from bot.platforms.arrivals import Batch
from bot.platforms.onebot import OneBot
from bot.platforms.onebot.lines import Answering
from bot.playground import Playground
from bot.playground.onebot.implementation import Implementation
from bot.store.tables import inbox
from tests.fakes import until
from tests.guarded import world
from tests.onebot_class import QQ, TOKEN, qq_class, without_pacing
from tests.opened import for_each_test


@pytest.fixture(autouse=True)
def unpaced(monkeypatch: pytest.MonkeyPatch) -> None:
    without_pacing(monkeypatch)
    monkeypatch.setattr("bot.platforms.onebot.hiding.LOOKED_FOR", (0.05, 0.05))


school = for_each_test(qq_class)


@asynccontextmanager
async def account(**told: Any) -> AsyncIterator[OneBot]:
    one = OneBot(**told)
    await one.start()
    try:
        yield one
    finally:
        await one.stop()


def group(school: QQ) -> Place:
    number = abs(school.playground.world.chat("class").id)
    return Place("onebot", f"group:{number}", ChatKind.GROUP)


async def test_a_wrong_token_is_refused_and_says_what_to_do(school: QQ) -> None:
    async with account(url=school.implementation.url, token="wrong") as one:
        with pytest.raises(Denied):
            await one.me()
        assert "token" in one.remedy


@pytest.mark.parametrize("url", ["ws://127.0.0.1:1", "ws://127.0.0.1:{http}/nothing"])
async def test_a_wrong_address_is_said_plainly_and_tried_again(school: QQ, url: str) -> None:
    async with account(url=url.replace("{http}", str(school.playground.port))) as one:
        with pytest.raises(Later, match="implementation"):
            await one.me()


async def test_the_token_may_stand_in_the_address(school: QQ) -> None:
    async with account(url=f"{school.implementation.url}/?access_token={TOKEN}") as one:
        assert (await one.me()).name == school.playground.world.bot.full_name


async def test_another_account_than_the_configured_one_is_not_taken(school: QQ) -> None:
    async with account(url=school.implementation.url, token=TOKEN, account="12345") as one:
        with pytest.raises(Later, match="12345"):
            await one.me()


async def test_answers_may_overtake_each_other(school: QQ) -> None:
    school.implementation.answers_late = True
    async with account(url=school.implementation.url, token=TOKEN) as one:
        await one.me()
        say = Say("k", 1, "在", buttons=())
        rights, admins, sent = await asyncio.gather(
            one.rights(group(school)), one.admins(group(school)), one.perform(say, group(school))
        )
        assert len(rights) > 3 and {keeper.name for keeper in admins} == {"王丽老师", "陈主任"}
        assert sent.message_id.removeprefix("-").isdigit()


async def test_a_call_whose_connection_breaks_is_unsure(school: QQ) -> None:
    school.implementation.answers_late = True
    async with account(url=school.implementation.url, token=TOKEN) as one:
        await one.me()
        asking = asyncio.create_task(one.admins(group(school)))
        await asyncio.sleep(0.02)
        await school.implementation.hang_up()
        with pytest.raises((Unsure, Later)):
            await asking


async def test_broken_frames_unknown_events_and_segments_stop_nothing(school: QQ) -> None:
    async with school.on_guard():
        for frame in (
            "{half",
            "[]",
            "null",
            "7",
            b"\xff\xfe",
            '{"echo": "nobody asked"}',
            '{"post_type": "something_new", "group_id": 1}',
            '{"post_type": "message"}',
            '{"post_type": "notice", "notice_type": "group_recall", "group_id": "x"}',
            '{"post_type": "message", "message_type": "group", "group_id": 5, "user_id": 6, "message_id": 7,'
            ' "message": [{"type": "hologram", "data": null}, {"nonsense": 1}, 9]}',
        ):
            await school.implementation.send(frame)
        await school.scam()
        assert "王丽" in (await school.warned())["text"]
        await school.settled()
        assert school.log.entries("onebot_frame_unreadable")
    rows = await school.rows(inbox.c.state)
    assert {row.state for row in rows} <= {"done", "aside"}
    assert not [one for one in school.log.entries() if "exception" in one]


async def test_a_frame_of_fifty_megabytes_is_taken_and_kept_short(school: QQ) -> None:
    huge = "交" * 17_000_000
    async with school.on_guard():
        world_, chat = school.playground.world, school.playground.world.chat("class")
        told = school.implementation.telling.shown(chat, chat.posts[await school.says("mum", "早")].body)
        text = [{"type": "text", "data": {"text": huge}}]
        import json

        await school.implementation.send(
            json.dumps(told | {"message": text, "message_id": 99}, ensure_ascii=False)
        )
        await school.scam()
        await school.warned()
        await school.settled()
        assert world_.users
    assert max(len(row.body) for row in await school.rows(inbox.c.body)) < 1_000_000


async def test_an_implementation_that_hangs_up_again_and_again_loses_nothing(school: QQ) -> None:
    async with school.on_guard():
        for number in range(4):
            await school.says("mum", f"第{number}句")
            await school.implementation.hang_up()
            await school.says("dad", f"第{number}句，没人听着")
        await school.scam()
        await school.warned()
        await school.settled()
        assert len(await school.said(contains="👉")) == 1
        await until(lambda: school.implementation.sockets, 10)
        await school.settled()
    bodies = [bytes(row.body).decode() for row in await school.rows(inbox.c.body)]
    for number in range(4):
        for words in (f"第{number}句", f"第{number}句，没人听着"):
            assert any(words in body for body in bodies), words


async def test_an_implementation_that_leaves_every_moment_loses_nothing(
    school: QQ, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.listening.LONGEST_PAUSE", 0.5)
    async with school.on_guard():
        school.implementation.leaves_after = 0.2
        await school.implementation.hang_up()
        for number in range(6):
            await school.says("mum", f"第{number}句")
        await school.scam()
        await until(lambda: not school.implementation.sockets, 60)
        school.implementation.leaves_after = 0.0
        await school.implementation.hang_up()
        await school.warned()
        await until(lambda: school.implementation.sockets, 60)
        await school.settled()
        assert len(await school.said(contains="👉")) == 1
    bodies = [bytes(row.body).decode() for row in await school.rows(inbox.c.body)]
    assert all(any(f"第{number}句" in body for body in bodies) for number in range(6))


async def test_a_segment_nobody_knows_in_every_message_hides_no_scam(school: QQ) -> None:
    school.implementation.odd_segments = True
    async with school.on_guard():
        await school.scam()
        assert "王丽" in (await school.warned())["text"]


@pytest.mark.parametrize(
    "lost", [{"drop": "after"}, {"drop": "before"}, {"status": 500, "description": "Timeout: NTEvent"}]
)
async def test_a_warning_whose_answer_was_lost_stands_once(
    school: QQ, lost: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.platforms.onebot.errors.AGAIN", 0.2)
    async with school.on_guard():
        await school.playground.control.fault(method="send_group_msg", **lost)
        await school.scam()
        await school.warned()
        await school.settled()
        (fault,) = await school.playground.control.faults()
        assert fault["met"] == 1
        assert len(await school.said(contains="👉")) == 1


async def test_a_logged_out_account_is_silence_and_not_a_pulse() -> None:
    beats: list[str] = []
    async with Playground.serve() as playground:
        implementation = Implementation(playground.world, "", "", beats=0.02)
        await playground.control.reset(**world("class"))
        async with implementation.listening(), account(url=implementation.url) as one:
            await one.me()

            async def take(batch: Batch) -> None:
                return None

            listening = asyncio.create_task(one.listen(None, take, lambda: beats.append("beat")))
            await until(lambda: len(beats) > 3)
            implementation.online = False
            await asyncio.sleep(0.1)
            before = len(beats)
            await asyncio.sleep(0.2)
            assert len(beats) == before
            listening.cancel()
            with suppress(asyncio.CancelledError):
                await listening


async def test_what_the_account_may_not_do_is_refused_and_not_tried_for_ever(school: QQ) -> None:
    await school.playground.control.member("class", "bot", "member")
    clone = school.playground.world.user("clone").id
    async with account(url=school.implementation.url, token=TOKEN) as one:
        await one.me()
        with pytest.raises(Refused):
            await one.perform(Mute("m", 1, f"qq:{clone}"), group(school))
        with pytest.raises(Refused):
            await one.perform(Mute("m", 1, "qq:anonymous:5"), group(school))


async def test_a_picture_qq_does_not_take_costs_the_picture_and_not_the_words(school: QQ) -> None:
    async with account(url=school.implementation.url, token=TOKEN) as one:
        await one.me()
        await one.perform(Say("k", 1, "卡片<b>在此</b>", image=b"no picture"), group(school))
        assert await school.said(contains="卡片在此")


async def test_messages_that_are_not_confirmed_are_noticed(school: QQ) -> None:
    words = {"retcode": 1200, "message": "Timeout: NTEvent serviceAndMethod:NodeIKernelMsgService/sendMsg"}
    school.implementation.failures["send_group_msg"] = [words] * 3
    async with account(url=school.implementation.url, token=TOKEN) as one:
        await one.me()
        say = Say("warning", 1, "请不要付款")
        for _ in range(2):
            with pytest.raises(Later):
                await one.perform(say, group(school))
        with pytest.raises(Refused, match="holds back"):
            await one.perform(say, group(school))
        assert one.silenced
        assert school.log.entries("onebot_held_back")


async def test_a_warning_that_is_called_sent_and_not_seen_is_noticed(school: QQ) -> None:
    from bot.actions import Priority

    async with account(url=school.implementation.url, token=TOKEN) as one:
        await one.me()
        warning = Say("warning", 1, "请不要付款", Priority.ALARM)
        await school.says("mum", "早")
        await one.perform(warning, group(school))
        await asyncio.sleep(0.3)
        assert not one.silenced
        school.implementation.doing.held_back = True
        await one.perform(replace(warning, key="again"), group(school))
        await until(lambda: one.silenced)
        school.implementation.doing.held_back = False
        await one.perform(replace(warning, key="later"), group(school))
        await until(lambda: not one.silenced)


async def test_an_implementation_may_call_us_instead(tmp_path: Path) -> None:
    async with qq_class(tmp_path, listening=False) as school:
        one = OneBot(listen=("127.0.0.1", 0), token=TOKEN)
        await one.start()
        line = one.line
        assert isinstance(line, Answering)
        async with school.implementation.calling(f"ws://127.0.0.1:{line.port}/onebot/v11/ws"):
            me = await one.me()
        await one.stop()
        assert me.name == school.playground.world.bot.full_name


@pytest.mark.parametrize("given", ["", "wrong"])
async def test_a_caller_without_the_token_is_turned_away(given: str) -> None:
    async with account(listen=("127.0.0.1", 0), token=TOKEN) as one:
        line = one.line
        assert isinstance(line, Answering)
        with pytest.raises(InvalidStatus, match="401"):
            await connect(f"ws://127.0.0.1:{line.port}/?access_token={given}", proxy=None)
        socket = await connect(f"ws://127.0.0.1:{line.port}/?access_token={TOKEN}", proxy=None)
        await socket.close()
