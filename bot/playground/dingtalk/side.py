"""DingTalk as a side of the playground: a world with a robot in it that the gateway tells of what names it."""

from __future__ import annotations

import asyncio
import secrets
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, ClassVar, overload

from starlette.routing import Route

from bot.abilities import Self
from bot.platforms import Platform
from bot.platforms.dingtalk import NAME, DingTalk
from bot.platforms.dingtalk.people import OPEN, STAFF, Admin
from bot.playground.dingtalk import dws
from bot.playground.dingtalk.gateway import Gateway
from bot.playground.dingtalk.naming import conversation, number_of, open_id, staff
from bot.playground.scenarios import Need
from bot.playground.server import Playground
from bot.playground.serving import TEMPO, files
from bot.playground.world import World

CLIENT = "dingplayground"
# Seconds until a program that was started has begun to listen, on a machine that has much else to do.
_PATIENCE = 30.0
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


class _Robot(DingTalk):
    """Its name is an operator's to write down; here every class gives it another."""

    def __init__(self, world: World, **told: Any) -> None:
        super().__init__(CLIENT, called=world.bot.full_name, admins=Leaders(world), tempo=TEMPO, **told)
        self._world = world

    async def me(self) -> Self:
        self.go_by(self._world.bot.full_name)
        return await super().me()


class DingTalkSide:
    """Everybody belongs to the organisation here. The robot hears what names it; of a class that needs more an admin
    lends it their own message stream, printed by a `dws` of the playground's.
    """

    name: ClassVar = NAME
    buttons: ClassVar = False
    named: ClassVar = True
    gives: ClassVar = frozenset({Need.HEARING, Need.NAMING})

    def __init__(self, playground: Playground) -> None:
        self._world = World(playground.clock)
        self._secret = secrets.token_urlsafe(24)
        self._robot: DingTalk | None = None
        # The group whose stream is lent, and how many of its messages were printed before anybody listened.
        self._lent: dict[str, int] = {}
        self.gateway = Gateway(
            self._world, f"{playground.url}/file/{NAME}", client_id=CLIENT, secret=self._secret
        )

    @property
    def world(self) -> World:
        return self._world

    @property
    def busy(self) -> bool:
        """Whether the stream has printed what the bot has yet to read."""
        robot, printed = self._robot, self.gateway.printed
        return robot is not None and any(
            printed[group] - before > robot.overheard(group) for group, before in self._lent.items()
        )

    def platform(self) -> Platform:
        assert self.gateway.feed is not None, "the bot comes once the side is open"
        self._robot = _Robot(
            self._world,
            secret=self._secret,
            command=(sys.executable, "-I", dws.__file__, str(self.gateway.feed)),
            card="card.schema",
            api=self.gateway.url,
            old_api=self.gateway.url,
        )
        return self._robot

    async def lend_ears(self, *chats: int) -> None:
        """Returns once the stream has begun."""
        robot = self._robot
        if robot is None:
            return
        groups = {conversation(chat): chat.title for chat in (self._world.chats[one] for one in chats)}
        self._lent = {}
        async with asyncio.timeout(_PATIENCE):
            await robot.hear(groups)
        self._lent = {group: self.gateway.printed[group] - robot.overheard(group) for group in groups}

    def routes(self) -> list[Route]:
        return [files(NAME, self._world)]

    def addresses(self) -> dict[str, Any]:
        url = self.gateway.url
        return {"client_id": CLIENT, "client_secret": self._secret, "api_url": url, "old_api_url": url}

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        with tempfile.TemporaryDirectory(prefix="classguard-dws-") as folder:
            self.gateway.feed = Path(folder)
            async with self.gateway.listening():
                yield

    def number(self, mark: str) -> int:
        return number_of(mark.rpartition(":")[2])

    def message(self, mark: str) -> int:
        _, _, number = mark.strip("=").rpartition("x")
        return int(number) if number.isdecimal() else 0
