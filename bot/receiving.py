"""Takes updates that a platform pushes: confirmed only once they are stored."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Callable

import structlog
from sqlalchemy.exc import DBAPIError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bot.health.pulse import Pulse
from bot.intake import Intake
from bot.platforms import Denied, Later, Refused, Unsure
from bot.platforms.arrivals import Batch, Pushes, Signs
from bot.waiting import pause

log = structlog.get_logger(__name__)

LARGEST = 1_000_000
# A full house is waited for; then the platform is asked to come again.
PATIENCE = 10.0
EVERY = 30.0


def route(
    platform: Pushes, path: str, secret: str, intake: Callable[[], Intake | None], pulse: Pulse
) -> Route:
    """The address under which `platform` delivers. `intake` gives None until the guard is ready."""

    async def receive(request: Request) -> Response:
        shown = request.headers.get(platform.secret_header, "")
        if not hmac.compare_digest(shown.encode(), secret.encode()):
            log.warning("push_forged", platform=platform.name)
            return Response(status_code=403)
        body = await _body(request)
        if body is None:
            return Response(status_code=413)
        ready = intake()
        if ready is None:
            return Response(status_code=503, headers={"Retry-After": "2"})
        return Response(status_code=await _taken(body, platform, ready, pulse))

    return Route(path, receive, methods=["POST"])


def signed(platform: Signs, path: str, intake: Callable[[], Intake | None], pulse: Pulse) -> Route:
    """The address under which a platform delivers that signs what it brings."""

    async def receive(request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return Response(status_code=413)
        if not platform.is_signed(request.headers, body):
            if (answer := platform.challenged(body)) is not None:
                # The question itself comes without a signature; its answer proves that the secret is ours.
                return Response(answer, media_type="application/json")
            log.warning("push_forged", platform=platform.name)
            return Response(status_code=403)
        ready = intake()
        if ready is None:
            return Response(status_code=503, headers={"Retry-After": "2"})
        status = await _stored(await platform.brought(body), platform.name, ready, pulse)
        return Response(
            platform.confirmation if status == 200 else b"", status, media_type="application/json"
        )

    return Route(path, receive, methods=["POST"])


async def _taken(body: bytes, platform: Pushes, intake: Intake, pulse: Pulse) -> int:
    return await _stored(platform.pushed(body), platform.name, intake, pulse)


async def _stored(batch: Batch, platform: str, intake: Intake, pulse: Pulse) -> int:
    try:
        await asyncio.wait_for(intake.room(), PATIENCE)
        if batch.raws:
            await intake.take(platform, batch)
    except (TimeoutError, DBAPIError) as trouble:
        log.warning("push_put_off", platform=platform, reason=type(trouble).__name__)
        return 503
    pulse.beat()
    return 200


async def _body(request: Request) -> bytes | None:
    """None when it is larger than any update is, whatever its header says."""
    parts: list[bytes] = []
    size = 0
    try:
        async for part in request.stream():
            size += len(part)
            if size > LARGEST:
                return None
            parts.append(part)
    except ClientDisconnect:
        return None
    return b"".join(parts)


async def ask_whether_it_arrives(platform: Pushes, pulse: Pulse, stopping: asyncio.Event) -> None:
    """Nothing brought may be a quiet night or a closed door: the platform knows which."""
    await _ask(platform.name, platform.undelivered, pulse, stopping)


async def ask_whether_it_is_there(platform: Signs, pulse: Pulse, stopping: asyncio.Event) -> None:
    """This platform does not tell whether it could bring everything; that it answers at all has to do."""

    async def asked() -> int:
        await platform.me()
        return 0

    await _ask(platform.name, asked, pulse, stopping)


async def _ask(
    platform: str, undelivered: Callable[[], Awaitable[int]], pulse: Pulse, stopping: asyncio.Event
) -> None:
    while not stopping.is_set():
        try:
            if not await undelivered():
                pulse.beat()
        except Denied as denied:
            pulse.refuse(str(denied))
        except (Later, Refused, Unsure) as trouble:
            tell = log.warning if pulse.fails(str(trouble)) else log.debug
            tell("platform_silent", platform=platform, reason=str(trouble))
        await pause(stopping, EVERY)
