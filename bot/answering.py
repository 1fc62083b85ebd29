"""The one transaction: a handler's writes, its actions, and that its update is done, together or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import outbox
from bot.abilities import Self
from bot.actions import Action, Say
from bot.clock import Clock
from bot.delivery import Delivery
from bot.emergency import PATIENCE, Emergency
from bot.events import BotChanged, Event, MessageSeen, TimerDue
from bot.groups import Groups
from bot.inbox import Inbox, Letter
from bot.places import Chat, ChatKind, Place
from bot.portraits.sitters import Sitters
from bot.store import chats, due
from bot.store.db import Database
from bot.store.moments import moment
from bot.store.trouble import trouble
from bot.texts.rescue import Places
from handlers.group import Group
from handlers.here import Here
from handlers.memory import Memory
from handlers.seen import Seen
from patterns.model import Level

log = structlog.get_logger(__name__)

Handler = Callable[[Any, Here], Awaitable[Sequence[Action]]]


@dataclass(frozen=True, slots=True)
class Answering:
    db: Database
    clock: Clock
    selves: Mapping[str, Self]
    inbox: Inbox
    groups: Groups
    memory: Memory
    sitters: Sitters
    delivery: Delivery
    emergency: Emergency
    routes: Mapping[type, Handler]
    mark: Callable[[str], str]
    places: Places
    operators: Sequence[Place]

    async def in_time(
        self, seen: Seen, chat: Chat, row: int | None, letter: Letter | None
    ) -> Sequence[Action]:
        """As `answer`; an alarm that is not recorded soon leaves without a record."""
        task = asyncio.ensure_future(self.answer(seen, chat, row, letter))
        try:
            await asyncio.wait({task}, timeout=PATIENCE)
        except asyncio.CancelledError:
            task.cancel()
            raise
        if not task.done() or trouble(task.exception()) is not None:
            await self.emergency.speak(seen, chat)
        return await task

    async def answer(
        self, subject: Event | Seen, chat: Chat, row: int | None, letter: Letter | None
    ) -> Sequence[Action]:
        """All its handler has to say, queued. `row` is the update that is done with it, `letter` the one it came in."""
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
                await chats.set_reachable(tx, chat.id, subject.after.inside)
        elif isinstance(subject, MessageSeen) and chat.place.kind is ChatKind.PRIVATE:
            await chats.set_reachable(tx, chat.id, True)


def _as_said_there(subject: Event | Seen, chat: Chat, actions: Sequence[Action]) -> Sequence[Action]:
    """A moved group counts its messages anew: what was said before cannot be replied to where it is now."""
    event = subject.event if isinstance(subject, Seen) else subject
    place = getattr(event, "place", None)
    if not isinstance(place, Place) or place.address == chat.place.address:
        return actions
    return [replace(one, reply_to=None) if isinstance(one, Say) else one for one in actions]
