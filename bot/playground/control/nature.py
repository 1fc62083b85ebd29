"""/control/clock, faults, pictures and files: time, trouble, and what can be looked at."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.playground.control import wishes
from bot.playground.control.answers import answering
from bot.playground.world import Mistake, World

Json = dict[str, Any]


async def _clock(world: World, request: Request) -> Json:
    clock = world.clock
    if request.method == "GET":
        after = wishes.number(request, "after")
        await world.clock_moved.until(wishes.seconds(request, "wait"), lambda: clock.revision > after)
        return clock.told()
    wanted = wishes.only(await wishes.wish(request), "set", "advance", "running")
    if "set" in wanted:
        clock.set(wishes.moment(wanted["set"]))
    if "advance" in wanted:
        clock.advance(float(wanted["advance"]))
    if "running" in wanted:
        clock.run(bool(wanted["running"]))
    return clock.told()


async def _faults(world: World, request: Request) -> Json:
    if request.method == "GET":
        return {"faults": world.faults.told()}
    if request.method == "DELETE":
        world.faults.clear()
        world.journal.event("fault", faults=[])
        return {"faults": []}
    wanted = await wishes.wish(request)
    chat = world.chat(wanted["chat"]).id if wanted.get("chat") is not None else None
    fault = world.faults.add(wanted, chat)
    world.journal.event("fault", faults=world.faults.told())
    return fault.told()


async def _fault(world: World, request: Request) -> Json:
    if not world.faults.remove(request.path_params["fault"]):
        raise Mistake("there is no such fault", 404)
    world.journal.event("fault", faults=world.faults.told())
    return {"faults": world.faults.told()}


async def _pictures(world: World, request: Request) -> Response:
    data = wishes.drawing(await wishes.wish(request))
    if data is None:
        raise Mistake("a picture is an object with base64, qr or text")
    return Response(data, media_type="image/png")


async def _file(world: World, request: Request) -> Response:
    stored = world.files.by_id(request.path_params["file"])
    if stored is None:
        raise Mistake("there is no such file", 404)
    # Only pictures made here are shown as such; whatever else was uploaded is never run by a browser.
    is_picture = stored.path.startswith(("photos/", "profile_photos/"))
    kind = stored.mime_type if is_picture else "application/octet-stream"
    return Response(stored.data, media_type=kind, headers={"X-Content-Type-Options": "nosniff"})


def routes(world: World) -> list[Route]:
    return [
        Route("/control/clock", answering(world, _clock), methods=["GET", "POST"]),
        Route("/control/faults", answering(world, _faults), methods=["GET", "POST", "DELETE"]),
        Route("/control/faults/{fault:int}", answering(world, _fault), methods=["DELETE"]),
        Route("/control/pictures", answering(world, _pictures), methods=["POST"]),
        Route("/control/files/{file}", answering(world, _file), methods=["GET"]),
    ]
