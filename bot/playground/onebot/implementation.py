"""A OneBot v11 implementation in small: listens for bots, or calls them, and speaks the protocol over WebSocket."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.client import connect
from websockets.asyncio.connection import Connection
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.http11 import Request, Response

from bot.playground.chats import Chat
from bot.playground.faults import Fault
from bot.playground.onebot.doing import Doing
from bot.playground.onebot.failed import Failed
from bot.playground.onebot.numbering import Numbering
from bot.playground.onebot.telling import Telling
from bot.playground.people import User
from bot.playground.world import World

HOST = "127.0.0.1"
_KINDS = ("message", "edited_message", "chat_member", "my_chat_member", "recalled")
_AGAIN = 0.2
_LARGEST = 64 * 1024 * 1024

Json = dict[str, Any]


class Implementation:
    """One account. What happens while nobody is connected is in the groups' histories and nowhere else.

    `beats` is the pause between heartbeats in seconds, 0 for none; `failures` are answers planned by action. `answers_late` lets
    calls overtake each other, `odd_segments` puts a segment nobody knows into every message, `leaves_after` closes every
    connection made from now on after so many seconds, `refuses` is the HTTP status with which bots that call are turned
    away, 0 for neither. `refuses_in_words` lets everybody in and says then that the token is wrong, as NapCat does; `lacks`
    are calls it does not have.
    """

    def __init__(self, world: World, files: str, token: str = "", beats: float = 5.0) -> None:
        self._world = world
        self.token = token
        self.beats = beats
        self._numbering = Numbering()
        self.telling = Telling(world, self._numbering, files)
        self.doing = Doing(world, self._numbering, self.telling)
        self.sockets: set[Connection] = set()
        # Those of them that stay open and on which nothing is said any more.
        self._still: set[Connection] = set()
        self.port = 0
        self.online = True
        self.answers_late = False
        self.refuses_in_words = False
        self.turned_away = 0
        self.lacks: set[str] = set()
        self.leaves_after = 0.0
        self.refuses = 0
        # Events told since the last connection began.
        self.told = 0
        self.failures: dict[str, list[Json]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def world(self) -> World:
        return self._world

    @property
    def held_back(self) -> bool:
        return self.doing.held_back

    @held_back.setter
    def held_back(self, wanted: bool) -> None:
        self.doing.held_back = wanted

    @property
    def odd_segments(self) -> bool:
        return self.telling.odd_segments

    @odd_segments.setter
    def odd_segments(self, wanted: bool) -> None:
        self.telling.odd_segments = wanted

    @property
    def url(self) -> str:
        return f"ws://{HOST}:{self.port}"

    def number(self, chat: int, message: int) -> int:
        """What a message of the playground is called here."""
        return self._numbering.number(chat, message)

    def message(self, number: object) -> tuple[int, int] | None:
        """Chat and message of the playground behind a number."""
        return self._numbering.message(number)

    @asynccontextmanager
    async def listening(self, port: int = 0) -> AsyncIterator[Implementation]:
        """Forward WebSocket: bots call this address."""
        # A bot that is held still for a while is not asked whether it is there: what it was told waits in its socket.
        async with serve(
            self._receive, HOST, port, process_request=self._admit, max_size=_LARGEST, ping_interval=None
        ) as server:
            self.port = next(iter(server.sockets)).getsockname()[1]
            async with self._working():
                yield self

    @asynccontextmanager
    async def calling(self, url: str) -> AsyncIterator[Implementation]:
        """Reverse WebSocket: calls a bot, again and again until it answers."""
        async with self._working():
            caller = asyncio.create_task(self._call(url))
            try:
                yield self
            finally:
                caller.cancel()
                await asyncio.gather(caller, return_exceptions=True)

    @asynccontextmanager
    async def _working(self) -> AsyncIterator[None]:
        self._world.told_of = _KINDS
        self._world.queue.allow(_KINDS)
        self._world.queue.forget()
        self._world.reads_all = True
        tasks = [asyncio.create_task(self._tell()), asyncio.create_task(self._beat())]
        try:
            yield
        finally:
            for task in (*tasks, *self._tasks):
                task.cancel()
            await asyncio.gather(*tasks, *self._tasks, return_exceptions=True)
            await self.hang_up()

    async def hang_up(self) -> None:
        """Close every connection; bots may come back."""
        await asyncio.gather(*(socket.close() for socket in list(self.sockets)))

    def fall_silent(self) -> None:
        """The connections there are stay open, and nothing is told, heard or answered there; others may be made."""
        self._still |= self.sockets

    async def asks_to_enter(self, chat: Chat, user: User, words: str) -> None:
        """Somebody wants to be let into a group."""
        await self._tell_all(self.telling.asked(chat, user, words))

    async def _tell_all(self, event: Json) -> None:
        self.told += 1
        await self.send(_json(event))

    async def send(self, frame: str | bytes) -> None:
        """A frame to everybody, whatever it is."""
        for socket in self.sockets - self._still:
            with suppress(ConnectionClosed):
                await socket.send(frame)

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        if self.refuses:
            return connection.respond(HTTPStatus(self.refuses), "nobody is let in\n")
        if self._trusts(request) or self.refuses_in_words:
            return None
        self.turned_away += 1
        return connection.respond(HTTPStatus.UNAUTHORIZED, "token\n")

    def _trusts(self, request: Request) -> bool:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        given = given or parse_qs(urlsplit(request.path).query).get("access_token", [""])[0]
        return not self.token or given == self.token

    async def _receive(self, socket: ServerConnection) -> None:
        if socket.request is not None and not self._trusts(socket.request):
            refusal = {
                "status": "failed",
                "retcode": 1403,
                "data": None,
                "message": "token验证失败",
                "echo": None,
            }
            self.turned_away += 1
            await socket.send(_json(refusal))
        else:
            await self._serve(socket)

    async def _call(self, url: str) -> None:
        headers = {"X-Self-ID": str(self._world.bot.id), "X-Client-Role": "Universal"}
        while True:
            headers |= {"Authorization": f"Bearer {self.token}"} if self.token else {}
            with suppress(OSError, WebSocketException, TimeoutError):
                async with connect(url, additional_headers=headers, max_size=_LARGEST, proxy=None) as socket:
                    await self._serve(socket)
            await asyncio.sleep(_AGAIN)

    async def _serve(self, socket: Connection) -> None:
        self.sockets.add(socket)
        self.told = 1
        try:
            await socket.send(_json(self.telling.meta("lifecycle", sub_type="connect")))
            async with asyncio.timeout(self.leaves_after or None):
                async for frame in socket:
                    self._keep(asyncio.create_task(self._answer(socket, frame)))
        except (ConnectionClosed, TimeoutError):
            pass
        finally:
            self.sockets.discard(socket)
            self._still.discard(socket)

    async def _answer(self, socket: Connection, frame: str | bytes) -> None:
        if socket in self._still:
            return
        asked: Json = json.loads(frame)
        action, params = str(asked.get("action", "")), asked.get("params") or {}
        began = time.perf_counter()
        journal = self._world.journal
        journal.busy += 1
        if self.answers_late:
            await asyncio.sleep(0.05 if action.startswith("get_") else 0.0)
        fault = self._world.faults.strike(action, _chat(params))
        answer = await self._met(fault, socket) if fault else None
        lost = fault is not None and (fault.hang or fault.lose_answer or bool(fault.drop))
        if answer is None and not (fault and (fault.hang or fault.drop == "before")):
            answer = self._answered(action, params)
        spent = round((time.perf_counter() - began) * 1000, 3)
        status = 200 if answer and answer["status"] == "ok" else 400
        journal.busy -= 1
        entry = {"method": action, "parameters": params, "status": status, "ms": spent}
        journal.call(
            entry | {"fault": fault.id if fault else None}, params.get("group_id") or params.get("user_id")
        )
        if fault and fault.drop == "after":
            await socket.close()
        if answer is not None and not lost:
            with suppress(ConnectionClosed):
                await socket.send(_json(answer | {"echo": asked.get("echo")}))

    async def _met(self, fault: Fault, socket: Connection) -> Json | None:
        """What a fault does before anything takes effect, and the refusal it may be answered with. A call that hangs
        is never answered: here that needs nobody to wait.
        """
        await asyncio.sleep(fault.delay)
        if fault.drop == "before":
            await socket.close()
        if fault.status is None:
            return None
        # The protocol's numbers are HTTP's, a thousand above.
        words = {"retcode": 1000 + fault.status, "message": fault.answer["description"]}
        return {"status": "failed", "data": None} | words

    def _answered(self, action: str, params: Json) -> Json:
        if planned := self.failures.get(action):
            return {"status": "failed", "data": None} | planned.pop(0)
        try:
            if action in self.lacks:
                raise Failed(1404, f"不支持的Api {action}")
            return {"status": "ok", "retcode": 0, "data": self.doing.do(action, params)}
        except Failed as failed:
            return {"status": "failed", "retcode": failed.code, "data": None, "message": str(failed)}

    async def _tell(self) -> None:
        """Events as they happen; gone once they were sent, or when nobody listens."""
        async for update in self._world.queue.told():
            for event in self.telling.events(update):
                await self._tell_all(event)

    async def _beat(self) -> None:
        while self.beats:
            await asyncio.sleep(self.beats)
            status = {"online": self.online, "good": self.online}
            interval = int(self.beats * 1000)
            await self._tell_all(self.telling.meta("heartbeat", status=status, interval=interval))

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _chat(params: Json) -> int:
    """The number of the call's chat in the playground: a group's is below zero."""
    group = str(params.get("group_id") or "")
    return -int(group) if group.isdecimal() else int(params.get("user_id") or 0)


def _json(told: Json) -> str:
    return json.dumps(told, ensure_ascii=False)
