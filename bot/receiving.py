"""Takes updates that a platform pushes: confirmed only once they are stored."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Callable

import structlog
from sqlalchemy.exc import DBAPIError
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bot.health.pulse import Pulse
from bot.intake import Intake
from bot.platforms import Denied, Later, Pushes, Refused, Unsure
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


async def _taken(body: bytes, platform: Pushes, intake: Intake, pulse: Pulse) -> int:
    try:
        await asyncio.wait_for(intake.room(), PATIENCE)
        await intake.take(platform.name, platform.pushed(body))
    except (TimeoutError, DBAPIError) as trouble:
        log.warning("push_put_off", platform=platform.name, reason=type(trouble).__name__)
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
    while not stopping.is_set():
        try:
            if not await platform.undelivered():
                pulse.beat()
        except Denied:
            pulse.refuse()
        except (Later, Refused, Unsure) as trouble:
            log.warning("platform_silent", platform=platform.name, reason=str(trouble))
        await pause(stopping, EVERY)
