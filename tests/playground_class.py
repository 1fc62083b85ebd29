"""A class group on a playground of its own, for tests that play in one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
from telegram import Bot, Update

from bot.playground import Playground

Json = dict[str, Any]

MONDAY = datetime(2026, 11, 23, 10, tzinfo=UTC)
CLASS: Json = {
    "users": [
        {"key": "teacher", "first_name": "王丽老师", "username": "wangli"},
        {"key": "mum", "first_name": "小雨妈妈"},
    ],
    "chats": [
        {
            "key": "class",
            "title": "三(2)班家长群",
            "members": [{"user": "teacher", "status": "creator"}, "mum"],
            "bot": "administrator",
            "quiet": True,
        }
    ],
}


@asynccontextmanager
async def class_group() -> AsyncIterator[Playground]:
    """The guard has been an administrator there all along; nobody has said anything yet."""
    async with Playground.serve(now=MONDAY) as playground:
        await playground.control.reset(**CLASS)
        yield playground


class BareBot:
    """A bot that is nothing but HTTP calls."""

    def __init__(self, playground: Playground, http: httpx.AsyncClient) -> None:
        self._address = f"{playground.base_url}{playground.token}"
        self._http = http

    async def answer(self, method: str, **parameters: Any) -> Json:
        """All that is answered, refusals too."""
        answer: Json = (await self._http.post(f"{self._address}/{method}", json=parameters)).json()
        return answer

    async def call(self, method: str, **parameters: Any) -> Any:
        answer = await self.answer(method, **parameters)
        assert answer["ok"], answer
        return answer["result"]

    async def updates(self, **parameters: Any) -> list[Json]:
        return list(await self.call("getUpdates", **parameters))


# Fixtures are made of these: each asks for the others by the names they have in a test.


async def own_playground() -> AsyncIterator[Playground]:
    async with class_group() as playground:
        yield playground


async def web_client() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=20, trust_env=False) as http:
        yield http


def bare_bot(playground: Playground, http: httpx.AsyncClient) -> BareBot:
    return BareBot(playground, http)


async def library_bot(playground: Playground) -> AsyncIterator[Bot]:
    """A bot that is the real python-telegram-bot library."""
    async with Bot(playground.token, playground.base_url, playground.base_file_url) as bot:
        yield bot


async def class_number(playground: Playground) -> int:
    return await number_of(playground, "class")


async def number_of(playground: Playground, key: str) -> int:
    """A user's or chat's number."""
    everyone = [*await playground.control.users(), *await playground.control.chats()]
    return next(int(one["id"]) for one in everyone if one["key"] == key)


def message_of(update: Update) -> Any:
    message = update.message
    assert message is not None
    return message
