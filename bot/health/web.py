"""What a monitor asks over HTTP: is it alive, is it ready, how much and how fast."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot import logs
from bot.health.ailments import GRAVE
from bot.health.figures import Figures
from bot.health.watch import Watch

_PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"


def routes(watch: Watch, figures: Figures, ready: Callable[[], bool]) -> list[Route]:
    """`/healthz` fails while something grave ails the guard, `/readyz` also until it guards; both say what."""

    async def healthz(_request: Request) -> Response:
        return _answer(watch, well=watch.well)

    async def readyz(_request: Request) -> Response:
        return _answer(watch, well=ready() and watch.well)

    async def metrics(_request: Request) -> Response:
        return Response(figures.text(), media_type=_PROMETHEUS)

    return [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", metrics)]


def _answer(watch: Watch, *, well: bool) -> Response:
    vitals = watch.vitals
    body = {
        "well": well,
        "ailing": {ailment.value: ailment in GRAVE for ailment in sorted(watch.ailing)},
        "troubles": {name: logs.blotted(reason) for name, reason in vitals.troubles.items()},
        "silent_seconds": {name: round(seconds, 1) for name, seconds in vitals.silent.items()},
        "inbox": {"waiting": vitals.waiting_in, "oldest_seconds": round(vitals.oldest_in, 1)},
        "outbox": {"waiting": dict(vitals.waiting_out), "oldest_seconds": round(vitals.oldest_out, 1)},
        "database": vitals.trouble or "usable",
        "disk_free_bytes": vitals.disk_free,
        "groups": vitals.groups,
        "groups_not_seen": list(vitals.blind),
        "streams_away": {name: list(titles) for name, titles in vitals.unheard.items()},
    }
    return JSONResponse(body, status_code=200 if well else 503)
