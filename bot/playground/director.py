"""What the page asks for beyond the people's doings: the list of scenarios, playing one, a new class."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.playground import scenarios
from bot.playground.client import Refused
from bot.playground.player import Player, compare

_LONGEST_PAUSE = 10.0

Json = dict[str, Any]


@dataclass(slots=True)
class _Act:
    """What is on stage, and whether it had to make room for something else."""

    task: asyncio.Task[Json]
    replaced: bool = False


class Director:
    """Plays one scenario at a time, on one platform; a new one takes the stage from the old.

    `players`, one a platform, are set once the server runs that these routes belong to. `observed` says whether the
    guard tells what it saw; without that a play cannot be compared with what was expected.
    """

    players: Mapping[str, Player]

    def __init__(self, *, observed: bool) -> None:
        self._observed = observed
        self._playing: Json | None = None
        self._act: _Act | None = None
        self.language = scenarios.LANGUAGES[0]
        self._platform = ""

    def routes(self, platform: str) -> list[Route]:
        return [
            Route("/control/scenarios", partial(self._list, platform), methods=["GET"]),
            Route("/control/play", partial(self._play, platform), methods=["POST"]),
            Route("/control/stop", self._stop, methods=["POST"]),
            Route("/control/class", partial(self._new_class, platform), methods=["POST"]),
        ]

    async def _list(self, platform: str, _: Request) -> Response:
        player, people = self.players[platform], scenarios.school_class(self.language).people
        return JSONResponse(
            {
                "scenarios": [
                    _shown(scenarios.scenario(name, language))
                    for language in scenarios.LANGUAGES
                    for name in scenarios.names(language, player.side.gives)
                ],
                "hears": player.hears,
                "playing": self._playing if self._platform == platform else None,
                "cast": {key: dict(person.about) for key, person in people.items()},
            }
        )

    async def _play(self, platform: str, request: Request) -> Response:
        try:
            asked = await request.json()
            scenario = scenarios.scenario(
                str(asked["name"]), str(asked.get("language", scenarios.LANGUAGES[0]))
            )
            pause = min(_LONGEST_PAUSE, max(0.0, float(asked.get("pause", 0))))
        except (ValueError, TypeError, KeyError, AttributeError):
            return _wrong("give a scenario's name, and perhaps its language and a pause in seconds")
        except scenarios.NoSuchScenario as missing:
            return JSONResponse({"error": str(missing)}, 404)
        if lacking := scenario.missing(self.players[platform].side.gives):
            return _wrong(lacking)
        return await self._on_stage(self._played(platform, scenario, pause))

    async def _played(self, platform: str, scenario: scenarios.Scenario, pause: float) -> Json:
        self.language, self._platform = scenario.language, platform
        self._playing = {"name": scenario.name, "language": scenario.language}
        try:
            play = await self.players[platform].play(scenario, pause)
        finally:
            self._playing = None
        if not self._observed:
            return {"right": None}
        outcome = compare(play, scenarios.expected(scenario.name, scenario.language, platform))
        return {"right": not outcome.problems, "problems": outcome.problems, "changes": outcome.changes}

    async def _new_class(self, platform: str, request: Request) -> Response:
        try:
            language = (await request.json())["language"]
        except (ValueError, TypeError, KeyError):
            language = None
        if language not in scenarios.LANGUAGES:
            return _wrong(f"the language is one of {', '.join(scenarios.LANGUAGES)}")
        return await self._on_stage(self.open_class(language, platform))

    async def open_class(self, language: str, platform: str = scenarios.FIRST) -> Json:
        self.language = language
        await self.players[platform].open_class(language)
        return {"language": language}

    async def _on_stage(self, work: Coroutine[Any, Any, Json]) -> Response:
        await self._clear(replaced=True)
        act = self._act = _Act(asyncio.create_task(work))
        try:
            return JSONResponse(await asyncio.shield(act.task))
        except asyncio.CancelledError:
            if not act.task.cancelled():
                raise  # it was the visitor who left; the play goes on
            return JSONResponse({"stopped": True, "replaced": act.replaced})
        except Refused as refused:
            # Somebody on the page has changed the class under the player's hands.
            return JSONResponse({"error": str(refused)}, 409)

    async def _stop(self, _: Request) -> Response:
        await self.close()
        return JSONResponse({"stopped": True})

    async def close(self) -> None:
        """End what is playing."""
        await self._clear(replaced=False)

    async def _clear(self, *, replaced: bool) -> None:
        if self._act is not None and not self._act.task.done():
            self._act.replaced = replaced
            self._act.task.cancel()
            await asyncio.wait([self._act.task])


def _wrong(sentence: str) -> Response:
    return JSONResponse({"error": sentence}, 400)


def _shown(scenario: scenarios.Scenario) -> Json:
    expected = scenarios.expected(scenario.name, scenario.language)
    return {
        "name": scenario.name,
        "language": scenario.language,
        "title": dict(scenario.title),
        "about": dict(scenario.about),
        "leads_to": "answer" if expected.answers else expected.leads_to.word,
        "at_most": expected.at_most,
    }
