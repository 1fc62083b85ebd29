"""/control/said, calls, idle, seen, state and events: what happened, and waiting until it does."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from bot.playground.chats import Chat, Post
from bot.playground.control import wishes
from bot.playground.control.answers import answering
from bot.playground.journal import Roll
from bot.playground.world import Mistake, World

Json = dict[str, Any]

_SEEN_LIMIT = 64 * 1024
_STREAM_BREATH = 15.0


async def _said(world: World, request: Request) -> Json:
    query = request.query_params
    chat = world.chat(query["chat"]).id if "chat" in query else None
    contains, since = query.get("contains", ""), wishes.number(request, "since", -1)
    wanted, target = wishes.number(request, "count", 1), wishes.number(request, "reply_to")

    whispered_to = query.get("whispered_to")
    reader = None if whispered_to is None else world.user(whispered_to).id

    def fitting() -> list[Post]:
        posts = world.spoken if reader is None else world.whispers
        return [
            post
            for post in posts
            if reader in (None, post.body.get("receiver_user", {}).get("id"))
            and chat in (None, post.body["chat"]["id"])
            and contains in post.text
            and target in (0, post.body.get("reply_to_message", {}).get("message_id"))
        ]

    def met() -> bool:
        return len(fitting()) >= wanted and world.journal.revision > since

    await world.journal.said.until(wishes.seconds(request, "wait"), met)
    return {"messages": [post.said() for post in fitting()], "revision": world.journal.revision}


async def _calls(world: World, request: Request) -> Json:
    after, wanted = wishes.number(request, "after"), wishes.number(request, "count", 1)
    roll = world.journal.polls if request.query_params.get("polls") == "1" else world.journal.calls
    method = request.query_params.get("method", "").lower()

    def fitting() -> list[Json]:
        return [entry for entry in roll.after(after) if method in ("", entry["method"].lower())]

    await roll.bell.until(wishes.seconds(request, "wait"), lambda: len(fitting()) >= wanted)
    return {"calls": fitting(), "next": roll.last, "totals": dict(world.journal.totals)}


async def _idle(world: World, request: Request) -> Json:
    quiet = wishes.seconds(request, "quiet", 0.3)
    deadline = time.monotonic() + wishes.seconds(request, "timeout", 10.0)
    journal = world.journal
    while True:
        calm = time.monotonic() - max(journal.last_call, world.queue.last_confirmed)
        pending = len(world.queue)
        settled = not pending and not journal.busy and calm >= quiet
        left = deadline - time.monotonic()
        if settled or left <= 0:
            return {"idle": settled, "pending": pending, "polling": world.queue.polling > 0}
        nap = quiet - calm if not pending and not journal.busy else 0.02
        await asyncio.sleep(min(max(nap, 0.005), left))


async def _seen(world: World, request: Request) -> Json:
    if request.method == "POST":
        if int(request.headers.get("content-length") or 0) > _SEEN_LIMIT:
            raise Mistake("what was seen must fit into 64 kB", 413)
        return {"n": saw(world, await wishes.wish(request))}
    roll, after = world.journal.seen, wishes.number(request, "after")
    await _something(roll, after, wishes.seconds(request, "wait"))
    return {"seen": roll.after(after), "next": roll.last}


def saw(world: World, details: Json) -> int:
    """What the guard saw, for whoever watches it."""
    number = world.journal.seen.add(details)
    world.journal.event("seen", seen=details | {"n": number})
    return number


async def _state(world: World, request: Request) -> Json:
    newest = wishes.number(request, "messages", 200)

    def recent(chat: Chat) -> list[Json]:
        return [post.shown() for post in list(chat.posts.values())[-newest:]] if newest else []

    private = [chat for chat in world.chats.values() if chat.type == "private"]
    return {
        "bot": world.bot.told(),
        "users": [user.told() for user in world.users.values() if user is not world.bot],
        "chats": [chat.told() | {"messages": recent(chat)} for chat in world.groups_and_channels()],
        "private": [{"user": chat.id, "messages": recent(chat)} for chat in private],
        "commands": [
            {"scope": scope, "language_code": language, "commands": commands}
            for (scope, language), commands in world.commands.items()
        ],
        "clock": world.clock.told(),
        "faults": world.faults.told(),
        "event": world.journal.events.last,
    }


async def _events(world: World, request: Request) -> Any:
    after = wishes.number(request, "after")
    if "text/event-stream" in request.headers.get("accept", ""):
        start = request.headers.get("last-event-id", "")
        return _stream(world.journal.events, int(start) if start.isdecimal() else after)
    roll = world.journal.events
    await _something(roll, after, wishes.seconds(request, "wait"))
    return {"events": roll.after(after), "next": roll.last, "missed": roll.missed(after)}


def _stream(roll: Roll, after: int) -> Response:
    async def lines() -> AsyncIterator[bytes]:
        last = after
        yield b"retry: 1000\n\n"
        while not roll.bell.closed:
            for event in roll.after(last):
                last = event["n"]
                told = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
                yield f"id: {last}\ndata: {told}\n\n".encode("utf-8", "replace")
            if roll.last == last and not await roll.bell.heard(_STREAM_BREATH):
                yield b": still here\n\n"

    return StreamingResponse(lines(), media_type="text/event-stream", headers={"Cache-Control": "no-store"})


async def _something(roll: Roll, after: int, patience: float) -> None:
    await roll.bell.until(patience, lambda: roll.last > after)


def routes(world: World) -> list[Route]:
    return [
        Route("/control/said", answering(world, _said), methods=["GET"]),
        Route("/control/calls", answering(world, _calls), methods=["GET"]),
        Route("/control/idle", answering(world, _idle), methods=["GET"]),
        Route("/control/seen", answering(world, _seen), methods=["GET", "POST"]),
        Route("/control/state", answering(world, _state), methods=["GET"]),
        Route("/control/events", answering(world, _events), methods=["GET"]),
    ]
