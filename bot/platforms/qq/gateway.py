"""The gateway: identify, or resume where one was; heartbeats; every event with its number.

Opcodes and order are those of the platform's documents, as nonebot-adapter-qq 1.7.3 follows them.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import orjson
import structlog
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from bot.platforms import Denied, Later
from bot.platforms.calling import OPENING, connected, read
from bot.platforms.qq.api import Api

log = structlog.get_logger(__name__)


class Op(IntEnum):
    DISPATCH = 0
    HEARTBEAT = 1
    IDENTIFY = 2
    RESUME = 6
    RECONNECT = 7
    INVALID = 9
    ACKNOWLEDGED = 11
    CONFIRMED = 12
    VALIDATION = 13


# Messages in groups and in private; who comes and goes.
MESSAGES, MEMBERS = 1 << 25, 1 << 24
# The platform closes with these when the token is wrong or the bot is not let in; when the session is no more; when
# an intent is not this bot's to have.
_DENIED = frozenset({4004, 4914, 4915})
_OVER = frozenset({4006, 4007, 4009})
_INTENTS = frozenset({4013, 4014})

Json = dict[str, Any]
Take = Callable[[Json, str], Awaitable[None]]


@dataclass(slots=True)
class Session:
    """What a connection is taken up again with: stored as a cursor, it outlives the process."""

    id: str = ""
    sequence: int = 0
    intents: int = MESSAGES | MEMBERS

    @classmethod
    def of(cls, cursor: str | None) -> Session:
        name, _, number = (cursor or "").rpartition(":")
        return cls(name, int(number)) if name and number.isascii() and number.isdigit() else cls()

    @property
    def cursor(self) -> str:
        return f"{self.id}:{self.sequence}" if self.id else ""


class Gateway:
    """`take` is given one event after the other with the cursor that comes after it."""

    def __init__(self, api: Api, session: Session) -> None:
        self._api = api
        self._session = session
        self._answered = True

    async def follow(self, take: Take, beat: Callable[[], None]) -> None:
        """Until the connection ends. Raises Denied or Later when there is none to be had."""
        told = await self._api.call("GET", "/gateway/bot")
        async with connected("QQ's gateway", str(told.get("url") or "")) as socket:
            heart = asyncio.create_task(self._beat(socket, await self._greeted(socket)))
            try:
                await self._enter(socket)
                async for frame in socket:
                    if not await self._frame(read(frame), take, beat):
                        return
            except ConnectionClosed as closed:
                self._closed(closed.rcvd.code if closed.rcvd else 0)
            finally:
                heart.cancel()
                await asyncio.gather(heart, return_exceptions=True)

    async def _greeted(self, socket: ClientConnection) -> float:
        """Seconds between two heartbeats."""
        try:
            told = read(await asyncio.wait_for(socket.recv(), OPENING))
            return max(0.02, float((told.get("d") or {}).get("heartbeat_interval") or 30_000) / 1000)
        except (ConnectionClosed, TimeoutError, TypeError, ValueError):
            raise Later(2.0, everywhere=True, reason="QQ's gateway does not greet") from None

    async def _enter(self, socket: ClientConnection) -> None:
        token = await self._api.authorization()
        session = self._session
        if session.id:
            data: Json = {"token": token, "session_id": session.id, "seq": session.sequence}
            await _send(socket, Op.RESUME, data)
            return
        data = {
            "token": token,
            "intents": session.intents,
            "shard": [0, 1],
            "properties": {"$sdk": "class-guard"},
        }
        await _send(socket, Op.IDENTIFY, data)

    async def _beat(self, socket: ClientConnection, every: float) -> None:
        """A heartbeat that is not answered before the next is due means a dead line."""
        self._answered = True
        with contextlib.suppress(ConnectionClosed):
            while True:
                await asyncio.sleep(every)
                if not self._answered:
                    log.warning("qq_silent", seconds=every)
                    await socket.close()
                    return
                self._answered = False
                await _send(socket, Op.HEARTBEAT, self._session.sequence or None)

    async def _frame(self, told: Json, take: Take, beat: Callable[[], None]) -> bool:
        """False when a new connection is wanted."""
        match told.get("op"):
            case Op.ACKNOWLEDGED:
                self._answered = True
                beat()
            case Op.DISPATCH:
                beat()
                await self._dispatched(told, take)
            case Op.RECONNECT:
                return False
            case Op.INVALID:
                log.info("qq_session_over")
                self._session.id, self._session.sequence = "", 0
                return False
            case _:
                log.warning("qq_frame_unknown", op=str(told.get("op"))[:10])
        return True

    async def _dispatched(self, told: Json, take: Take) -> None:
        number, data = told.get("s"), told.get("d")
        if isinstance(number, int):
            self._session.sequence = max(self._session.sequence, number)
        if told.get("t") == "READY" and isinstance(data, dict):
            self._session.id = str(data.get("session_id") or "")
        await take(told, self._session.cursor)

    def _closed(self, code: int) -> None:
        if code in _OVER or code in _DENIED:
            self._session.id, self._session.sequence = "", 0
        if code in _DENIED:
            raise Denied(f"QQ's gateway closes with {code}")
        if code in _INTENTS:
            log.error("qq_intents_refused", remedy="without them nobody who comes or goes is told of")
            self._session.id, self._session.intents = "", MESSAGES
        log.info("qq_closed", code=code)


async def _send(socket: ClientConnection, op: Op, data: object) -> None:
    await socket.send(orjson.dumps({"op": op, "d": data}).decode())
