"""The official QQ bot as a side of the playground: a world with a bot in it that the platform's gateway tells of."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, ClassVar

from starlette.routing import Route

from bot.platforms import Platform
from bot.platforms.qq import NAME, QQ
from bot.playground.qq.gateway import Gateway
from bot.playground.qq.naming import chat_number, message_number, user_number
from bot.playground.scenarios import Need
from bot.playground.server import Playground
from bot.playground.serving import TEMPO, files
from bot.playground.world import World

APP = "102000001"


class QQSide:
    """People and groups have open ids there, messages long words."""

    name: ClassVar = NAME
    buttons: ClassVar = False
    named: ClassVar = False
    gives: ClassVar = frozenset({Need.HEARING, Need.PICTURES})

    def __init__(self, playground: Playground) -> None:
        self._playground = playground
        self._world = World(playground.clock)
        self._secret = secrets.token_urlsafe(24)
        self.gateway = Gateway(self._world, f"{playground.url}/file/{NAME}", app_id=APP, secret=self._secret)

    @property
    def world(self) -> World:
        return self._world

    @property
    def busy(self) -> bool:
        return False

    def platform(self) -> Platform:
        gateway, clock = self.gateway, self._playground.clock
        return QQ(
            APP,
            self._secret,
            api=gateway.url,
            auth=gateway.auth_url,
            tempo=TEMPO,
            now=lambda: clock.now().timestamp(),
        )

    def routes(self) -> list[Route]:
        return [files(NAME, self._world)]

    def addresses(self) -> dict[str, Any]:
        gateway = self.gateway
        return {"app_id": APP, "secret": self._secret, "api_url": gateway.url, "auth_url": gateway.auth_url}

    async def lend_ears(self, *chats: int) -> None:
        """The bot hears every group it is in."""

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        async with self.gateway.listening():
            yield

    def number(self, mark: str) -> int:
        kind, _, openid = mark.partition(":")
        return chat_number(openid) if kind == "group" else user_number(openid)

    def message(self, mark: str) -> int:
        return message_number(mark)[1]
