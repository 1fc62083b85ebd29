"""The Bot API over HTTP: who calls, what trouble the call meets, what is answered, and its entry in the journal."""

from __future__ import annotations

import asyncio
import hmac
import json
import re
import time
from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bot.playground.botapi import request as wire
from bot.playground.botapi.call import Call
from bot.playground.botapi.checking import Upload, checked, methods
from bot.playground.botapi.errors import Refusal
from bot.playground.botapi.methods import ANSWERED
from bot.playground.botapi.polling import get_updates
from bot.playground.faults import Fault
from bot.playground.world import World

Json = dict[str, Any]

_PATH = re.compile(r"/(file/)?bot([^/]+)/(.+)")
_UNAUTHORIZED = Refusal(401, "Unauthorized")
_NOT_FOUND = Refusal(404, "Not Found")


class BotApi:
    """An ASGI application for /bot<token>/METHOD and /file/bot<token>/PATH. `cut` severs a connection."""

    def __init__(
        self, world: World, token: str, cut: Callable[[Scope], None], *, strict: bool = True
    ) -> None:
        self._world = world
        self._token = token
        self._cut = cut
        self._strict = strict

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        match = _PATH.fullmatch(scope["path"])
        if match is None:
            await _answer(_NOT_FOUND.body)(scope, receive, send)
            return
        is_file, token, rest = match.groups()
        if not hmac.compare_digest(token.encode("utf-8", "replace"), self._token.encode()):
            await _answer(_UNAUTHORIZED.body)(scope, receive, send)
            return
        response = await (self._download(request, rest) if is_file else self._called(request, rest))
        if response is not None:
            await response(scope, receive, send)

    async def _download(self, request: Request, path: str) -> Response | None:
        fault = self._world.faults.strike("file", None)
        if fault and (stopped := await self._before(request, fault)):
            return stopped.response
        stored = self._world.files.by_path(path)
        if stored is None:
            return _answer(_NOT_FOUND.body)
        return Response(stored.data, media_type="application/octet-stream")

    async def _called(self, request: Request, name: str) -> Response | None:
        started = time.perf_counter()
        method = methods().get(name.lower())
        journal = self._world.journal
        polls = method is not None and method.name == "getUpdates"
        journal.busy += not polls
        given: Mapping[str, Any] = {}
        chat: int | None = None
        fault: Fault | None = None
        body: bytes | Json = {}
        try:
            given = await wire.parameters(request)
            chat = self._world.number(given.get("chat_id"))
            fault = self._world.faults.strike(name, chat)
            if fault and (stopped := await self._before(request, fault)):
                body = stopped.body
                return stopped.response
            body = await self._effect(name, given)
            if fault and (fault.drop == "after" or fault.lose_answer):
                await self._lose(request, fault)
                return None
            return Response(body, media_type="application/json") if isinstance(body, bytes) else _answer(body)
        except Refusal as refusal:
            body = refusal.body
            return _answer(body)
        except ClientDisconnect:
            # The bot died in the middle of its call: it had no effect, and nobody waits for an answer.
            return None
        finally:
            journal.busy -= not polls
            journal.call(_entry(name, given, body, started, fault), chat)

    async def _effect(self, name: str, given: Mapping[str, Any]) -> bytes | Json:
        method = methods().get(name.lower())
        if method is None:
            raise _NOT_FOUND
        call = Call(self._world, checked(method, given, strict=self._strict))
        if method.name == "getUpdates":
            return await get_updates(call)
        function = ANSWERED.get(name.lower())
        if function is None:
            raise Refusal(501, f"Not Implemented: the playground does not answer {method.name}")
        return {"ok": True, "result": function(call)}

    async def _before(self, request: Request, fault: Fault) -> _Stopped | None:
        """What the fault does before the call takes effect; None lets the call go on."""
        if fault.delay:
            await asyncio.sleep(fault.delay)
        if fault.hang:
            await _until_gone(request)
            return _Stopped()
        if fault.drop == "before":
            await self._lose(request, fault)
            return _Stopped()
        if fault.status is not None:
            return _Stopped(_answer(fault.answer), fault.answer)
        return None

    async def _lose(self, request: Request, fault: Fault) -> None:
        if fault.drop:
            self._cut(request.scope)
            # The server must have seen the connection go before this call returns without an answer.
            await asyncio.sleep(0.01)
        else:
            await _until_gone(request)


class _Stopped:
    def __init__(self, response: Response | None = None, body: Json | None = None) -> None:
        self.response = response
        self.body: Json = body or {}


async def _until_gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _answer(body: Json) -> Response:
    encoded = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return Response(encoded, int(body.get("error_code", 200)), media_type="application/json")


def _entry(
    name: str, given: Mapping[str, Any], body: bytes | Json, started: float, fault: Fault | None
) -> Json:
    method = methods().get(name.lower())
    entry: Json = {
        "method": method.name if method else name[:64],
        "parameters": {
            parameter: _plain(value, method.kind(parameter) if method else None)
            for parameter, value in given.items()
        },
        "status": 200,
        "ms": round((time.perf_counter() - started) * 1000, 3),
        "fault": fault.id if fault else None,
    }
    if isinstance(body, bytes):
        return entry
    if body.get("ok"):
        return entry | {"result": body["result"]}
    if body:
        return entry | {"status": body["error_code"], "error": body["description"]}
    return entry | {"status": None}


def _plain(value: Any, kind: str | None) -> Any:
    """Parameters as one would write them: structures unpacked, files by name and size."""
    if isinstance(value, Upload):
        return {"file": value.name, "size": len(value.data)}
    if isinstance(value, str) and kind in ("array", "object", "integer", "id", "boolean"):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value
