"""DingTalk as a side of the playground: a world with a robot in it that the gateway tells of what names it."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, ClassVar, overload

from starlette.routing import Route

from bot.platforms import Platform
from bot.platforms.dingtalk import NAME, DingTalk
from bot.platforms.dingtalk.people import OPEN, STAFF, Admin
from bot.playground.dingtalk.gateway import Gateway
from bot.playground.dingtalk.naming import number_of, open_id, staff
from bot.playground.server import Playground
from bot.playground.serving import files
from bot.playground.world import World

CLIENT = "dingplayground"
_LEADING = ("creator", "administrator")


class Leaders(Sequence[Admin]):
    """Whoever leads a group of the playground, as an operator would have named them to the bot: new classes have others."""

    def __init__(self, world: World) -> None:
        self._world = world

    @overload
    def __getitem__(self, index: int) -> Admin: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Admin]: ...
    def __getitem__(self, index: int | slice) -> Admin | Sequence[Admin]:
        return self._named()[index]

    def __len__(self) -> int:
        return len(self._named())

    def _named(self) -> list[Admin]:
        leading = {
            member.user: None
            for chat in self._world.chats.values()
            if chat.is_group
            for member in chat.members.values()
            if member.status in _LEADING
        }
        people = [self._world.users[user] for user in leading if user != self._world.bot.id]
        return [Admin(user.full_name, (f"{STAFF}{staff(user)}", f"{OPEN}{open_id(user)}")) for user in people]


class DingTalkSide:
    """Everybody belongs to the organisation here. No scenario plays on this side: the robot hears none of them."""

    name: ClassVar = NAME
    buttons: ClassVar = False
    edits: ClassVar = False
    hears: ClassVar = False

    def __init__(self, playground: Playground) -> None:
        self._world = World(playground.clock)
        self._secret = secrets.token_urlsafe(24)
        self.gateway = Gateway(
            self._world, f"{playground.url}/file/{NAME}", client_id=CLIENT, secret=self._secret
        )

    @property
    def world(self) -> World:
        return self._world

    @property
    def busy(self) -> bool:
        return False

    def platform(self) -> Platform:
        called, url = self._world.bot.full_name, self.gateway.url
        admins = Leaders(self._world)
        return DingTalk(
            CLIENT, self._secret, called=called, admins=admins, card="card.schema", api=url, old_api=url
        )

    def routes(self) -> list[Route]:
        return [files(NAME, self._world)]

    def addresses(self) -> dict[str, Any]:
        url = self.gateway.url
        return {"client_id": CLIENT, "client_secret": self._secret, "api_url": url, "old_api_url": url}

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        async with self.gateway.listening():
            yield

    def number(self, mark: str) -> int:
        return number_of(mark.rpartition(":")[2])

    def message(self, mark: str) -> int:
        _, _, number = mark.strip("=").rpartition("x")
        return int(number) if number.isdecimal() else 0
