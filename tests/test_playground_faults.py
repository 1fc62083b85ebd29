"""Trouble on demand: what the real library meets when the playground is told to misbehave."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from telegram import Bot
from telegram.error import BadRequest, Conflict, Forbidden, InvalidToken, NetworkError, RetryAfter, TimedOut
from telegram.request import HTTPXRequest

from bot.playground import Playground
from bot.playground.client import Refused
from bot.playground.faults import Faults, WrongFault
from tests.playground_class import library_bot


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    async with Playground.serve() as playground:
        await playground.control.reset(
            users=[{"key": "mum", "first_name": "小雨妈妈", "picture": None}],
            chats=[
                {
                    "key": "class",
                    "title": "三(2)班",
                    "members": ["mum"],
                    "bot": "administrator",
                    "quiet": True,
                },
                {
                    "key": "other",
                    "title": "三(3)班",
                    "members": ["mum"],
                    "bot": "administrator",
                    "quiet": True,
                },
            ],
        )
        yield playground


bot = pytest.fixture(library_bot)


async def _class(playground: Playground, key: str = "class") -> int:
    return next(int(chat["id"]) for chat in await playground.control.chats() if chat["key"] == key)


async def _texts(playground: Playground) -> list[str]:
    return [said["text"] for said in await playground.control.said(count=0)]


async def test_too_many_requests_name_the_time_to_wait(
    playground: Playground, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    chat = await _class(playground)
    await playground.control.fault(method="sendMessage", status=429, retry_after=3, times=2)
    for _ in range(2):
        with pytest.raises(RetryAfter) as raised:
            await bot.send_message(chat, "一")
        assert raised.value.retry_after == timedelta(seconds=3)
    await bot.send_message(chat, "二")
    assert await _texts(playground) == ["二"]
    (fault,) = await playground.control.faults()
    assert (fault["met"], fault["times"]) == (2, 0)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, BadRequest),
        (401, InvalidToken),
        (403, Forbidden),
        (404, InvalidToken),
        (409, Conflict),
        (500, NetworkError),
        (502, NetworkError),
    ],
)
async def test_refusals_arrive_as_the_library_knows_them(
    playground: Playground, bot: Bot, status: int, error: type[Exception]
) -> None:
    await playground.control.fault(status=status)
    with pytest.raises(error):
        await bot.send_message(await _class(playground), "一")
    assert await _texts(playground) == []


async def test_a_connection_cut_before_the_effect_leaves_nothing(playground: Playground, bot: Bot) -> None:
    await playground.control.fault(method="sendMessage", drop="before")
    with pytest.raises(NetworkError):
        await bot.send_message(await _class(playground), "一")
    assert await _texts(playground) == []


async def test_a_connection_cut_after_the_effect_leaves_the_message(playground: Playground, bot: Bot) -> None:
    await playground.control.fault(method="sendMessage", drop="after")
    with pytest.raises(NetworkError):
        await bot.send_message(await _class(playground), "一")
    assert await _texts(playground) == ["一"]
    (call,) = await playground.control.calls("sendMessage", wait=5)
    assert call["fault"] is not None


@pytest.mark.parametrize(("fault", "texts"), [({"hang": True}, []), ({"lose_answer": True}, ["一"])])
async def test_an_answer_that_never_comes_runs_into_the_clients_patience(
    playground: Playground, fault: dict[str, bool], texts: list[str]
) -> None:
    chat = await _class(playground)
    request = HTTPXRequest(read_timeout=0.3)
    async with Bot(
        playground.token, playground.base_url, playground.base_file_url, request=request
    ) as impatient:
        await playground.control.fault(method="sendMessage", **fault)
        with pytest.raises(TimedOut):
            await impatient.send_message(chat, "一")
    assert await _texts(playground) == texts


async def test_a_delay_holds_the_effect_back(playground: Playground, bot: Bot) -> None:
    chat = await _class(playground)
    await playground.control.fault(method="sendMessage", delay=0.2)
    sending = asyncio.create_task(bot.send_message(chat, "一"))
    await playground.control.say("class", "mum", "先到")
    assert await _texts(playground) == []
    await sending
    assert await _texts(playground) == ["一"]


async def test_trouble_can_be_limited_to_one_chat(playground: Playground, bot: Bot) -> None:
    await playground.control.fault(chat="class", status=403, times=None)
    with pytest.raises(Forbidden):
        await bot.send_message(await _class(playground), "一")
    await bot.send_message(await _class(playground, "other"), "二")
    await playground.control.end_faults()
    await bot.send_message(await _class(playground), "三")
    assert await _texts(playground) == ["二", "三"]


async def test_polls_are_spared_unless_they_are_meant(playground: Playground, bot: Bot) -> None:
    await playground.control.fault(status=500, times=None)
    assert await bot.get_updates() == ()
    await playground.control.fault(method="getUpdates", status=502)
    with pytest.raises(NetworkError):
        await bot.get_updates()


async def test_downloads_can_fail(playground: Playground, bot: Bot) -> None:
    await playground.control.say("class", "mum", document={"name": "a.txt", "text": "一"})
    (update,) = await bot.get_updates()
    assert update.message is not None
    assert update.message.document is not None
    file = await update.message.document.get_file()
    await playground.control.fault(method="file", status=404)
    with pytest.raises(InvalidToken):
        await file.download_as_bytearray()
    assert bytes(await file.download_as_bytearray()).decode() == "一"


async def test_a_senseless_fault_is_refused_with_a_reason(playground: Playground) -> None:
    for wish, words in (
        ({"status": 200}, "between 400 and 599"),
        ({"method": "sendMessage"}, "needs a status"),
        ({"drop": "sometimes", "status": 500}, "before"),
        ({"statsu": 500}, "statsu"),
    ):
        with pytest.raises(Refused, match=words):
            await playground.control.fault(**wish)
    assert await playground.control.faults() == []


def test_a_share_of_calls_is_met_by_the_same_die_every_time() -> None:
    def rolled() -> list[bool]:
        faults = Faults()
        faults.add({"ratio": 0.3, "status": 500}, None)
        return [faults.strike("sendMessage", None) is not None for _ in range(1000)]

    first = rolled()
    assert first == rolled()
    assert 240 < sum(first) < 360


def test_a_fault_without_trouble_is_none() -> None:
    with pytest.raises(WrongFault):
        Faults().add({}, None)
