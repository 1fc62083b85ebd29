"""/control/onebot/account, frames, hangups, silences, requests, notices: the QQ account itself, and its connections, in a tester's hands."""

from __future__ import annotations

import base64
from typing import Any

from starlette.requests import Request
from starlette.routing import Route

from bot.playground.control import wishes
from bot.playground.control.answers import answering
from bot.playground.onebot.implementation import Implementation
from bot.playground.world import World

Json = dict[str, Any]

_SWITCHES = ("online", "held_back", "answers_late", "odd_segments", "refuses_in_words")


class _Account:
    def __init__(self, implementation: Implementation) -> None:
        self._of = implementation

    def told(self) -> Json:
        return {
            "url": self._of.url,
            "connections": len(self._of.sockets),
            **{name: getattr(self._of, name) for name in _SWITCHES},
            "leaves_after": self._of.leaves_after,
            "lacks": sorted(self._of.lacks),
            "refuses": self._of.refuses,
        }

    async def account(self, _world: World, request: Request) -> Json:
        if request.method == "PATCH":
            wanted = wishes.only(await wishes.wish(request), *_SWITCHES, "leaves_after", "refuses", "lacks")
            self._of.lacks = set(map(str, wanted.pop("lacks", self._of.lacks)))
            self._of.leaves_after = float(wanted.pop("leaves_after", self._of.leaves_after))
            self._of.refuses = int(wanted.pop("refuses", self._of.refuses))
            for name, value in wanted.items():
                setattr(self._of, name, bool(value))
        return self.told()

    async def frames(self, _world: World, request: Request) -> Json:
        """Bytes or text to every connected bot, whatever they are."""
        wanted = wishes.only(await wishes.wish(request), "text", "base64", "repeat")
        frame: str | bytes = wishes.text(wanted, "text") or base64.b64decode(wishes.text(wanted, "base64"))
        await self._of.send(frame * int(wanted.get("repeat", 1)))
        return {"sent": len(self._of.sockets)}

    async def silences(self, _world: World, _request: Request) -> Json:
        """Every connection there is stays open, and nothing more is said there."""
        self._of.fall_silent()
        return {"silent": len(self._of.sockets)}

    async def hangups(self, _world: World, _request: Request) -> Json:
        closed = len(self._of.sockets)
        await self._of.hang_up()
        return {"closed": closed}

    async def requests(self, world: World, request: Request) -> Json:
        """Somebody asks to be let into a group."""
        wanted = wishes.only(await wishes.wish(request), "chat", "from", "words")
        chat, user = world.chat(wishes.need(wanted, "chat")), world.user(wishes.need(wanted, "from"))
        await self._of.asks_to_enter(chat, user, wishes.text(wanted, "words"))
        return {"told": len(self._of.sockets)}

    async def message(self, world: World, request: Request) -> Json:
        """What a message of the playground is called on QQ."""
        chat = world.chat(request.path_params["chat"])
        return {"message_id": self._of.number(chat.id, request.path_params["message"])}

    async def notices(self, world: World, request: Request) -> Json:
        """What hangs on a group's board."""
        return {"notices": self._of.doing.notices.of(world.chat(request.path_params["chat"]))}


def routes(implementation: Implementation) -> list[Route]:
    one, world = _Account(implementation), implementation.world
    return [
        Route("/control/account", answering(world, one.account), methods=["GET", "PATCH"]),
        Route("/control/frames", answering(world, one.frames), methods=["POST"]),
        Route("/control/hangups", answering(world, one.hangups), methods=["POST"]),
        Route("/control/silences", answering(world, one.silences), methods=["POST"]),
        Route("/control/requests", answering(world, one.requests), methods=["POST"]),
        Route("/control/notices/{chat}", answering(world, one.notices), methods=["GET"]),
        Route("/control/numbers/{chat}/{message:int}", answering(world, one.message), methods=["GET"]),
    ]
