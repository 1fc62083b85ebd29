"""Serves one playground over HTTP on loopback: the Bot API, the control API, the page."""

from __future__ import annotations

import asyncio
import secrets
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.playground.botapi.endpoint import BotApi
from bot.playground.client import Control
from bot.playground.clock import MovableClock
from bot.playground.control import messages, nature, people, presses, watching
from bot.playground.doorkeeper import Doorkeeper
from bot.playground.scenarios import Need
from bot.playground.side import Side
from bot.playground.world import BOT_ID, World

HOST = "127.0.0.1"
_HEADER_LIMIT = 64 * 1024

_LAST_WORDS = 0.1
_SILENCE = 300

Wires = dict[tuple[str, int], asyncio.Transport]


class Playground:
    """One world and its addresses. Any number of them may live in one process."""

    def __init__(
        self, *, token: str = "", control_token: str = "", now: datetime | None = None, strict: bool = True
    ) -> None:
        self.token = token or f"{BOT_ID}:{secrets.token_urlsafe(27)[:35]:A<35}"
        self.control_token = control_token or secrets.token_urlsafe(24)
        self.clock = MovableClock(now)
        self.world = World(self.clock)
        self.port = 0
        self._strict = strict
        self._wires: Wires = {}

    control: Control
    sides: Mapping[str, Side]
    controls: Mapping[str, Control]

    @classmethod
    @asynccontextmanager
    async def serve(
        cls,
        port: int = 0,
        *,
        page: Path | None = None,
        sides: Sequence[type[Side]] = (),
        routes: Callable[[str], Sequence[Route]] = lambda _: (),
        token: str = "",
        control_token: str = "",
        now: datetime | None = None,
        strict: bool = True,
    ) -> AsyncIterator[Playground]:
        """`page` is a folder served at /, `routes` are further control calls for the side of that name.
        `strict=False` passes over unknown parameters, as Telegram does.
        """
        playground = cls(token=token, control_token=control_token, now=now, strict=strict)
        listener = _listening(port)
        playground.port = listener.getsockname()[1]
        playground.sides = {side.name: side for side in (make(playground) for make in sides)}
        server = _Server(playground._config(page, routes), playground._wires)
        running = asyncio.create_task(server.serve([listener]), name="playground")
        try:
            await server.ready.wait()
            async with AsyncExitStack() as house:
                playground.control = await house.enter_async_context(playground._control(""))
                playground.controls = {
                    name: await house.enter_async_context(playground._control(playground.under(side)))
                    for name, side in playground.sides.items()
                }
                for side in playground.sides.values():
                    await house.enter_async_context(side.open())
                yield playground
        finally:
            await playground._close(server, running)

    def under(self, side: Side) -> str:
        """What stands before this side's control calls: nothing for the world of the Bot API."""
        return "" if side.world is self.world else f"/{side.name}"

    def _control(self, under: str) -> Control:
        return Control(f"{self.control_url}{under}", self.control_token)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def base_url(self) -> str:
        return f"{self.url}/bot"

    @property
    def base_file_url(self) -> str:
        return f"{self.url}/file/bot"

    @property
    def control_url(self) -> str:
        return f"{self.url}/control"

    @property
    def clock_url(self) -> str:
        return f"{self.control_url}/clock?token={self.control_token}"

    @property
    def page_url(self) -> str:
        """The token travels behind the #: browsers do not send that part to anybody."""
        return f"{self.url}/#token={self.control_token}"

    def saw(self, details: dict[str, Any]) -> int:
        """What the guard saw, for whoever watches."""
        return watching.saw(self.world, details)

    def _config(self, page: Path | None, routes: Callable[[str], Sequence[Route]]) -> uvicorn.Config:
        return uvicorn.Config(
            self._application(page, routes),
            http=_wired(self._wires),
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            # Longer than clients keep a silent connection, so that none is closed under a call just begun.
            timeout_keep_alive=_SILENCE,
            h11_max_incomplete_event_size=_HEADER_LIMIT,
        )

    def _application(self, page: Path | None, routes: Callable[[str], Sequence[Route]]) -> ASGIApp:
        served: list[BaseRoute] = [Route("/control/sides", self._told_sides, methods=["GET"])]
        served += _controls(self.world)
        for side in self.sides.values():
            under = self.under(side)
            own = [*(_controls(side.world) if under else ()), *side.routes(), *routes(side.name)]
            served += [_moved(route, under) for route in own]
        if page is not None:
            served.append(Mount("/", StaticFiles(directory=page, html=True)))
        application = Starlette(routes=served)
        bot_api = BotApi(self.world, self.token, self._cut, strict=self._strict)

        async def fork(scope: Scope, receive: Receive, send: Send) -> None:
            calls_bot = scope["type"] == "http" and scope["path"].startswith(("/bot", "/file/bot"))
            await (bot_api if calls_bot else application)(scope, receive, send)

        return Doorkeeper(fork, self.control_token)

    async def _told_sides(self, _: Request) -> Response:
        sides = [
            {
                "name": side.name,
                "control": f"control{self.under(side)}",
                "buttons": side.buttons,
                "named": side.named,
                "edits": Need.EDITS in side.gives,
            }
            for side in self.sides.values()
        ]
        return JSONResponse({"sides": sides})

    def _cut(self, scope: Scope) -> None:
        wire = self._wires.get(tuple(scope["client"] or ()))
        if wire is not None:
            wire.abort()

    async def _close(self, server: _Server, running: asyncio.Task[None]) -> None:
        for world in (self.world, *(side.world for side in self.sides.values())):
            world.close()
        server.leave.set()
        await running
        # Closed connections are gone only after the loop has gone round once more.
        await asyncio.sleep(0)


def _controls(world: World) -> list[Route]:
    return [
        route for module in (people, messages, presses, watching, nature) for route in module.routes(world)
    ]


def _moved(route: Route, under: str) -> Route:
    """The same call, where another side's are."""
    if not route.path.startswith("/control"):
        return route
    path = f"/control{under}{route.path.removeprefix('/control')}"
    return Route(path, route.endpoint, methods=list(route.methods or ()))


def _listening(port: int) -> socket.socket:
    """The protocol is named, because asyncio sends small packets at once only on sockets that name it."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen(1024)
    except OSError:
        listener.close()
        raise
    return listener


class _Server(uvicorn.Server):
    """Comes and goes at once, and leaves signals to the program it runs in."""

    def __init__(self, config: uvicorn.Config, wires: Wires) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()
        self.leave = asyncio.Event()
        self._wires = wires

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    async def main_loop(self) -> None:
        await self.leave.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        if self.server_state.tasks:
            await asyncio.wait(self.server_state.tasks, timeout=_LAST_WORDS)
        # Whoever hangs in a call that was told to hang is let go.
        for wire in list(self._wires.values()):
            wire.abort()
        while self.server_state.tasks:
            await asyncio.wait(self.server_state.tasks)


def _wired(wires: Wires) -> type[H11Protocol]:
    """HTTP/1.1 that remembers its open connections, so that one can be cut."""

    class Wire(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            if self.client is not None:
                wires[self.client] = transport

        def connection_lost(self, exc: Exception | None) -> None:
            if self.client is not None:
                wires.pop(self.client, None)
            super().connection_lost(exc)

    return Wire
