"""Alarms that leave although nothing can be written down: judged from memory, sent straight to the platform."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TypeVar

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot import substitutes
from bot.actions import Action
from bot.clock import Clock
from bot.directory import Directory
from bot.events import MessageSeen, PicturesRead
from bot.gallery import Gallery
from bot.groups import Groups
from bot.inbox import Letter
from bot.places import Chat, ChatKind, Place
from bot.platforms import Later, Moved, Platform, Posted, Refused, Sent, Unreadable, Unsure
from bot.platforms.arrivals import Raw
from bot.recollection import Recollection
from bot.scrap import Scrap
from bot.store.db import Database
from handlers import messages, unrecorded
from handlers.group import Group
from handlers.memory import Memory
from handlers.seen import Seen

log = structlog.get_logger(__name__)

# What is not written down by then is warned of from memory.
PATIENCE = 3.0
TRIES = 5
LONGEST_WAIT = 20.0
_KEPT = 5_000

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class Emergency:
    """Speaks once of each account in a group. What was said is adopted by the record, once there is one:
    `standing` gives delivery the message that already stands, so that nothing is said twice.
    """

    def __init__(
        self,
        db: Database,
        clock: Clock,
        platforms: Mapping[str, Platform],
        directory: Directory,
        groups: Groups,
        memory: Memory,
        gallery: Gallery,
        scrap: Scrap | None = None,
    ) -> None:
        self._db = db
        self._clock = clock
        self._platforms = platforms
        self._directory = directory
        self._groups = groups
        self._memory = memory
        self._recollection = Recollection(db, memory)
        self._gallery = gallery
        self._scrap = scrap
        self._looked_at: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._spoken: OrderedDict[tuple[int, str], None] = OrderedDict()
        self._standing: OrderedDict[tuple[int, str], asyncio.Future[Sent | None]] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()
        for chat_id, message, standing in scrap.taken() if scrap is not None else ():
            self._stands(chat_id, message).set_result(Sent(standing))

    def look_soon(self, platform: str, letters: Sequence[Letter]) -> None:
        """Look for scams among what was stored and has to wait, though nobody knows for how long."""
        self._keep(asyncio.create_task(self.look(platform, letters)))

    async def look(self, platform: str, raws: Sequence[Raw | Letter]) -> None:
        """Look for scams among updates that could not be stored or dealt with, each once."""
        for raw in raws:
            if (platform, raw.update_id) in self._looked_at:
                continue
            _remember(self._looked_at, (platform, raw.update_id), None)
            try:
                events = self._platforms[platform].read(raw.body, self._clock.now())
            except Unreadable:
                continue
            for event in events:
                if isinstance(event, MessageSeen) and event.place.kind is ChatKind.GROUP:
                    await self._consider(event)

    async def speak(self, seen: Seen, chat: Chat) -> None:
        """Warn of it now, unless that was done. Raises nothing."""
        group = await self._group(chat)
        if group is None or (chat.id, seen.message.sender.id) in self._spoken:
            return
        if (chat.id, seen.message.id) in self._standing:
            # Said before the last stop.
            return
        said = unrecorded.warned(seen, group, self._clock.now())
        if said.public is None and not said.others:
            return
        _remember(self._spoken, (chat.id, seen.message.sender.id), None)
        # A database that is merely slow under load is nothing an operator has to do anything about.
        ailing = self._db.trouble
        tell = log.warning if ailing is None else log.error
        reason = "slow" if ailing is None else ailing.value
        tell(
            "warned_unrecorded",
            chat=chat.id,
            message=seen.message.id,
            level=seen.verdict.level.word,
            reason=reason,
        )
        language = group.settings["language"]
        public = self._fitted(said.public, chat.place, language) if said.public is not None else None
        if public is not None:
            standing = self._stands(chat.id, seen.message.id)
            sent = await self.perform(public, chat.place)
            if sent is not None and self._scrap is not None:
                self._scrap.note(chat.id, seen.message.id, sent.message_id)
            standing.set_result(sent)
        for place, action in said.others:
            fitted = self._fitted(action, place, language)
            if fitted is not None:
                self._begin(fitted, place)

    def _fitted(self, action: Action, place: Place, language: str) -> Action | None:
        """As the platform can do it: a warning without buttons says its numbers here, too."""
        return substitutes.instead(
            action, self._platforms[place.platform].abilities, language, Chat(0, place)
        )

    async def standing(self, chat: int, reply_to: str | None) -> Posted | None:
        """The warning that already answers this message; asked for once, then it is the record's."""
        future = self._standing.pop((chat, reply_to or ""), None)
        sent = await future if future is not None else None
        return Posted(sent.message_id) if sent is not None else None

    def _stands(self, chat: int, message: str) -> asyncio.Future[Sent | None]:
        standing: asyncio.Future[Sent | None] = asyncio.get_running_loop().create_future()
        _remember(self._standing, (chat, message), standing)
        return standing

    async def perform(self, action: Action, place: Place) -> Sent | None:
        """Do it without a record. None when it could not be done."""
        for _ in range(TRIES):
            try:
                return await self._platforms[place.platform].perform(action, place)
            except Moved as moved:
                place = replace(place, address=moved.address)
            except Later as later:
                await asyncio.sleep(min(later.seconds, LONGEST_WAIT))
            except Unsure:
                await asyncio.sleep(1.0)
            except Refused:
                return None
            except Exception:
                log.exception("unrecorded_send_failed", key=action.key)
                return None
        return None

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _consider(self, event: MessageSeen | PicturesRead) -> None:
        seen = event.seen if isinstance(event, PicturesRead) else event
        chat = await self._chat(seen.place)
        group = await self._group(chat) if chat is not None else None
        if chat is None or group is None:
            # It is judged once it can be stored; only while that fails it is a scam that may go unseen.
            tell = log.debug if self._db.trouble is None else log.error
            tell("unrecorded_unknown", message=seen.message.id)
            return
        await self._recall(chat)
        found = messages.glance(event, chat, group, self._memory, self._clock.now())
        if found is not None:
            await self.speak(found, chat)
        if isinstance(event, MessageSeen) and event.pictures:
            self._gallery.begin(event, self._consider_later)

    def _consider_later(self, read: PicturesRead) -> None:
        self._keep(asyncio.create_task(self._consider(read)))

    async def _chat(self, place: Place) -> Chat | None:
        try:
            return await self._directory.find(place)
        except SQLAlchemyError:
            return None

    async def _group(self, chat: Chat) -> Group | None:
        try:
            return await self._groups.of(chat)
        except SQLAlchemyError:
            return self._groups.before(chat)

    async def _recall(self, chat: Chat) -> None:
        """Who is known from before; where that cannot be read, everybody merely looks new."""
        with suppress(SQLAlchemyError):
            await self._recollection.of(chat)

    def _begin(self, action: Action, place: Place) -> None:
        async def done() -> None:
            await self.perform(action, place)

        self._keep(asyncio.create_task(done()))

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _remember(known: OrderedDict[_Key, _Value], key: _Key, value: _Value) -> None:
    known[key] = value
    if len(known) > _KEPT:
        known.popitem(last=False)
