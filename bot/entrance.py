"""Where updates come in, and where the outside may look in: polls, pushes, the pages for monitors."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from urllib.parse import urlsplit

import structlog
from starlette.routing import Route

from bot import logs, receiving
from bot.abilities import Hearing
from bot.actions import Action
from bot.clock import Clock
from bot.config import Config
from bot.config.loading import Misconfigured
from bot.config.secret import secret_of
from bot.events import Event
from bot.health import web as health
from bot.health.figures import Figures
from bot.health.pulse import Pulse
from bot.health.watch import Watch
from bot.intake import Intake
from bot.listening import Listener
from bot.platforms import Platform
from bot.platforms.arrivals import Polled, Pushes, Signs, Streams
from bot.polling import Poller
from bot.routing import Observer, Router
from bot.store.db import Database
from bot.web import Taken, serving
from handlers.seen import Seen

log = structlog.get_logger(__name__)


class Entrance:
    """`pulses` tells of each platform when it last answered. Without `web.port` nobody can look in
    from outside; the operator is told of ailments all the same.
    """

    def __init__(self, config: Config, platforms: Mapping[str, Platform], clock: Clock) -> None:
        self._config = config
        self._platforms = platforms
        self._clock = clock
        self._figures = Figures() if config.web.port else None
        brought = {name: one for name, one in platforms.items() if name in config.brought}
        self._pushing = {name: one for name, one in brought.items() if isinstance(one, Pushes)}
        self._signing = {name: one for name, one in brought.items() if isinstance(one, Signs)}
        self.pulses = {
            name: Pulse(
                partial(getattr, one, "silenced", False), partial(getattr, one, "unheard", frozenset())
            )
            for name, one in platforms.items()
        }

    @property
    def sent(self) -> Callable[[Action, int], None] | None:
        """Is to be told what left, and how many milliseconds after its cause arrived."""
        return self._figures.sent if self._figures else None

    def observed(self, observer: Observer | None) -> Observer | None:
        """The figures' own look at every event, and the given one's."""
        if self._figures is None or observer is None:
            return self._figures.observe if self._figures else observer
        first, second = self._figures.observe, observer

        def observe(event: Event, seen: Seen | None, actions: Sequence[Action], milliseconds: float) -> None:
            first(event, seen, actions, milliseconds)
            second(event, seen, actions, milliseconds)

        return observe

    def watch(self, db: Database, router: Router) -> Watch:
        return Watch(
            db,
            self._clock,
            router.directory,
            self.pulses,
            operators=self._config.operators,
            language=self._config.language,
            deaf=frozenset(
                name for name, one in self._platforms.items() if one.abilities.hearing is Hearing.MENTION
            ),
            wake=router.delivery.wake,
            directly=router.emergency.perform,
            looked=self._figures.looked if self._figures else None,
        )

    async def source(self, platform: Platform, intake: Intake, stopping: asyncio.Event) -> None:
        """What brings a platform's updates until the end: the platform itself, asked whether it can; a
        connection kept open; or a poll after the other.
        """
        pulse = self.pulses[platform.name]
        if platform.name in self._pushing or platform.name in self._signing:
            intake.is_abreast(platform.name)
        if platform.name in self._pushing:
            await self._be_brought(self._pushing[platform.name], pulse, stopping)
        elif platform.name in self._signing:
            await receiving.ask_whether_it_is_there(self._signing[platform.name], pulse, stopping)
        elif isinstance(platform, Streams):
            await Listener(platform, intake, pulse).run(stopping)
        elif isinstance(platform, Polled):
            await Poller(platform, intake, self._clock, pulse).run(stopping)

    async def _be_brought(self, platform: Pushes, pulse: Pulse, stopping: asyncio.Event) -> None:
        where = self._config.brought[platform.name]
        await platform.subscribe(where, push_secret(self._config, platform.name))
        await receiving.ask_whether_it_arrives(platform, pulse, stopping)

    @asynccontextmanager
    async def open(self, watch: Watch, intake: Intake, guarding: Callable[..., bool]) -> AsyncIterator[None]:
        """Without the port the guard still guards, unless its updates come through it."""
        if self._figures is None:
            yield
            return
        routes = [*health.routes(watch, self._figures, guarding), *self._doors(intake, guarding)]
        async with AsyncExitStack() as house:
            try:
                await house.enter_async_context(serving(routes, self._config.web.host, self._config.web.port))
            except Taken as taken:
                if self._pushing or self._signing:
                    raise Misconfigured(f"{taken}; set web.port to another one.") from None
                log.error("web_not_served", reason=str(taken), remedy="set web.port to another one")
            with logs.counted(self._figures.logged):
                yield

    def _doors(self, intake: Intake, guarding: Callable[[str], bool]) -> Iterator[Route]:
        paths = {name: urlsplit(where).path for name, where in self._config.brought.items()}
        for name, platform in self._pushing.items():
            secret, pulse = push_secret(self._config, platform.name), self.pulses[name]

            def ready(name: str = name) -> Intake | None:
                return intake if guarding(name) else None

            yield receiving.route(platform, paths[name], secret, ready, pulse)
        for name, signing in self._signing.items():
            door = partial(self._door, intake, guarding, name)
            yield receiving.signed(signing, paths[name], door, self.pulses[name])

    def _door(self, intake: Intake, guarding: Callable[[str], bool], platform: str) -> Intake | None:
        return intake if guarding(platform) else None


def push_secret(config: Config, platform: str) -> str:
    """Made of the installation's own secret: nobody else can know it, and nobody has to keep it."""
    return hmac.new(secret_of(config), f"push:{platform}".encode(), hashlib.sha256).hexdigest()
