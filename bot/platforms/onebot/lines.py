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
from bot.platforms.onebot.known import Known
from bot.platforms.onebot.link import LARGEST_FRAME, Link

log = structlog.get_logger(__name__)

OPENING = 10.0
# How long somebody who asks waits for the implementation to call.
WAITING = 10.0
_KEEPALIVE = 20.0
# An answer to a ping may stand behind thousands of events that are read first.
_SILENCE = 60.0
# Seconds for a farewell: who does not answer does not answer that either.
_CLOSING = 2.0


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
            await self._served
            raise Later(2.0, everywhere=True, reason="the implementation closed the connection")

    async def stop(self) -> None:
        if self._served is not None:
            self._served.cancel()
            with suppress(asyncio.CancelledError):
                await self._over()

    async def _over(self) -> None:
        """The connection of before: what was refused then may be accepted now."""
        served, self._served = self._served, None
        if served is not None:
            with suppress(Denied):
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
            close_timeout=_CLOSING,
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
    """Reverse WebSocket: the implementation calls, as one connection for everything or as two. Whoever has the token and
    is not `known.me`, or not the one whose connection stands, is turned away.
    """

    def __init__(self, link: Link, host: str, port: int, token: str, known: Known) -> None:
        self._link = link
        self._host = host
        self._port = port
        self._token = token
        self._known = known
        self._server: Server | None = None
        self._caller = ""
        # Why callers were turned away since one was admitted, and the last of the reasons.
        self._said: set[str] = set()
        self._turned_away: Later | None = None

    @property
    def port(self) -> int:
        assert self._server is not None
        return int(next(iter(self._server.sockets)).getsockname()[1])

    async def start(self) -> None:
        with suppress(Later):
            await self._open()

    async def _open(self) -> None:
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
                close_timeout=_CLOSING,
            )
        except OSError as taken:
            where = f"{self._host}:{self._port}"
            reason = (
                f"cannot listen at {where} ({taken.strerror}): set `listen` of this account to another port"
            )
            raise Later(5.0, everywhere=True, reason=reason) from None

    async def connected(self) -> None:
        if self._server is None:
            await self._open()
        try:
            await asyncio.wait_for(self._link.up.wait(), WAITING)
        except TimeoutError:
            turned_away, self._turned_away = self._turned_away, None
            reason = f"nobody has called at ws://{self._host}:{self._port}: is the implementation running?"
            raise turned_away or Later(0.0, everywhere=True, reason=reason) from None

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        shown, caller = _token_in(request), request.headers.get("X-Self-ID", "")
        if self._token and not hmac.compare_digest(shown.encode(), self._token.encode()):
            self._turn_away(Denied("the implementation calls with another token", 0.0))
            return connection.respond(HTTPStatus.UNAUTHORIZED, "wrong access token\n")
        expected = self._known.me or (self._caller if self._link.up.is_set() else "")
        if caller and expected and caller != expected:
            reason = f"the account {caller} calls at the address of {expected}"
            self._turn_away(Later(0.0, everywhere=True, reason=reason))
            return connection.respond(HTTPStatus.FORBIDDEN, "another account is expected here\n")
        self._caller, self._turned_away = caller, None
        self._said.clear()
        return None

    def _turn_away(self, why: Later) -> None:
        """An implementation calls again every few seconds: it is logged once."""
        self._turned_away = why
        tell = log.debug if str(why) in self._said else log.error
        self._said.add(str(why))
        remedy = "give the implementation the token and the address of this account"
        tell("onebot_caller_refused", port=self._port, reason=str(why), remedy=remedy)

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
