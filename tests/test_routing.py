"""Every update is answered: once, in order, whatever the handlers, the database or the pictures do."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from bot.events import MessageSeen, PicturesRead
from bot.jobs import Job
from bot.lanes import BREATH
from bot.platforms import Platform
from bot.store import settings
from handlers.here import Here
from patterns.model import AttachmentKind
from tests.fakes import GROUP, raw_update, until
from tests.opened import for_each_test
from tests.routed import House, routed

house = for_each_test(routed)


async def test_an_ordinary_message_leaves_nothing_but_a_done_mark(house: House) -> None:
    await house.receive(raw_update(1, text="明天几点放学？"))
    await house.answered()
    assert await house.states() == {"1": "done"}
    assert house.answers.events == []
    assert await house.queued() == []
    assert [(type(event), seen) for event, seen in house.observed] == [(MessageSeen, None)]


async def test_updates_that_are_read_as_they_come_let_others_breathe_between_them(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    others: list[str] = []

    def slow(_job: Job, _platform: Platform) -> bool:
        asyncio.get_running_loop().call_soon(others.append, "another")
        time.sleep(BREATH * 2)
        return False

    monkeypatch.setattr("bot.routing.CALM", -1)
    monkeypatch.setattr(Job, "presses", slow)
    await house.receive(*(raw_update(number, text="/help") for number in range(1, 5)))
    assert others
    await house.answered()


async def test_a_command_is_answered_and_done_in_one_transaction(house: House) -> None:
    await house.receive(raw_update(1, text="/help"))
    await house.answered()
    assert await house.states() == {"1": "done"}
    assert await house.queued() == ["MessageSeen:1"]


async def test_a_private_message_is_answered(house: House) -> None:
    await house.receive(raw_update(1, chat="7", text="这是骗子吗"))
    await house.answered()
    assert await house.queued() == ["MessageSeen:1"]


async def test_a_handler_that_fails_once_is_asked_again(house: House) -> None:
    house.answers.failures.append(RuntimeError("once"))
    await house.receive(raw_update(1, text="/help"), raw_update(2, text="/status"))
    await house.answered()
    assert [event.message.text for event in house.answers.events] == ["/help", "/status"]
    assert await house.states() == {"1": "done", "2": "done"}


async def test_an_update_nobody_can_answer_is_set_aside_and_the_next_one_answered(house: House) -> None:
    house.answers.failures.extend(RuntimeError("always") for _ in range(3))
    await house.receive(raw_update(1, text="/help"), raw_update(2, text="/status"))
    await house.answered()
    assert await house.states() == {"1": "aside", "2": "done"}
    assert [event.message.text for event in house.answers.events] == ["/status"]


async def test_what_a_failing_handler_wrote_is_undone(house: House) -> None:
    async def write_and_fail(_event: Any, here: Here) -> None:
        await settings.choose(here.tx, here.chat.id, "mode", "guard")
        raise RuntimeError("after writing")

    house.answers.hook = write_and_fail
    await house.receive(raw_update(1, text="/mode guard"))
    await house.answered()
    async with house.db.read() as tx:
        assert (await settings.load(tx, 1))["mode"] == "warn"
    assert await house.queued() == []


async def test_an_unreadable_update_is_set_aside_and_stops_nobody(house: House) -> None:
    await house.receive(raw_update(1, broken=True), raw_update(2, text="/help"), raw_update(3, foreign=True))
    await house.answered()
    assert await house.states() == {"1": "aside", "2": "done", "3": "done"}


async def test_the_update_is_done_only_when_its_picture_is_judged(house: House) -> None:
    house.platform.files["code.png"] = b"wxp://f2f0example"
    await house.receive(raw_update(1, chat="7", text="看看", pictures=["code.png"]))
    await house.answered()
    assert await house.states() == {"1": "waiting"}
    assert [type(event) for event in house.answers.events] == [MessageSeen]
    house.decoder.free.set()
    await until(lambda: len(house.answers.events) == 2)
    await house.answered()
    read = house.answers.events[1]
    assert isinstance(read, PicturesRead)
    assert [(one.kind, one.value) for one in read.found] == [(AttachmentKind.QR, "wxp://f2f0example")]
    assert await house.states() == {"1": "done"}


async def test_a_picture_that_cannot_be_fetched_does_not_hold_its_update(house: House) -> None:
    await house.receive(raw_update(1, chat="7", text="看看", pictures=["code.png"]))
    await until(lambda: len(house.answers.events) == 2)
    await house.answered()
    assert house.answers.events[1].reason == "the file is gone"
    assert await house.states() == {"1": "done"}


async def test_a_changed_setting_is_seen_by_the_next_message(house: House) -> None:
    async def choose(_event: Any, here: Here) -> None:
        await settings.choose(here.tx, here.chat.id, "mode", "guard")

    await house.receive(raw_update(1, text="你好"))
    await house.answered()
    place = (await house.router.directory.at(GROUP))[0]
    assert (await house.router.groups.of(place)).settings["mode"] == "warn"
    house.answers.hook = choose
    await house.receive(raw_update(2, text="/mode guard"))
    await house.answered()
    assert (await house.router.groups.of(place)).settings["mode"] == "guard"


async def test_a_setting_changed_from_a_private_chat_is_seen_in_the_group(house: House) -> None:
    async def choose(_event: Any, here: Here) -> None:
        other = await here.group_of(1)
        assert other is not None
        await settings.choose(here.tx, other.chat.id, "mode", "observe")

    await house.receive(raw_update(1, text="你好"))
    await house.answered()
    place = (await house.router.directory.at(GROUP))[0]
    await house.router.groups.of(place)
    house.answers.hook = choose
    await house.receive(raw_update(2, chat="7", text="/mode observe"))
    await house.answered()
    assert (await house.router.groups.of(place)).settings["mode"] == "observe"


async def test_what_only_looks_like_a_command_is_judged_as_talk_is(house: House) -> None:
    await house.receive(raw_update(1, text="/通知 明天春游"), raw_update(2, text="/status"))
    await house.answered()
    assert [event.message.text for event in house.answers.events] == ["/status"]
    assert await house.states() == {"1": "done", "2": "done"}
