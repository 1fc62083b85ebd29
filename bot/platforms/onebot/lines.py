"""The two ways to get a connection: to call the implementation, or to be called by it."""

from __future__ import annotations

import asyncio
import hmac
from contextlib import suppress
from http import HTTPStatus
from typing import Protocol
from urllib.parse import parse_qs, urlsplit

import structlog
from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import InvalidHandshake, InvalidStatus, InvalidURI
from websockets.http11 import Request, Response

from bot.platforms import Denied, Later
from bot.platforms.onebot.link import LARGEST_FRAME, Link

log = structlog.get_logger(__name__)

OPENING = 10.0
# How long somebody who asks waits for the implementation to call.
WAITING = 10.0
_KEEPALIVE = 20.0
# An answer to a ping may stand behind thousands of events that are read first.
_SILENCE = 60.0


class Line(Protocol):
    async def start(self) -> None: ...

    async def connected(self) -> None:
        """Return once there is a connection. Raises Denied or Later."""
        ...

    async def stop(self) -> None: ...


class Calling:
    """Forward WebSocket: the implementation listens, we call."""

    def __init__(self, link: Link, url: str, token: str) -> None:
        self._link = link
        self._url = url
        self._token = token
        self._served: asyncio.Task[None] | None = None

    async def start(self) -> None:
        return None

    async def connected(self) -> None:
        if self._link.up.is_set():
            return
        await self._over()
        headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
        socket = await _called(self._url, headers)
        self._served = asyncio.create_task(self._link.serve(socket))
        # A wrong token is told in the first frame by some: give it the time to come.
        await asyncio.wait({self._served}, timeout=0.05)
        if self._served.done():
            await self._over()
            raise Later(2.0, everywhere=True, reason="the implementation closed the connection")

    async def stop(self) -> None:
        if self._served is not None:
            self._served.cancel()
            with suppress(asyncio.CancelledError, Denied):
                await self._served

    async def _over(self) -> None:
        served, self._served = self._served, None
        if served is not None:
            await served


async def _called(url: str, headers: dict[str, str]) -> ClientConnection:
    try:
        return await connect(
            url,
            additional_headers=headers,
            max_size=LARGEST_FRAME,
            open_timeout=OPENING,
            ping_interval=_KEEPALIVE,
            ping_timeout=_SILENCE,
            proxy=None,
        )
    except InvalidStatus as wrong:
        status = wrong.response.status_code
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
            raise Denied("the implementation does not accept the token") from None
        reason = f"{_shown(url)} answers {status}: is the address the implementation's WebSocket server?"
        raise Later(5.0, everywhere=True, reason=reason) from None
    except (OSError, TimeoutError, InvalidHandshake, InvalidURI) as trouble:
        reason = f"{_shown(url)} cannot be reached ({type(trouble).__name__}): is the implementation running?"
        raise Later(2.0, everywhere=True, reason=reason) from None


def _shown(url: str) -> str:
    """The address without a token that may stand in it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}:{parts.port or ''}{parts.path}"


class Answering:
    """Reverse WebSocket: the implementation calls, as one connection for everything or as two."""

    def __init__(self, link: Link, host: str, port: int, token: str, account: str = "") -> None:
        self._link = link
        self._host = host
        self._port = port
        self._token = token
        self._account = account
        self._server: Server | None = None

    @property
    def port(self) -> int:
        assert self._server is not None
        return int(next(iter(self._server.sockets)).getsockname()[1])

    async def start(self) -> None:
        try:
            self._server = await serve(
                self._answer,
                self._host,
                self._port,
                process_request=self._admit,
                max_size=LARGEST_FRAME,
                open_timeout=OPENING,
                ping_interval=_KEEPALIVE,
                ping_timeout=_SILENCE,
            )
        except OSError as taken:
            remedy = "set `listen` of this onebot account to another port"
            log.error(
                "onebot_not_served", host=self._host, port=self._port, reason=taken.strerror, remedy=remedy
            )

    async def connected(self) -> None:
        if self._server is None:
            await self.start()
        try:
            await asyncio.wait_for(self._link.up.wait(), WAITING)
        except TimeoutError:
            reason = f"nobody has called at ws://{self._host}:{self._port}: is the implementation running?"
            raise Later(2.0, everywhere=True, reason=reason) from None

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        shown = _token_in(request)
        if self._token and not hmac.compare_digest(shown.encode(), self._token.encode()):
            log.error(
                "onebot_caller_refused", port=self._port, remedy="give the implementation the same token"
            )
            return connection.respond(HTTPStatus.UNAUTHORIZED, "wrong access token\n")
        if self._account and request.headers.get("X-Self-ID", self._account) != self._account:
            log.error(
                "onebot_caller_refused", port=self._port, remedy="this is the address of another account"
            )
            return connection.respond(HTTPStatus.FORBIDDEN, "another account is expected here\n")
        return None

    async def _answer(self, connection: ServerConnection) -> None:
        request = connection.request
        role = request.headers.get("X-Client-Role", "Universal") if request is not None else "Universal"
        with suppress(Denied):
            await self._link.serve(connection, calls=role.lower() != "event")


def _token_in(request: Request) -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() in ("bearer", "token") and token:
        return token.strip()
    return parse_qs(urlsplit(request.path).query).get("access_token", [""])[0]
