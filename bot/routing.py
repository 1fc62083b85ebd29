"""Every event to whoever answers it: ordinary messages in memory only, everything else in one transaction."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import outbox, substitutes
from bot.abilities import Self
from bot.actions import Action, Say
from bot.clock import Clock
from bot.delivery import Delivery
from bot.directory import Directory
from bot.emergency import PATIENCE, Emergency
from bot.events import (
    AccountsJoined,
    BotChanged,
    ChatMoved,
    Event,
    MemberChanged,
    Membership,
    MessageSeen,
    NameSeen,
    PicturesRead,
    PollCounted,
    PortraitSeen,
    TimerDue,
)
from bot.gallery import Gallery
from bot.groups import Groups
from bot.inbox import Inbox, Letter
from bot.joining import Joining
from bot.keepers import Keepers
from bot.lanes import Lanes
from bot.places import Chat, ChatKind, Place
from bot.platforms import Platform, Unreadable
from bot.portraits.posters import Posters, Sought
from bot.portraits.sitters import Sitters
from bot.settings import LANGUAGES
from bot.store import chats, due, quizzes, settings
from bot.store.db import Database
from bot.store.moments import moment
from bot.store.trouble import trouble
from bot.texts.rescue import Places, places
from handlers import changes, commands, messages, portraits, reading, teaching
from handlers.group import Group
from handlers.here import Here
from handlers.memory import Memory
from handlers.seen import Seen
from patterns.model import Level

log = structlog.get_logger(__name__)

# A handler's mistake is tried again a few times, the database's trouble for a minute and a half.
MISTAKES = 3
TROUBLES = 10
PUT_OFF = timedelta(hours=1)
FIRST_REST = 0.2
LONGEST_REST = 30.0

_INSIDE = (Membership.MEMBER, Membership.ADMIN, Membership.OWNER, Membership.RESTRICTED)
_ADMIN = (Membership.ADMIN, Membership.OWNER)

Handler = Callable[[Any, Here], Awaitable[Sequence[Action]]]
Observer = Callable[[Event, Seen | None, Sequence[Action], float], None]


@dataclass(slots=True)
class Job:
    """One update to be read, or one event that is no update's own."""

    platform: str
    letter: Letter | None = None
    event: Event | None = None
    tries: int = field(default=0)


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
    joining: Joining = field(init=False)

    def __post_init__(self) -> None:
        self.lanes = Lanes(self.work, ahead=self._in_group)
        self.joining = Joining(self.db, self.clock, self.directory, self.groups, self.memory, self.mark)

    def receive(self, letter: Letter) -> None:
        """An update was stored: answer it when its lane comes to it."""
        self.lanes.put((letter.platform, letter.lane), Job(letter.platform, letter))

    def plan(self, event: TimerDue, place: Place) -> None:
        """A timer came due: answer it in order with what happens in its chat."""
        self.lanes.put((place.platform, place.address), Job(place.platform, event=event))

    def look_at(self, event: NameSeen) -> None:
        """Somebody's name was looked at: answer it in order with what is said in their group."""
        lane = (event.place.platform, event.place.address)
        self.lanes.put(lane, Job(event.place.platform, event=event))

    def _in_group(self, lane: Hashable) -> bool:
        """What a group hears is looked at before what one person asks; what was put aside comes after both."""
        return isinstance(lane, tuple) and len(lane) == 2 and self.directory.is_group(*lane)

    async def work(self, job: Job) -> float | None:
        """None when the job is over, or how long to rest before it is tried again."""
        try:
            await self._answer(job)
            return None
        except Exception as failure:
            if (ailing := trouble(failure)) is not None:
                log.error("database_trouble", update=_number(job), reason=ailing.value)
                limit = TROUBLES
            else:
                log.exception("handler_failed", update=_number(job), tries=job.tries + 1)
                limit = MISTAKES
        job.tries += 1
        rest = min(LONGEST_REST, FIRST_REST * 2.0**job.tries)
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
        chat = await self._chat(event)
        if chat is not None:
            event = await self._meant(event, chat)
        seen: Seen | None = None
        actions: Sequence[Action] = ()
        if chat is None:
            self._settle(row)
        elif isinstance(event, MessageSeen | PicturesRead | PortraitSeen | NameSeen) and self._is_talk(event):
            seen = await self._glance(event, chat)
            again = await self._to_be_worded(event, chat, seen)
            if again:
                row = None
            if seen is not None:
                actions = await self._in_time(seen, chat, self._transact(seen, chat, row, job.letter))
            elif isinstance(event, PortraitSeen):
                actions = await self._portrayed(event, chat)
            else:
                self._settle(row)
            if isinstance(event, MessageSeen | PicturesRead):
                await self._look_at_poster(event, chat, job, dealt=seen is not None)
            if again and isinstance(event, PicturesRead):
                self._read_words(event, job)
        else:
            await self._prepare(event, chat)
            actions = await self._transact(event, chat, row, job.letter)
            if isinstance(event, MemberChanged) and chat.place.kind is ChatKind.GROUP:
                await self._look_at_newcomer(event, chat)
        if chat is not None and isinstance(event, MessageSeen | MemberChanged | NameSeen):
            await self._look_at_name(event, chat)
        if isinstance(event, MessageSeen) and event.pictures:
            self._look(event, job)
        if self.observer is not None:
            self.observer(event, seen, actions, (time.perf_counter() - began) * 1000)

    def _is_talk(self, event: MessageSeen | PicturesRead | PortraitSeen | NameSeen) -> bool:
        """Whether it is said in a group and not to the bot, or tells of somebody there. What only looks like a
        command is talk: a scammer may begin with a slash.
        """
        if isinstance(event, PortraitSeen | NameSeen):
            return True
        seen = event.seen if isinstance(event, PicturesRead) else event
        if seen.place.kind is not ChatKind.GROUP or seen.addressed:
            return False
        username = self.selves[seen.place.platform].username
        return isinstance(event, PicturesRead) or commands.parse(seen.message.text, username) is None

    async def _in_time(
        self, seen: Seen, chat: Chat, recording: Coroutine[None, None, Sequence[Action]]
    ) -> Sequence[Action]:
        """An alarm that is not recorded soon leaves without a record."""
        task = asyncio.ensure_future(recording)
        try:
            await asyncio.wait({task}, timeout=PATIENCE)
        except asyncio.CancelledError:
            task.cancel()
            raise
        if not task.done() or trouble(task.exception()) is not None:
            await self.emergency.speak(seen, chat)
        return await task

    async def _meant(self, event: Event, chat: Chat) -> Event:
        """A reply that stands for a button, where there are none."""
        if not isinstance(event, MessageSeen) or self.platforms[chat.place.platform].abilities.buttons:
            return event
        if chat.place.kind is ChatKind.GROUP and event.message.reply_to is None and not event.addressed:
            return event
        async with self.db.read() as tx:
            return await substitutes.meant(tx, event, chat) or event

    def _settle(self, row: int | None) -> None:
        if row is not None:
            self.inbox.settle(row)

    def _look(self, event: MessageSeen, job: Job) -> None:
        """In private a picture was sent to be checked: one answer, when all of it was read."""
        private = event.place.kind is ChatKind.PRIVATE
        self.gallery.begin(event, partial(self._come_back, event.place, job), words=private)

    def _read_words(self, event: PicturesRead, job: Job) -> None:
        self.gallery.read_words(event, partial(self._come_back, event.seen.place, job))

    def _come_back(self, place: Place, job: Job, read: PicturesRead) -> None:
        self.lanes.put((place.platform, place.address), Job(job.platform, job.letter, read))

    async def _to_be_worded(
        self, event: MessageSeen | PicturesRead | PortraitSeen | NameSeen, chat: Chat, seen: Seen | None
    ) -> bool:
        """Whether the words in pictures are to be read too, now that what their codes say has been judged."""
        if not isinstance(event, PicturesRead) or event.worded or not self.gallery.reads_words:
            return False
        group = self.groups.known(chat) or await self.groups.of(chat)
        level = Level.CLEAR if seen is None else seen.verdict.level
        return reading.worth_reading(event, chat, group, self.memory, level)

    async def _look_at_poster(
        self, event: MessageSeen | PicturesRead, chat: Chat, job: Job, *, dealt: bool
    ) -> None:
        """Text speaks first; what its sender's picture adds comes back as an event of its own."""
        group = self.groups.known(chat) or await self.groups.of(chat)
        urgent = portraits.urgency(event, chat, group, self.memory, dealt)
        if urgent is not None:
            said = event.seen if isinstance(event, PicturesRead) else event
            self.posters.seek(
                Sought(said.place, said.message.sender, said.at, event, self._returned), urgent=urgent
            )

    async def _look_at_newcomer(self, event: MemberChanged, chat: Chat) -> None:
        if event.before in _INSIDE or event.after not in _INSIDE:
            return
        if portraits.newcomer(event, await self.groups.of(chat)):
            self.posters.seek(Sought(event.place, event.person, event.at, None, self._returned), urgent=False)

    async def _look_at_name(self, event: MessageSeen | MemberChanged | NameSeen, chat: Chat) -> None:
        """A protected person under a new name: their group's admins are asked."""
        if chat.place.kind is ChatKind.GROUP:
            group = self.groups.known(chat) or await self.groups.of(chat)
            renamed = changes.noticed(event, chat, group, self.memory)
            if renamed is not None:
                await self._transact(renamed, chat, None, None)

    def _returned(self, event: PortraitSeen) -> None:
        lane = (event.place.platform, event.place.address)
        self.lanes.put(lane, Job(event.place.platform, event=event))

    async def _portrayed(self, event: PortraitSeen, chat: Chat) -> Sequence[Action]:
        """A picture of somebody who has said nothing: mostly there is nothing to tell anybody."""
        group = await self.groups.of(chat)
        if event.said is not None or portraits.worn(event, group) is None:
            return ()
        return await self._transact(event, chat, None, None)

    async def _chat(self, event: Event) -> Chat | None:
        if isinstance(event, TimerDue):
            return await self.directory.get(event.chat) if event.chat is not None else None
        if isinstance(event, ChatMoved):
            return await self._moved(event)
        if isinstance(event, AccountsJoined):
            await self.joining.join(event, self.platforms[event.platform])
            return None
        if isinstance(event, PollCounted):
            return await self._asked(event)
        place = event.seen.place if isinstance(event, PicturesRead) else event.place
        chat, new = await self.directory.at(place)
        if new:
            await self._welcome(chat, told_of=isinstance(event, BotChanged), speaks=_speaks(event))
        return chat

    async def _asked(self, event: PollCounted) -> Chat | None:
        async with self.db.read() as tx:
            number = await quizzes.chat_of(tx, event.poll)
        return await self.directory.get(number) if number is not None else None

    async def _welcome(self, chat: Chat, *, told_of: bool, speaks: str) -> None:
        """A chat nobody knew: it begins with the operator's language unless its owner's phone
        speaks another of ours, a group also with its admins."""
        if self.language != LANGUAGES[0] and not speaks:
            async with self.db.transaction() as tx:
                await settings.choose(tx, chat.id, "language", self.language)
        if chat.place.kind is ChatKind.GROUP and not told_of:
            # Who hears a group is in it, even while the platform will not say more.
            async with self.db.transaction() as tx:
                await chats.set_access(tx, chat.id, Membership.MEMBER, frozenset())
                await teaching.plan(tx, chat.id, await settings.load(tx, chat.id), self.clock.now())
            await self.keepers.ask(chat, rights_too=True)

    async def _moved(self, event: ChatMoved) -> Chat | None:
        """Both the old and the new group tell of a move; the second time there is nothing left to do."""
        old = await self.directory.find(event.old)
        if old is None:
            return (await self.directory.at(event.new))[0]
        moved = await self.directory.move(old.id, event.new.platform, event.new.address)
        self.groups.forget([old.id])
        return moved

    async def _glance(
        self, event: MessageSeen | PicturesRead | PortraitSeen | NameSeen, chat: Chat
    ) -> Seen | None:
        group = self.groups.known(chat) or await self.groups.of(chat)
        if not self.memory.knows(chat.id):
            async with self.db.read() as tx:
                await self.memory.load(tx, chat.id)
        return messages.glance(event, chat, group, self.memory, self.clock.now())

    async def _prepare(self, event: Event, chat: Chat) -> None:
        """Ask the platform who the admins are when this event may have changed it."""
        if chat.place.kind is not ChatKind.GROUP:
            return
        if isinstance(event, BotChanged):
            changed = event.after in _INSIDE
        elif isinstance(event, MemberChanged):
            changed = event.before in _ADMIN or event.after in _ADMIN
        else:
            changed = isinstance(event, ChatMoved)
        if changed:
            await self.keepers.ask(chat)

    async def _transact(
        self, subject: Event | Seen, chat: Chat, row: int | None, letter: Letter | None
    ) -> Sequence[Action]:
        """Handler's writes, actions and "done": together or not at all."""
        touched = {chat.id}
        warns = isinstance(subject, Seen) and subject.verdict.level >= Level.CAUTION
        async with self.db.transaction(urgent=warns) as tx:
            here = await self._here(tx, chat, touched)
            actions: Sequence[Action] = ()
            if await self._still_due(tx, subject):
                actions = await self.routes[type(subject)](subject, here)
                actions = _as_said_there(subject, chat, actions)
                await self._note(tx, subject, chat)
                await outbox.put(tx, actions, here.now, moment(letter.received_at) if letter else None)
            if row is not None:
                await self.inbox.finish(tx, row)
            self.groups.forget(touched)
        self.groups.forget(touched)
        if not isinstance(subject, Seen):
            # A command, a button, a promotion: somebody may have been put under protection.
            for number in touched:
                if number != chat.id or chat.place.kind is ChatKind.GROUP:
                    self.sitters.changed(number)
        if actions:
            self.delivery.wake()
            log.info("answered", update=letter and letter.update_id, keys=[action.key for action in actions])
        return actions

    async def _here(self, tx: AsyncConnection, chat: Chat, touched: set[int]) -> Here:
        async def group_of(number: int) -> Group | None:
            other = await chats.get(tx, number)
            if other is None or other.place.kind is not ChatKind.GROUP:
                return None
            touched.add(number)
            return await self.groups.within(tx, other)

        is_group = chat.place.kind is ChatKind.GROUP
        return Here(
            chat=chat,
            group=await self.groups.within(tx, chat) if is_group else None,
            tx=tx,
            now=self.clock.now(),
            me=self.selves[chat.place.platform],
            mark=self.mark,
            group_of=group_of,
            memory=self.memory,
            places=self.places,
            operators=self.operators,
        )

    async def _still_due(self, tx: AsyncConnection, subject: Event | Seen) -> bool:
        return not isinstance(subject, TimerDue) or await due.claim(tx, subject.timer, subject.due)

    async def _note(self, tx: AsyncConnection, subject: Event | Seen, chat: Chat) -> None:
        """What the bot may do in a chat; noted last, so that its handler still saw what was before."""
        if isinstance(subject, BotChanged):
            await chats.set_access(tx, chat.id, subject.after, subject.rights)
            if chat.place.kind is ChatKind.PRIVATE:
                await chats.set_reachable(tx, chat.id, subject.after in _INSIDE)
        elif isinstance(subject, MessageSeen) and chat.place.kind is ChatKind.PRIVATE:
            await chats.set_reachable(tx, chat.id, True)


def _as_said_there(subject: Event | Seen, chat: Chat, actions: Sequence[Action]) -> Sequence[Action]:
    """A moved group counts its messages anew: what was said before cannot be replied to where it is now."""
    event = subject.event if isinstance(subject, Seen) else subject
    place = getattr(event, "place", None)
    if not isinstance(place, Place) or place.address == chat.place.address:
        return actions
    return [replace(one, reply_to=None) if isinstance(one, Say) else one for one in actions]


def _speaks(event: Event) -> str:
    return event.language if isinstance(event, MessageSeen) else ""


def _number(job: Job) -> str:
    return job.letter.update_id if job.letter else type(job.event).__name__
