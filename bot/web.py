"""The guard's own small web server: for monitors, and for platforms that push their updates."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager

import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute

log = structlog.get_logger(__name__)

_LAST_WORDS = 1  # seconds for answers under way when it stops
_AT_ONCE = 200  # connections; a monitor needs one, a platform a few dozen


class Taken(Exception):
    """The address cannot be listened on."""


@asynccontextmanager
async def serving(routes: Sequence[BaseRoute], host: str, port: int) -> AsyncIterator[int]:
    """Serve these routes until the block ends; gives the port. Raises `Taken`."""
    listener = _listening(host, port)
    server = _Server(
        uvicorn.Config(
            Starlette(routes=list(routes)),
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            limit_concurrency=_AT_ONCE,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=_LAST_WORDS,
        )
    )
    running = asyncio.create_task(server.serve([listener]), name="web")
    chosen = int(listener.getsockname()[1])
    log.info("listening", host=host, port=chosen)
    try:
        yield chosen
    finally:
        server.should_exit = True
        await running


def _listening(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as trouble:
        raise Taken(f"{host}:{port} cannot be listened on ({trouble.strerror})") from None


class _Server(uvicorn.Server):
    """Leaves signals to the program it runs in."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
