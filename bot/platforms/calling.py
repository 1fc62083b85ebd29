"""A platform's service called over HTTP and WebSocket: what goes wrong there, in our words."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx
import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from bot.actions import Say
from bot.events import Picture
from bot.platforms import Later, Refused, Unsure, trusting

PATIENCE = 15.0
PICTURE_BYTES = 10_000_000
OPENING = 10.0
LARGEST_FRAME = 4_000_000


def client() -> httpx.AsyncClient:
    believed = trusting.context(trust_env=False)
    return httpx.AsyncClient(timeout=PATIENCE, follow_redirects=False, trust_env=False, verify=believed)


async def answered(
    http: httpx.AsyncClient, service: str, method: str, url: str, **more: Any
) -> httpx.Response:
    """Raises Later when the service cannot be reached, Unsure when no answer came."""
    try:
        return await http.request(method, url, **more)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as trouble:
        reason = f"{service} cannot be reached ({type(trouble).__name__})"
        raise Later(2.0, everywhere=True, reason=reason) from None
    except (httpx.HTTPError, httpx.InvalidURL) as trouble:
        raise Unsure(f"no answer ({type(trouble).__name__})") from None


def told(answer: httpx.Response) -> dict[str, Any]:
    """The object in the answer; an empty one where there is none."""
    try:
        found = answer.json()
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


async def downloaded(http: httpx.AsyncClient, url: str, limit: int) -> bytes:
    """Raises Refused when it is gone or bigger than `limit` bytes, Unsure when it did not come."""
    data = bytearray()
    try:
        async with http.stream("GET", url) as answer:
            if answer.status_code != httpx.codes.OK:
                raise Refused("the file is gone")
            async for part in answer.aiter_bytes():
                data += part
                if len(data) > limit:
                    raise Refused("the file is too big")
    except (httpx.HTTPError, httpx.InvalidURL) as trouble:
        raise Unsure(f"the file did not come: {type(trouble).__name__}") from None
    return bytes(data)


def read(text: object) -> dict[str, Any]:
    """The object a frame holds; an empty one where it holds none."""
    if not isinstance(text, str | bytes):
        return {}
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


async def pictured(say: Say, fetch: Callable[[Picture, int], Awaitable[bytes]]) -> Say:
    """A picture somebody sent is fetched and sent again; without it the words are worth sending, too."""
    if say.picture is None or say.image:
        return say
    try:
        return replace(say, image=await fetch(say.picture, PICTURE_BYTES))
    except (Later, Refused, Unsure):
        return say


@asynccontextmanager
async def connected(service: str, address: str) -> AsyncIterator[ClientConnection]:
    """A WebSocket for as long as the block lasts. Raises Later when there is none to be had."""
    try:
        socket = await connect(
            address, max_size=LARGEST_FRAME, open_timeout=OPENING, ping_interval=None, proxy=None
        )
    except (OSError, TimeoutError, WebSocketException) as trouble:
        reason = f"{service} cannot be reached ({type(trouble).__name__})"
        raise Later(2.0, everywhere=True, reason=reason) from None
    try:
        yield socket
    finally:
        await socket.close()
