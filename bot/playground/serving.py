"""What every side but Telegram's has alike: files for whoever has their address, and a pace at which nobody waits."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.abilities import Tempo
from bot.playground.world import World

# Nobody takes the bot for a machine here: what it says need not wait.
TEMPO = Tempo(overall=100.0, second=100.0, minute=6_000)


def files(name: str, world: World) -> Route:
    """The side's files under /file/NAME."""

    async def file(request: Request) -> Response:
        stored = world.files.by_path(request.path_params["path"])
        if stored is None:
            return Response(status_code=404)
        return Response(stored.data, media_type="application/octet-stream")

    return Route(f"/file/{name}/{{path:path}}", file, methods=["GET"])
