"""How a control call is answered: JSON, or a plain sentence about what was wrong."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from bot.playground.faults import WrongFault
from bot.playground.world import Mistake, World


def answer(body: Any, status: int = 200) -> Response:
    encoded = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    return Response(encoded, status, media_type="application/json")


def answering(
    world: World, act: Callable[[World, Request], Awaitable[Any]]
) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        try:
            result = await act(world, request)
        except Mistake as mistake:
            return answer({"error": str(mistake)}, mistake.status)
        except (WrongFault, TypeError, ValueError, AttributeError, LookupError, OverflowError) as error:
            # Wrongly shaped input of any kind: this API is for testers, who want to know at once.
            return answer({"error": f"the request makes no sense: {error}"}, 400)
        return result if isinstance(result, Response) else answer(result)

    return endpoint
