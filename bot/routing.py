"""Every event to whoever answers it: ordinary messages in memory only, everything else in one transaction."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

import structlog
from sqlalchemy.exc import DBAPIError

from bot import choices
from bot.abilities import Self
from bot.actions import Action
from bot.addressing import Addressing
from bot.answering import Answering, Handler
from bot.clock import Clock
from bot.delivery import Delivery
from bot.directory import Directory
from bot.emergency import Emergency
from bot.events import (
    BotChanged,
    Event,
    MemberChanged,
    MessageSeen,
    NameSeen,
    PicturesRead,
    PortraitSeen,
    TimerDue,
)
from bot.gallery import Gallery
from bot.groups import Groups
from bot.held_up import HeldUp
from bot.inbox import Inbox, Letter
from bot.jobs import Job, lane_of
from bot.joining import Joining
from bot.keepers import Keepers
from bot.lanes import Lanes
from bot.places import Chat, ChatKind, Place
from bot.platforms import Platform, Unreadable
from bot.portraits.posters import Posters
from bot.portraits.sitters import Sitters
from bot.recollection import Recollection
from bot.second_looks import SecondLooks
from bot.settings import LANGUAGES
from bot.store import due
from bot.store.db import Database
from bot.store.moments import moment
from bot.store.trouble import trouble
from bot.texts.rescue import Places, places
from bot.waiting import backoff
from handlers import commands, messages, portraits, quoting
from handlers.memory import Memory
from handlers.messages import Heard
from handlers.seen import Seen

log = structlog.get_logger(__name__)

# A handler's mistake is tried again a few times, the database's trouble for a minute and a half.
MISTAKES = 3
TROUBLES = 10
PUT_OFF = timedelta(hours=1)
# While no more updates wait than this, none is worth being picked out.
CALM = 50
FIRST_REST = 0.2
LONGEST_REST = 30.0

Observer = Callable[[Event, Seen | None, Sequence[Action], float], None]


@dataclass(slots=True)
class Router:
    db: Database
    clock: Clock
    platforms: Mapping[str, Platform]
    selves: Mapping[str, Self]
    inbox: Inbox
    directory: Directory
    groups: Groups
    memory: Memory
    gallery: Gallery
    posters: Posters
    sitters: Sitters
    keepers: Keepers
    delivery: Delivery
    emergency: Emergency
    routes: Mapping[type, Handler]
    mark: Callable[[str], str]
    observer: Observer | None = None
    language: str = LANGUAGES[0]
    places: Places = field(default_factory=places)
    operators: Sequence[Place] = ()
    lanes: Lanes[Job] = field(init=False)
    held_up: HeldUp = field(init=False)
    addressing: Addressing = field(init=False)
    answering: Answering = field(init=False)
    looks: SecondLooks = field(init=False)
    recollection: Recollection = field(init=False)

    def __post_init__(self) -> None:
        self.lanes = Lanes(self.work, ahead=self._in_group)
        self.held_up = HeldUp(self.lanes, self.emergency)
        joining = Joining(self.db, self.clock, self.directory, self.groups, self.memory, self.mark)
        self.addressing = Addressing(
            self.db,
            self.clock,
            self.platforms,
            self.directory,
            self.groups,
            self.keepers,
            joining,
            self.language,
        )
        self.answering = Answering(
            db=self.db,
            clock=self.clock,
            selves=self.selves,
            inbox=self.inbox,
            groups=self.groups,
            memory=self.memory,
            sitters=self.sitters,
            delivery=self.delivery,
            emergency=self.emergency,
            routes=self.routes,
            mark=self.mark,
            places=self.places,
            operators=self.operators,
        )
        self.recollection = Recollection(self.db, self.memory)
        self.looks = SecondLooks(self.groups, self.memory, self.gallery, self.posters, self.look_at)

    def is_abreast(self, platform: str) -> None:
        """None of its updates waits any more: what may stand already can be told from them."""
        self.delivery.is_abreast(platform)

    async def receive(self, letter: Letter) -> None:
        """An update was stored: answer it when its lane comes to it, at once where many wait and it might be a demand."""
        job = Job(letter.platform, letter)
        pressing = self.lanes.waiting > CALM and job.presses(self.platforms[letter.platform])
        self.lanes.put(lane_of(letter), job, pressing=pressing)
        self.held_up.meet(letter)
        # A hundred long ones, read at once, are more than everybody else can wait for.
        await self.lanes.breathe()

    def plan(self, event: TimerDue, place: Place) -> None:
        """A timer came due: answer it in order with what happens in its chat."""
        self.lanes.put((place.platform, place.address), Job(place.platform, event=event))

    def look_at(self, event: NameSeen | PortraitSeen) -> None:
        """Somebody's name or picture was looked at: answer it in order with what is said in their group."""
        lane = (event.place.platform, event.place.address)
        self.lanes.put(lane, Job(event.place.platform, event=event))

    def _in_group(self, lane: Hashable) -> bool:
        """What a group hears is looked at before what one person asks; what was put aside comes after both."""
        return isinstance(lane, tuple) and len(lane) == 2 and self.directory.is_group(*lane)

    async def work(self, job: Job) -> float | None:
        """None when the job is over, or how long to rest before it is tried again."""
        rest = await self._try(job)
        if rest is None:
            self.held_up.end(job)
        return rest

    async def _try(self, job: Job) -> float | None:
        try:
            await self._answer(job)
            return None
        except Exception as failure:
            if (ailing := trouble(failure)) is not None:
                log.error("database_trouble", update=_number(job), reason=ailing.value)
                self.held_up.begin(job)
                limit = TROUBLES
            else:
                log.exception("handler_failed", update=_number(job), tries=job.tries + 1)
                limit = MISTAKES
        job.tries += 1
        rest = backoff(FIRST_REST, LONGEST_REST, job.tries)
        if job.tries < limit:
            return rest
        return None if await self._give_up(job) else rest

    async def _give_up(self, job: Job) -> bool:
        """Set the job aside, so that what waits behind it is answered. False when even that fails."""
        log.error("update_set_aside", update=_number(job))
        try:
            if job.letter is not None:
                await self.inbox.set_aside(job.letter.row, "it could not be answered; see the log")
            elif isinstance(job.event, TimerDue):
                async with self.db.transaction() as tx:
                    await due.put_off(tx, job.event.timer, self.clock.now(), PUT_OFF)
        except DBAPIError:
            return False
        return True

    async def _answer(self, job: Job) -> None:
        events = [job.event] if job.event is not None else await self._read(job)
        if job.event is None and len(events) == 1 and self._can_wait(events[0], job.platform):
            self._put_aside(events[0], job)
            return
        for event in events:
            finishes = job.letter.row if job.letter and event is events[-1] else None
            await self._serve(event, job, finishes)

    def _can_wait(self, event: Event, platform: str) -> bool:
        return isinstance(event, MessageSeen) and commands.can_wait(event, self.selves[platform].username)

    def _put_aside(self, event: Event, job: Job) -> None:
        """A thousand who ask the same at once hold up no warning in their group: they have a lane of their own."""
        assert job.letter is not None
        self.lanes.put((job.platform, job.letter.lane, "aside"), Job(job.platform, job.letter, event))

    async def _read(self, job: Job) -> Sequence[Event]:
        if job.events is not None:
            return job.events
        letter = job.letter
        assert letter is not None
        try:
            events = self.platforms[job.platform].read(letter.body, moment(letter.received_at))
        except Unreadable as unreadable:
            log.error("update_unreadable", update=letter.update_id, reason=str(unreadable))
            await self.inbox.set_aside(letter.row, str(unreadable))
            return []
        if not events:
            self.inbox.settle(letter.row)
        return events

    async def _serve(self, event: Event, job: Job, row: int | None) -> None:
        began = time.perf_counter()
        if isinstance(event, MessageSeen) and event.pictures:
            # The update is done only when its pictures have been judged too.
            row = None
        chat = await self.addressing.chat_of(event)
        if chat is not None:
            if self.looks.first(event, self._me(chat), partial(self._come_back, chat.place, job)):
                return
            event = await self._meant(event, chat)
        seen: Seen | None = None
        actions: Sequence[Action] = ()
        if chat is None:
            self._settle(row)
        elif isinstance(event, Heard) and messages.is_talk(event, self._me(chat)):
            seen = await self._glance(event, chat)
            again = await self.looks.wants_words(event, chat, seen)
            if again:
                row = None
            if seen is not None:
                actions = await self.answering.in_time(seen, chat, row, job.letter)
            elif isinstance(event, PortraitSeen):
                actions = await self._portrayed(event, chat)
            else:
                self._settle(row)
            if isinstance(event, MessageSeen | PicturesRead):
                await self.looks.at_poster(event, chat, dealt=seen is not None)
            if again and isinstance(event, PicturesRead):
                self.gallery.read_words(event, partial(self._come_back, event.seen.place, job))
        else:
            await self.keepers.ask_after(event, chat)
            actions = await self.answering.answer(event, chat, row, job.letter)
            if isinstance(event, BotChanged):
                self.addressing.sharing.forget(chat.place)
            if isinstance(event, MemberChanged) and chat.place.kind is ChatKind.GROUP:
                await self.looks.at_newcomer(event, chat)
        if chat is not None and isinstance(event, MessageSeen | MemberChanged | NameSeen):
            renamed = await self.looks.renamed(event, chat)
            if renamed is not None:
                await self.answering.answer(renamed, chat, None, None)
        if isinstance(event, MessageSeen) and event.pictures:
            self.looks.at_pictures(event, partial(self._come_back, event.place, job))
        if self.observer is not None:
            self.observer(event, seen, actions, (time.perf_counter() - began) * 1000)

    def _me(self, chat: Chat) -> Self:
        return self.selves[chat.place.platform]

    async def _meant(self, event: Event, chat: Chat) -> Event:
        """A reply that stands for a button, where there are none; a question once what it quotes was looked at."""
        if isinstance(event, PicturesRead) and event.asked is not None:
            event = quoting.informed(event)
        if not isinstance(event, MessageSeen) or self.platforms[chat.place.platform].abilities.buttons:
            return event
        if chat.place.kind is ChatKind.GROUP and event.message.reply_to is None and not event.addressed:
            return event
        async with self.db.read() as tx:
            return await choices.meant(tx, event, chat) or event

    def _settle(self, row: int | None) -> None:
        if row is not None:
            self.inbox.settle(row)

    def _come_back(self, place: Place, job: Job, read: PicturesRead) -> None:
        self.lanes.put((place.platform, place.address), Job(job.platform, job.letter, read))

    async def _portrayed(self, event: PortraitSeen, chat: Chat) -> Sequence[Action]:
        """A picture of somebody who has said nothing: mostly there is nothing to tell anybody."""
        group = await self.groups.of(chat)
        if event.said is not None or portraits.worn(event, group) is None:
            return ()
        return await self.answering.answer(event, chat, None, None)

    async def _glance(self, event: Heard, chat: Chat) -> Seen | None:
        group = self.groups.known(chat) or await self.groups.of(chat)
        await self.recollection.of(chat)
        return messages.glance(event, chat, group, self.memory, self.clock.now())


def _number(job: Job) -> str:
    return job.letter.update_id if job.letter else type(job.event).__name__
