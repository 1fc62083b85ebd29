"""A class on the playground's server, and the bot's Telegram side in it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.events import Event, MessageSeen
from bot.places import ChatKind, Place
from bot.platforms.telegram import Telegram
from bot.playground import Playground

NOW = datetime(2026, 9, 1, tzinfo=UTC)


@dataclass
class World:
    """A class group, a bot in it, and the people."""

    playground: Playground
    telegram: Telegram
    people: dict[str, int] = field(default_factory=dict)
    chats: dict[str, int] = field(default_factory=dict)
    cursor: str | None = None

    async def events(self) -> list[Event]:
        """What the bot is told next."""
        batch = await self.telegram.poll(self.cursor)
        self.cursor = batch.cursor
        return [event for raw in batch.raws for event in self.telegram.read(raw.body, NOW)]

    async def seen(self) -> MessageSeen:
        (event,) = await self.events()
        assert isinstance(event, MessageSeen)
        return event

    async def says(
        self, who: str, text: str | None = None, chat: str = "class", **content: Any
    ) -> MessageSeen:
        await self.playground.control.say(chat, who, text, **content)
        return await self.seen()

    def place(self, key: str = "class") -> Place:
        if key in self.people:
            return Place("telegram", str(self.people[key]), ChatKind.PRIVATE)
        return Place("telegram", str(self.chats[key]), ChatKind.GROUP)

    async def said(self, chat: str = "class") -> list[dict[str, Any]]:
        return await self.playground.control.said(chat, count=0)


async def telegram_class() -> AsyncIterator[World]:
    """A fixture is made of it."""
    async with Playground.serve() as playground:
        telegram = Telegram(playground.token, playground.base_url, playground.base_file_url)
        await telegram.start()
        made = await playground.control.reset(
            users=[
                {"key": "teacher", "first_name": "王丽", "last_name": "老师", "username": "wangli"},
                {"key": "mum", "first_name": "小雨妈妈", "started": True},
                {"key": "dad", "first_name": "小宇爸爸", "started": True},
                {"key": "stranger", "first_name": "王丽老师"},
            ],
            chats=[
                {
                    "key": "class",
                    "title": "三(2)班家长群",
                    "members": [{"user": "teacher", "status": "creator"}, "mum", "stranger"],
                    "bot": "administrator",
                    "quiet": True,
                }
            ],
        )
        await telegram.me()
        yield World(playground, telegram, made["users"], made["chats"])
        await telegram.stop()
