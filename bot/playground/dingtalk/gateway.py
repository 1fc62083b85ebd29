"""DingTalk's gateway in small: tokens, sends and downloads by HTTP, the robot's Stream over WebSocket."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request as Opening
from websockets.http11 import Response as Closing

from bot.playground.chats import Chat
from bot.playground.dingtalk.doing import Doing, Failed
from bot.playground.dingtalk.naming import conversation
from bot.playground.dingtalk.telling import OVERHEARD, Telling
from bot.playground.world import World
from bot.web import serving

HOST = "127.0.0.1"
MESSAGES = "/v1.0/im/bot/messages/get"
PRESSES = "/v1.0/card/instances/callback"
_KINDS = ("message", "edited_message", "my_chat_member", "recalled", "callback_query")
_ANSWERED = 5.0
_TOKEN_LIVES = 7200

Json = dict[str, Any]


class Gateway:
    """One robot. A callback that nobody acknowledges is sent again. `feed` is a folder in which a line for every
    message of a group is written, a file a group and event: what `dws` prints. `printed` counts a group's messages.
    """

    def __init__(
        self,
        world: World,
        files: str,
        *,
        client_id: str,
        secret: str,
        outsiders: frozenset[str] = frozenset(),
        feed: Path | None = None,
    ) -> None:
        self._world = world
        self._client_id = client_id
        self.secret = secret
        self.feed = feed
        self.printed: Counter[str] = Counter()
        self.telling = Telling(world, client_id, outsiders)
        self.doing = Doing(world, client_id, files, self._posted)
        self.url = ""
        self._port = 0
        self._tickets: set[str] = set()
        self._tokens: set[str] = set()
        self._sockets: list[ServerConnection] = []
        self._presses = False
        self._connected = asyncio.Event()
        self._acknowledged: dict[str, asyncio.Future[None]] = {}

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[Gateway]:
        self._world.told_of = _KINDS
        self._world.queue.allow(_KINDS)
        self._world.reads_all = True
        async with (
            serve(self._stream, HOST, 0, process_request=self._admit) as server,
            serving(self._routes(), HOST, 0) as port,
        ):
            self._port = next(iter(server.sockets)).getsockname()[1]
            self.url = f"http://{HOST}:{port}"
            telling = asyncio.create_task(self._tell())
            try:
                yield self
            finally:
                telling.cancel()
                await asyncio.gather(telling, return_exceptions=True)

    @property
    def connections(self) -> int:
        return len(self._sockets)

    async def hang_up(self) -> None:
        """Cut every connection."""
        await asyncio.gather(*(socket.close() for socket in list(self._sockets)))

    async def ask_to_reconnect(self) -> None:
        """As DingTalk does before it takes a server out of use."""
        await self._send(self._frame("SYSTEM", "disconnect", {"reason": "maintenance"}, secrets.token_hex(8)))

    async def send(self, frame: str) -> None:
        """A frame to everybody, whatever it is."""
        await self._send(frame)

    def expire(self, secret: str) -> None:
        """The application's secret was changed: no token of before is good any more."""
        self.secret = secret
        self._tokens.clear()

    # --- HTTP ---------------------------------------------------------------------------------

    def _routes(self) -> list[Route]:
        return [
            Route("/v1.0/gateway/connections/open", self._open, methods=["POST"]),
            Route("/v1.0/oauth2/accessToken", self._token, methods=["POST"]),
            Route("/media/upload", self._upload, methods=["POST"]),
            Route("/robot/sendBySession", self._session, methods=["POST"]),
            Route("/robot/send", self._hook, methods=["POST"]),
            Route("/{path:path}", self._call, methods=["POST", "PUT"]),
        ]

    async def _open(self, request: Request) -> Response:
        asked = await request.json()
        if not self._knows(asked.get("clientId"), asked.get("clientSecret")):
            return _refused(401, "authFailed")
        if not any(one.get("topic") == MESSAGES for one in asked.get("subscriptions") or ()):
            return _refused(400, "subscriptions.missing")
        self._presses = any(one.get("topic") == PRESSES for one in asked["subscriptions"])
        ticket = secrets.token_urlsafe(16)
        self._tickets.add(ticket)
        return JSONResponse({"endpoint": f"ws://{HOST}:{self._port}/connect", "ticket": ticket})

    async def _token(self, request: Request) -> Response:
        asked = await request.json()
        if not self._knows(asked.get("appKey"), asked.get("appSecret")):
            return _refused(400, "invalidClientIdOrSecret")
        token = secrets.token_hex(16)
        self._tokens.add(token)
        return JSONResponse({"accessToken": token, "expireIn": _TOKEN_LIVES})

    def _knows(self, client_id: object, secret: object) -> bool:
        return client_id == self._client_id and secret == self.secret

    async def _upload(self, request: Request) -> Response:
        if request.query_params.get("access_token") not in self._tokens:
            return JSONResponse({"errcode": 40014, "errmsg": "不合法的access_token"})
        async with request.form() as form:
            file, kind = form.get("media"), str(form.get("type"))
            if not isinstance(file, UploadFile):
                return JSONResponse({"errcode": 40035, "errmsg": "不合法的参数"})
            number = self.doing.keep(kind, file.filename or "", await file.read())
        return JSONResponse({"errcode": 0, "errmsg": "ok", "media_id": number, "type": kind})

    async def _session(self, request: Request) -> Response:
        asked = await request.json()
        return self._noted(
            "sendBySession", asked, self.doing.answer(request.query_params.get("session", ""), asked)
        )

    async def _hook(self, request: Request) -> Response:
        told, asked = request.query_params, await request.json()
        answer = self.doing.hook(
            told.get("access_token", ""), told.get("timestamp", ""), told.get("sign", ""), asked
        )
        return self._noted("send", asked, answer)

    async def _call(self, request: Request) -> Response:
        path = request.url.path if request.method == "POST" else f"{request.method} {request.url.path}"
        if request.headers.get("x-acs-dingtalk-access-token") not in self._tokens:
            return _refused(401, "InvalidAuthentication")
        asked = await request.json()
        try:
            return self._noted(path, asked, self.doing.do(path, asked))
        except Failed as failed:
            self._noted(path, asked, {}, failed.status)
            return _refused(failed.status, str(failed))

    def _noted(self, method: str, asked: Json, answer: Json, status: int = 200) -> Response:
        status = 400 if answer.get("errcode") else status
        entry = {"method": method, "parameters": asked, "status": status, "ms": 0.0, "fault": None}
        self._world.journal.call(entry, asked.get("openConversationId"))
        return JSONResponse(answer)

    # --- the Stream ---------------------------------------------------------------------------

    def _admit(self, connection: ServerConnection, request: Opening) -> Closing | None:
        ticket = parse_qs(urlsplit(request.path).query).get("ticket", [""])[0]
        if ticket not in self._tickets:
            return connection.respond(HTTPStatus.UNAUTHORIZED, "ticket\n")
        self._tickets.discard(ticket)
        return None

    async def _stream(self, socket: ServerConnection) -> None:
        self._sockets.append(socket)
        self._connected.set()
        try:
            await socket.send(self._frame("SYSTEM", "ping", {"opaque": "hello"}, secrets.token_hex(8)))
            async for text in socket:
                answer = json.loads(text)
                number = str((answer.get("headers") or {}).get("messageId"))
                waiting = self._acknowledged.get(number)
                if waiting is not None and not waiting.done() and answer.get("code") == HTTPStatus.OK:
                    waiting.set_result(None)
        except ConnectionClosed:
            pass
        finally:
            self._sockets.remove(socket)
            if not self._sockets:
                self._connected.clear()

    async def _send(self, frame: str) -> None:
        """To the newest connection: two of one robot share the work."""
        await self._connected.wait()
        with suppress(ConnectionClosed, IndexError):
            await self._sockets[-1].send(frame)

    async def _tell(self) -> None:
        """What happens, one after the other; a callback is over once it is acknowledged."""
        async for update in self._world.queue.told():
            self._write(update)
            await self._call_back(update)

    async def _call_back(self, update: Json) -> None:
        if "callback_query" in update:
            if self._presses:
                await self.call_back(PRESSES, self.telling.pressed(update["callback_query"]))
            return
        body = update.get("message")
        if body is None or body["chat"]["id"] not in self._world.chats:
            return
        word, until = self.doing.session(self._world.chats[body["chat"]["id"]])
        told = self.telling.callback(update, f"{self.url}/robot/sendBySession?session={word}", until)
        if told is None:
            return
        await self.call_back(MESSAGES, told)

    async def call_back(self, topic: str, told: Json) -> None:
        """Told until somebody acknowledges it."""
        number = secrets.token_hex(8)
        frame = self._frame("CALLBACK", topic, told, number)
        while True:
            waiting = self._acknowledged[number] = asyncio.get_running_loop().create_future()
            await self._send(frame)
            with suppress(TimeoutError):
                await asyncio.wait_for(waiting, _ANSWERED)
                del self._acknowledged[number]
                return

    def _frame(self, kind: str, topic: str, data: Json, number: str) -> str:
        headers = {
            "appId": "playground",
            "connectionId": "playground",
            "contentType": "application/json",
            "messageId": number,
            "time": str(int(time.time() * 1000)),
            "topic": topic,
        }
        body = json.dumps(data, ensure_ascii=False)
        return json.dumps(
            {"specVersion": "1.0", "type": kind, "headers": headers, "data": body}, ensure_ascii=False
        )

    # --- an admin's message stream ------------------------------------------------------------

    def feed_file(self, number: str, event: str) -> Path:
        """Where the lines of one group and event are written."""
        assert self.feed is not None
        return self.feed / f"{number.strip('=')}.{event}.ndjson"

    def _write(self, update: Json) -> None:
        body = update.get("message") or update.get("recalled")
        chat = self._world.chats.get(body["chat"]["id"]) if body else None
        if self.feed is None or body is None or chat is None or not chat.is_group:
            return
        if "recalled" in update:
            self._line(chat, self.telling.recalled(chat, body))
        elif any(kind in body for kind in ("text", "photo", "document")):
            self._line(chat, self.telling.line(chat, body))

    def _posted(self, chat: Chat, body: Json) -> None:
        if self.feed is not None:
            self._line(chat, self.telling.line(chat, body))

    def _line(self, chat: Chat, told: Json) -> None:
        self.printed[conversation(chat)] += told["type"] == OVERHEARD
        with self.feed_file(conversation(chat), told["type"]).open("a", encoding="utf-8") as file:
            file.write(json.dumps(told, ensure_ascii=False) + "\n")


def _refused(status: int, code: str) -> Response:
    return JSONResponse({"code": code, "message": "不行", "requestid": "playground"}, status)
