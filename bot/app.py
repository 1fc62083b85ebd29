"""The running bot: everything built from the configuration, started in order, stopped without loss."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

import handlers
from bot import catching_up, echoes, joining, menus, thrift
from bot.abilities import Self
from bot.clock import Clock, FollowedClock
from bot.config import Config
from bot.config.secret import marker, secret_of
from bot.delivery import Delivery
from bot.directory import Directory
from bot.emergency import Emergency
from bot.entrance import Entrance
from bot.gallery import Gallery
from bot.groups import Groups
from bot.inbox import Inbox
from bot.intake import Intake
from bot.keepers import Keepers
from bot.media.decoder import Decoder
from bot.parts import clock_of, platforms_of, reader_of
from bot.places import Chat
from bot.platforms import Denied, Later, Platform, Refused, Unsure
from bot.portraits.looking import Looking
from bot.portraits.posters import Posters
from bot.portraits.sitters import Sitters
from bot.rollcall import Rollcall
from bot.routing import Observer, Router
from bot.scrap import Scrap
from bot.store.db import Database
from bot.texts.rescue import places
from bot.timekeeping import Timekeeper
from bot.upkeep import Upkeep
from bot.waiting import backoff, pause, unless
from handlers import commands, loading
from handlers.group import Group
from handlers.memory import Memory
from patterns.linear import compile_spared
from patterns.loading import warm_up

log = structlog.get_logger(__name__)

# Together under the ten seconds a service manager waits before it kills.
GRACE = 4.0
# Of a platform that is no longer configured.
NOBODY = Self("", "", "")


class App:
    """`run()` guards until `stop()` is called; `ready` is set once every platform was asked who we are
    there and the updates of those that answered are coming in. The others are asked until they do.
    """

    def __init__(
        self,
        config: Config,
        *,
        platforms: Sequence[Platform] | None = None,
        clock: Clock | None = None,
        observer: Observer | None = None,
    ) -> None:
        self._config = config
        self._platforms = {one.name: one for one in (platforms or platforms_of(config))}
        self._clock = clock or clock_of(config)
        self._entrance = Entrance(config, self._platforms, self._clock)
        self._reader = reader_of(config)
        self._observer = self._entrance.observed(observer)
        self._selves: dict[str, Self] = dict.fromkeys(self._platforms, NOBODY)
        # Platforms that were asked who we are there, and those whose updates are being answered.
        self._asked: set[str] = set()
        self._guarded: set[str] = set()
        self._stopping = asyncio.Event()
        self.ready = asyncio.Event()

    def stop(self) -> None:
        """Ask it to end: what is in hand is finished, the rest waits in the database."""
        self._stopping.set()

    async def run(self) -> None:
        secret = secret_of(self._config)
        db = await Database.open(self._config.database_url)
        try:
            await self._guard(db, marker(secret))
        finally:
            await db.close()
            log.info("stopped")

    async def _guard(self, db: Database, mark: Callable[[str], str]) -> None:
        decoder = Decoder(workers=self._config.media.workers, seconds=self._config.media.seconds)
        # Pictures can wait for their decoders; the first scam must not wait for the dictionary.
        decoders = asyncio.create_task(decoder.start())
        with thrift.loading():
            await asyncio.to_thread(warm_up, self._config.data)
            if self._reader is not None:
                await self._reader.start(ahead=False)
        thrift.give_back()
        for platform in self._platforms.values():
            await platform.start()
        try:
            router = self._router(db, mark, decoder)
            with thrift.settling():
                await self._serve(db, router, Intake(router.inbox, router, router.emergency))
        finally:
            for platform in self._platforms.values():
                await platform.stop()
            decoders.cancel()
            await asyncio.gather(decoders, return_exceptions=True)
            await decoder.close()
            if self._reader is not None:
                await self._reader.close()

    def _router(self, db: Database, mark: Callable[[str], str], decoder: Decoder) -> Router:
        async def load(tx: AsyncConnection, chats: Sequence[Chat]) -> Mapping[Chat, Group]:
            return await loading.load(
                tx, {chat: self._selves.get(chat.place.platform, NOBODY) for chat in chats}, mark
            )

        directory, groups, memory = Directory(db, self._clock), Groups(db, load), Memory(mark)
        gallery, looking = Gallery(decoder, self._platforms, self._reader), Looking(decoder, self._platforms)
        scrap = Scrap(self._config.data / "unrecorded")
        emergency = Emergency(db, self._clock, self._platforms, directory, groups, memory, gallery, scrap)
        delivery = Delivery(
            db,
            self._clock,
            directory,
            self._platforms,
            self._entrance.sent,
            standing=emergency.standing,
            selves=self._selves,
        )
        return Router(
            db=db,
            clock=self._clock,
            platforms=self._platforms,
            selves=self._selves,
            inbox=Inbox(db, self._clock),
            directory=directory,
            groups=groups,
            memory=memory,
            gallery=gallery,
            posters=Posters(looking),
            sitters=Sitters(db, self._clock, groups, looking),
            keepers=Keepers(db, self._clock, groups, self._platforms),
            delivery=delivery,
            emergency=emergency,
            routes=handlers.ROUTES,
            mark=mark,
            observer=self._observer,
            language=self._config.language,
            places=places(self._config.help_lines),
            operators=self._config.operators,
        )

    async def _serve(self, db: Database, router: Router, intake: Intake) -> None:
        upkeep = Upkeep(db, self._clock, router.inbox, router.memory, router.keepers, self._config.retention)
        watch = self._entrance.watch(db, router)
        loops = [
            self._loop("delivery", router.delivery.run),
            self._loop("watch", partial(watch.run, self._stopping)),
            self._loop("later", self._load_later),
        ]
        if isinstance(self._clock, FollowedClock):
            loops.append(self._loop("clock", partial(self._clock.follow, self._stopping)))
        async with self._entrance.open(watch, intake, self._guarding):
            try:
                await self._abandon(router)
                router.lanes.start()
                loops.append(self._loop("upkeep", partial(upkeep.run, self._stopping)))
                loops.append(self._loop("portraits", partial(router.sitters.run, self._stopping)))
                rollcall = Rollcall(db, self._clock, self._platforms, router.mark, router)
                loops.append(self._loop("rollcall", partial(rollcall.run, self._stopping)))
                timekeeper = Timekeeper(db, self._clock, router.directory, router, self._guarded)
                loops.append(self._loop("timers", partial(timekeeper.run, self._stopping)))
                loops.extend(
                    self._loop(f"guarding {platform.name}", partial(self._guard_on, platform, router, intake))
                    for platform in self._platforms.values()
                )
                loops.extend(
                    self._loop(
                        f"menus {one.name}", partial(menus.set_up, one, self._config.language, self._stopping)
                    )
                    for one in self._platforms.values()
                )
                await self._stopping.wait()
            finally:
                await self._wind_down(router, intake, upkeep, loops)

    async def _load_later(self) -> None:
        """Once nothing hurries: languages and expressions that the first message could do without."""
        await unless(self._stopping, self.ready.wait())
        await asyncio.to_thread(commands.spoken)
        for _ in compile_spared():
            # A thread would hold up whatever is answered meanwhile for longer than one expression does.
            await asyncio.sleep(0)

    def _guarding(self, platform: str = "") -> bool:
        ready = platform in self._guarded if platform else self.ready.is_set()
        return ready and not self._stopping.is_set()

    async def _abandon(self, router: Router) -> None:
        try:
            await router.inbox.abandon(self._platforms)
        except DBAPIError as trouble:
            log.error("upkeep_failed", work="abandon", reason=type(trouble.orig).__name__)

    async def _guard_on(self, platform: Platform, router: Router, intake: Intake) -> None:
        """One platform, whatever becomes of the others."""
        if platform.name not in self._guarded:
            await self._introduce(platform)
            if self._stopping.is_set():
                return
            router.groups.forget_all()
            await joining.recall(router.db, platform)
            await echoes.recall(router.db, self._clock, platform)
            await catching_up.catch_up(router, platform.name)
            self._guarded.add(platform.name)
        self._asked_on(platform)
        await self._entrance.source(platform, intake, self._stopping)

    def _asked_on(self, platform: Platform) -> None:
        self._asked.add(platform.name)
        if self._guarded and len(self._asked) == len(self._platforms) and not self.ready.is_set():
            self.ready.set()
            log.info("ready", platforms=sorted(self._guarded))

    async def _introduce(self, platform: Platform) -> None:
        """Learn who we are; without that no event can be answered, so ask until told."""
        failures, pulse = 0, self._entrance.pulses[platform.name]
        while not self._stopping.is_set():
            try:
                self._selves[platform.name] = await platform.me()
                return
            except Denied as denied:
                tell = log.error if pulse.refuse(str(denied)) else log.debug
                remedy = f"{platform.remedy}; it is tried again"
                tell("platform_refuses", platform=platform.name, remedy=remedy)
                wait = denied.seconds
            except (Later, Refused, Unsure) as trouble:
                at_once = isinstance(trouble, Later) and not trouble.seconds
                wait = 0.0 if at_once else backoff(0.5, 30.0, failures)
                tell = log.warning if pulse.fails(str(trouble)) else log.debug
                tell("platform_silent", platform=platform.name, reason=str(trouble), seconds=wait)
            failures += 1
            self._asked_on(platform)
            await pause(self._stopping, wait)

    def _loop(self, name: str, run: Callable[[], Awaitable[None]]) -> asyncio.Task[None]:
        return asyncio.create_task(self._for_ever(name, run), name=name)

    async def _for_ever(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        """A loop that ends with an error is started again: a deaf guard is worse than none."""
        while True:
            try:
                return await run()
            except Exception:
                log.exception("loop_failed", loop=name)
            await pause(self._stopping, 1.0)
            if self._stopping.is_set():
                return

    async def _wind_down(
        self, router: Router, intake: Intake, upkeep: Upkeep, loops: Sequence[asyncio.Task[None]]
    ) -> None:
        """From the entrance to the exit: no new updates, no new answers, no new sends; then the notes."""
        await router.gallery.stop()
        await router.posters.stop()
        await router.lanes.stop(GRACE)
        await router.delivery.stop(GRACE)
        await asyncio.wait(loops, timeout=1.0)
        for task in loops:
            task.cancel()
        await asyncio.gather(*loops, return_exceptions=True)
        await router.emergency.stop()
        await intake.finish()
        await upkeep.finish()
