"""QQ's bot platform in small: tokens and calls by HTTP, events over the gateway's WebSocket or to a webhook."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from bot.playground.chats import Chat
from bot.playground.people import User
from bot.playground.qq.doing import Doing, Failed
from bot.playground.qq.naming import openid
from bot.playground.qq.telling import Telling
from bot.playground.world import World
from bot.web import serving

HOST = "127.0.0.1"
_KINDS = ("message", "edited_message", "my_chat_member")
_GROUPS = 1 << 25
_TOKEN_LIVES = 7200

Json = dict[str, Any]


@dataclass(slots=True)
class _Session:
    """What was told in it, so that it can be taken up again."""

    id: str
    sent: list[str] = field(default_factory=list)
    socket: ServerConnection | None = None


class Gateway:
    """One bot. `beats` is the pause between heartbeats in seconds; `identified` and `resumed` count sessions.
    Without `answers_beats` its line seems dead.
    """

    def __init__(self, world: World, files: str, *, app_id: str, secret: str, beats: float = 5.0) -> None:
        self._world = world
        self._app_id = app_id
        self.secret = secret
        self._beats = beats
        self.telling = Telling(world, files)
        self.doing = Doing(world, self.telling)
        self.url = ""
        self._port = 0
        self._tokens: set[str] = set()
        self._sessions: dict[str, _Session] = {}
        self.answers_beats = True
        self.identified = 0
        self.resumed = 0

    @property
    def connections(self) -> int:
        return sum(one.socket is not None for one in self._sessions.values())

    @property
    def auth_url(self) -> str:
        return f"{self.url}/app/getAppAccessToken"

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[Gateway]:
        self._world.told_of = _KINDS
        self._world.queue.allow(_KINDS)
        self._world.reads_all = True
        async with serve(self._serve, HOST, 0) as server, serving(self._routes(), HOST, 0) as port:
            self._port = next(iter(server.sockets)).getsockname()[1]
            self.url = f"http://{HOST}:{port}"
            telling = asyncio.create_task(self._tell())
            try:
                yield self
            finally:
                telling.cancel()
                await asyncio.gather(telling, return_exceptions=True)

    async def hang_up(self, code: int = 1001) -> None:
        """Cut every connection."""
        for session in list(self._sessions.values()):
            if session.socket is not None:
                await session.socket.close(code)

    async def ask_to_reconnect(self) -> None:
        await self.send(json.dumps({"op": 7}))

    async def send(self, frame: str) -> None:
        """A frame to everybody, whatever it is."""
        for session in list(self._sessions.values()):
            if session.socket is not None:
                with suppress(ConnectionClosed):
                    await session.socket.send(frame)

    def forget_sessions(self) -> None:
        """Nobody can take up anything again."""
        self._sessions.clear()

    async def invalidate(self) -> None:
        """Every session is over, and whoever is connected is told so."""
        await self.send(json.dumps({"op": 9, "d": False}))
        self.forget_sessions()

    def expire(self, secret: str) -> None:
        """The bot's secret was changed: no token of before is good any more."""
        self.secret = secret
        self._tokens.clear()

    async def switch(self, chat: str, *, hears_all: bool) -> None:
        """The owner changes what the bot is told."""
        self.telling.hears_all = hears_all
        await self._dispatch(*self.telling.switched(self._world.chat(chat)))

    async def asks_to_enter(self, chat: Chat, user: User, words: str, risks: str = "") -> None:
        """Somebody wants to be let into a group; `risks` is what QQ holds against them."""
        await self._dispatch(*self.telling.asked(chat, user, words, risks))

    # --- HTTP ---------------------------------------------------------------------------------

    def _routes(self) -> list[Route]:
        return [
            Route("/app/getAppAccessToken", self._token, methods=["POST"]),
            Route("/gateway/bot", self._gateway, methods=["GET"]),
            Route("/{path:path}", self._call, methods=["GET", "POST", "DELETE"]),
        ]

    async def _token(self, request: Request) -> Response:
        asked = await request.json()
        if (asked.get("appId"), asked.get("clientSecret")) != (self._app_id, self.secret):
            return JSONResponse({"code": 100016, "message": "invalid appid or secret"})
        token = secrets.token_hex(16)
        self._tokens.add(token)
        return JSONResponse({"access_token": token, "expires_in": str(_TOKEN_LIVES)})

    def _knows(self, authorization: str) -> bool:
        kind, _, token = authorization.partition(" ")
        return kind == "QQBot" and token in self._tokens

    async def _gateway(self, request: Request) -> Response:
        if not self._knows(request.headers.get("authorization", "")):
            return _refused(401, 11244)
        limit = {"total": 1000, "remaining": 999, "reset_after": 1000, "max_concurrency": 1}
        return JSONResponse({"url": f"ws://{HOST}:{self._port}/", "shards": 1, "session_start_limit": limit})

    async def _call(self, request: Request) -> Response:
        if not self._knows(request.headers.get("authorization", "")):
            return _refused(401, 11244)
        body = await request.body()
        asked: Json = json.loads(body) if body else {}
        path = request.url.path.strip("/").split("/")
        status, answer = 200, {}
        try:
            answer = self.doing.do(request.method, path, asked)
        except Failed as failed:
            status, answer = failed.status, {"code": failed.code, "message": "不行"}
        shown = {"method": f"{request.method} {path[-1]}", "parameters": asked, "status": status}
        self._world.journal.call(shown | {"ms": 0.0, "fault": None}, path[-1])
        return JSONResponse(answer, status)

    # --- the gateway --------------------------------------------------------------------------

    async def _serve(self, socket: ServerConnection) -> None:
        session: _Session | None = None
        try:
            await socket.send(json.dumps({"op": 10, "d": {"heartbeat_interval": int(self._beats * 1000)}}))
            async for frame in socket:
                told = json.loads(frame)
                match told.get("op"):
                    case 1 if self.answers_beats:
                        await socket.send(json.dumps({"op": 11}))
                    case 2:
                        session = await self._identify(socket, told["d"])
                    case 6:
                        session = await self._resume(socket, told["d"])
        except ConnectionClosed:
            pass
        finally:
            if session is not None and session.socket is socket:
                session.socket = None

    async def _identify(self, socket: ServerConnection, data: Json) -> _Session | None:
        if not self._knows(str(data.get("token"))) or len(data.get("shard") or ()) != 2:
            await socket.close(4004)
            return None
        if not int(data.get("intents") or 0) & _GROUPS:
            await socket.close(4013)
            return None
        self.identified += 1
        session = _Session(secrets.token_hex(8), socket=socket)
        # A bot's new session takes the place of its old ones.
        self._sessions = {session.id: session}
        me = self._world.bot
        user = {"id": openid(me), "username": me.full_name, "bot": True}
        ready = {"version": 1, "session_id": session.id, "user": user, "shard": [0, 1]}
        await self._number(session, "READY", ready)
        return session

    async def _resume(self, socket: ServerConnection, data: Json) -> _Session | None:
        session = self._sessions.get(str(data.get("session_id")))
        if session is None or not self._knows(str(data.get("token"))):
            await socket.send(json.dumps({"op": 9, "d": False}))
            return None
        self.resumed += 1
        missed = session.sent[int(data.get("seq") or 0) :]
        session.socket = socket
        for frame in missed:
            await socket.send(frame)
        await self._number(session, "RESUMED", "")
        return session

    async def _number(self, session: _Session, kind: str, data: Any) -> None:
        number = len(session.sent) + 1
        told = {"op": 0, "s": number, "t": kind, "id": f"{kind}:{session.id}:{number}", "d": data}
        frame = json.dumps(told, ensure_ascii=False)
        session.sent.append(frame)
        if session.socket is not None:
            with suppress(ConnectionClosed):
                await session.socket.send(frame)

    async def _dispatch(self, kind: str, data: Json) -> None:
        for session in list(self._sessions.values()):
            await self._number(session, kind, data)

    async def _tell(self) -> None:
        """What happens, as it happens; what a session is not connected for waits in it."""
        async for update in self._world.queue.told():
            for kind, data in self.telling.events(update):
                await self._dispatch(kind, data)


def _refused(status: int, code: int) -> Response:
    return JSONResponse({"code": code, "message": "不行"}, status)
