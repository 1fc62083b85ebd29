"""Calls and their answers, events in between: everything that goes over the sockets of one account."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Mapping
from typing import Any, Protocol

import orjson
import structlog
from websockets.exceptions import ConnectionClosed, ConnectionClosedError

from bot.platforms import Denied, Later, Unsure
from bot.platforms.onebot.errors import translate

log = structlog.get_logger(__name__)

# NapCat itself stops at 50 MB. A frame beyond this ends the connection; what was missed is fetched afterwards.
LARGEST_FRAME = 64 * 1024 * 1024
# Events that wait to be stored; then the socket is not read until there is room.
MOST_WAITING = 5_000
PATIENCE = 20.0
# Of the declared pause between heartbeats, and seconds: so much longer, and nobody is behind the socket any more.
_LATE, _AT_LEAST = 0.5, 1.0
_TOO_BIG = 1009


class Socket(Protocol):
    async def send(self, message: str) -> None: ...

    async def recv(self) -> str | bytes: ...

    async def close(self) -> None: ...


class Link:
    """Answers are told apart by their `echo`, so they may come in any order. Several sockets may serve one
    account: reverse connections may keep calls and events apart.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._numbers = itertools.count(1)
        self._asked: dict[str, tuple[Socket, asyncio.Future[Mapping[str, Any]]]] = {}
        self._callable: list[Socket] = []
        self._refusal: Exception | None = None
        # Events heard since the connection began, and those of them and of former ones not dealt with yet.
        self.heard = 0
        self.undealt = 0
        self.events: asyncio.Queue[dict[str, Any]] = asyncio.Queue(MOST_WAITING)
        # Whether there is somebody to call.
        self.up = asyncio.Event()
        # A socket came or went: what was told meanwhile may have been told to nobody.
        self.changed = asyncio.Event()

    async def call(self, action: str, params: Mapping[str, Any], seconds: float = PATIENCE) -> Any:
        """The `data` of the answer. Raises Later when there is no connection, Unsure when no answer came."""
        if not self._callable:
            raise self._refusal or Later(2.0, everywhere=True, reason="the implementation is not connected")
        socket = self._callable[-1]
        echo = f"{self._name}:{next(self._numbers)}"
        answered: asyncio.Future[Mapping[str, Any]] = asyncio.get_running_loop().create_future()
        self._asked[echo] = socket, answered
        try:
            await socket.send(orjson.dumps({"action": action, "params": params, "echo": echo}).decode())
            answer = await asyncio.wait_for(answered, seconds)
        except ConnectionClosed:
            raise Unsure(f"{action}: the connection broke") from None
        except TimeoutError:
            raise Unsure(f"{action}: no answer") from None
        finally:
            self._asked.pop(echo, None)
        if answer.get("status") in ("ok", "async") or answer.get("retcode") in (0, 1):
            return answer.get("data")
        raise translate(action, answer)

    async def serve(self, socket: Socket, *, calls: bool = True) -> None:
        """Read one socket until it ends or its heart stops. Raises Denied when the other side says that the token is
        wrong.
        """
        self._refusal = None
        self.heard = 0
        self.changed.set()
        if calls:
            self._callable.append(socket)
            self.up.set()
        try:
            await self._hear(socket)
        except TimeoutError:
            log.warning("onebot_heart_stopped", platform=self._name)
        except ConnectionClosedError as closed:
            code = closed.sent.code if closed.sent else closed.rcvd.code if closed.rcvd else 0
            log.warning("onebot_frame_too_big" if code == _TOO_BIG else "onebot_broken", platform=self._name)
        except ConnectionClosed:
            log.info("onebot_closed", platform=self._name)
        except Denied as denied:
            self._refusal = denied
            raise
        finally:
            self._end(socket)
            await socket.close()

    async def _hear(self, socket: Socket) -> None:
        """Raises TimeoutError when heartbeats were promised and nothing comes any more."""
        now, longest = asyncio.get_running_loop().time, 0.0
        async with asyncio.timeout(None) as patience:
            while True:
                frame = await socket.recv()
                # Waiting for room to put it is not the other side's silence.
                patience.reschedule(None)
                longest = await self._frame(frame) or longest
                if longest:
                    patience.reschedule(now() + longest)

    def _end(self, socket: Socket) -> None:
        if socket in self._callable:
            self._callable.remove(socket)
        for asked, answered in list(self._asked.values()):
            if asked is socket and not answered.done():
                broke = Unsure("the connection broke before the answer came")
                answered.set_exception(self._refusal or broke)
                answered.exception()
        if not self._callable:
            self.up.clear()
        self.changed.set()

    async def _frame(self, frame: str | bytes) -> float:
        """Deal with one. Of a heartbeat, how many seconds may pass without a word from now on; else 0."""
        try:
            told = orjson.loads(frame)
        except orjson.JSONDecodeError:
            log.warning("onebot_frame_unreadable", platform=self._name, size=len(frame))
            return 0.0
        if not isinstance(told, dict):
            log.warning("onebot_frame_unknown", platform=self._name)
        elif isinstance(told.get("post_type"), str):
            self.heard += 1
            self.undealt += 1
            await self.events.put(told)
            return _promised(told)
        elif str(told.get("echo")) in self._asked:
            _, answered = self._asked[str(told["echo"])]
            if not answered.done():
                answered.set_result(told)
        elif told.get("retcode") in (1403, 1401):
            # NapCat lets anybody connect and says so only then.
            raise Denied("the implementation does not accept the token")
        else:
            log.warning("onebot_frame_unknown", platform=self._name)
        return 0.0


def _promised(event: Mapping[str, Any]) -> float:
    """Heartbeats tell the pause between them in milliseconds."""
    interval = event.get("interval") if event.get("meta_event_type") == "heartbeat" else None
    if not isinstance(interval, int | float) or interval <= 0:
        return 0.0
    seconds = interval / 1000
    return seconds + max(seconds * _LATE, _AT_LEAST)
