"""The robot's connection in Stream mode: a ticket by HTTP, frames over WebSocket, each acknowledged once it is stored.

The frames are those of DingTalk's own client, `dingtalk-stream` 0.24.3. That client is not used here: it asks by
blocking calls without a limit of time, answers a message before it is kept, and cannot be stopped.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import orjson
import structlog
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from bot.platforms.calling import connected, read
from bot.platforms.dingtalk.api import Api

log = structlog.get_logger(__name__)

MESSAGES = "/v1.0/im/bot/messages/get"
PRESSES = "/v1.0/card/instances/callback"
_AGENT = "class-guard"
# Seconds between two questions whether the other side is there, and how long the answer may take.
ASKING = 30.0

Topics = Sequence[str]
Taken = Callable[[str, dict[str, Any]], Awaitable[None]]


def topics(*, cards: bool) -> Topics:
    """What is told of: messages, and what is pressed on cards."""
    return (MESSAGES, PRESSES) if cards else (MESSAGES,)


async def follow(api: Api, wanted: Topics, take: Taken, beat: Callable[[], None]) -> None:
    """Connect, and hand over one callback after the other, with its topic, until the connection ends.

    What `take` has returned from is acknowledged; anything else DingTalk brings again.
    """
    subscribed = [{"type": "CALLBACK", "topic": topic} for topic in wanted]
    endpoint, ticket = await api.open_stream(subscribed, _AGENT)
    async with connected("DingTalk's stream", f"{endpoint}?{urlencode({'ticket': ticket})}") as socket:
        beat()
        asking = asyncio.create_task(_ask(socket, beat))
        try:
            async for frame in socket:
                beat()
                if not await _handle(frame, socket, wanted, take):
                    return
        except ConnectionClosed:
            log.info("dingtalk_closed")
        finally:
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)


async def _ask(socket: ClientConnection, beat: Callable[[], None]) -> None:
    """A quiet night is told from a dead line by a ping; a dead line is closed."""
    with contextlib.suppress(ConnectionClosed):
        while True:
            await asyncio.sleep(ASKING)
            try:
                await asyncio.wait_for(await socket.ping(), ASKING)
            except TimeoutError:
                log.warning("dingtalk_silent", seconds=ASKING)
                await socket.close()
                return
            beat()


async def _handle(frame: str | bytes, socket: ClientConnection, wanted: Topics, take: Taken) -> bool:
    """False when DingTalk asks us to connect anew."""
    told = read(frame)
    headers = told.get("headers") if isinstance(told.get("headers"), dict) else None
    if headers is None:
        log.warning("dingtalk_frame_unreadable", size=len(frame))
        return True
    topic = headers.get("topic")
    if told.get("type") == "SYSTEM":
        await _acknowledge(socket, headers, told.get("data"))
        return bool(topic != "disconnect")
    callback = read(told.get("data"))
    if told.get("type") == "CALLBACK" and topic in wanted and callback:
        await take(str(topic), callback)
    else:
        log.warning("dingtalk_frame_unknown", kind=str(told.get("type"))[:20], topic=str(topic)[:60])
    await _acknowledge(socket, headers, '{"response": null}')
    return True


async def _acknowledge(socket: ClientConnection, headers: Mapping[str, Any], data: object) -> None:
    answer = {
        "code": 200,
        "headers": {"messageId": headers.get("messageId"), "contentType": "application/json"},
        "message": "OK",
        "data": data if isinstance(data, str) else "{}",
    }
    await socket.send(orjson.dumps(answer).decode())
