"""QQ as a side of the playground: a world with an account in it, spoken for by a OneBot implementation."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, ClassVar

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.platforms import Platform
from bot.platforms.onebot import NAME, OneBot
from bot.playground.onebot import account
from bot.playground.onebot.implementation import Implementation
from bot.playground.scenarios import Need
from bot.playground.server import Playground
from bot.playground.serving import TEMPO, files
from bot.playground.world import World


class OneBotSide:
    """Groups have numbers above zero there, and messages numbers of their own."""

    name: ClassVar = NAME
    buttons: ClassVar = False
    named: ClassVar = False
    gives: ClassVar = frozenset({Need.HEARING, Need.PICTURES})

    def __init__(self, playground: Playground) -> None:
        self._world = World(playground.clock)
        self._token = secrets.token_urlsafe(24)
        self._bot: OneBot | None = None
        self._files = f"{playground.url}/file/{NAME}"
        self.implementation = Implementation(self._world, self._files, self._token)

    @property
    def world(self) -> World:
        return self._world

    @property
    def busy(self) -> bool:
        """Whether the bot has yet to hear what it was told."""
        if self._bot is None or not self.implementation.sockets:
            return False
        return self.implementation.told > self._bot.heard

    def platform(self) -> Platform:
        portraits = f"{self._files}/portraits/{{number}}"
        self._bot = OneBot(url=self.implementation.url, token=self._token, portraits=portraits, tempo=TEMPO)
        return self._bot

    def routes(self) -> list[Route]:
        return [
            # QQ shows pictures to whoever has their address, and everybody's portrait by their number.
            Route(f"/file/{NAME}/portraits/{{number:int}}", self._portrait, methods=["GET"]),
            files(NAME, self._world),
            *account.routes(self.implementation),
        ]

    def addresses(self) -> dict[str, Any]:
        return {"url": self.implementation.url, "token": self._token}

    async def lend_ears(self, *chats: int) -> None:
        """The bot hears every group it is in."""

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        async with self.implementation.listening():
            yield

    def number(self, mark: str) -> int:
        kind, _, number = mark.rpartition(":")
        if not number.isdecimal() or kind not in ("group", "qq"):
            return 0
        return -int(number) if kind == "group" else int(number)

    def message(self, mark: str) -> int:
        known = self.implementation.message(mark)
        return known[1] if known else 0

    async def _portrait(self, request: Request) -> Response:
        user = self._world.users.get(request.path_params["number"])
        if user is None or user.picture is None:
            return Response(status_code=404)
        return Response(user.picture.data, media_type="image/png")
