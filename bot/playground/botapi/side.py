"""Telegram as a side of the playground."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, ClassVar

from starlette.routing import Route

from bot.platforms import Platform
from bot.platforms.telegram import NAME, Telegram
from bot.playground.scenarios import Need
from bot.playground.server import Playground
from bot.playground.world import World


class TelegramSide:
    """Its Bot API and its world are the server's own; its ids are the playground's."""

    name: ClassVar = NAME
    buttons: ClassVar = True
    named: ClassVar = False
    gives: ClassVar = frozenset({Need.HEARING, Need.PICTURES, Need.EDITS})

    def __init__(self, playground: Playground) -> None:
        self._playground = playground

    @property
    def world(self) -> World:
        return self._playground.world

    @property
    def busy(self) -> bool:
        return False

    def platform(self) -> Platform:
        playground = self._playground
        return Telegram(playground.token, playground.base_url, playground.base_file_url)

    def routes(self) -> list[Route]:
        return []

    def addresses(self) -> dict[str, Any]:
        playground = self._playground
        return {
            "base_url": playground.base_url,
            "base_file_url": playground.base_file_url,
            "token": playground.token,
        }

    async def lend_ears(self, *chats: int) -> None:
        """The bot hears every group it is in."""

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        yield

    def number(self, mark: str) -> int:
        return int(mark)

    def message(self, mark: str) -> int:
        return int(mark)
