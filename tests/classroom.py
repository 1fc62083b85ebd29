"""A guarded class group in memory and a database of its own: people speak, join and press; what the bot does is kept."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import outbox
from bot.abilities import Right, Self
from bot.actions import Action, Say
from bot.events import ButtonPressed, Event, Membership, MessageSeen, Picture, PicturesRead
from bot.places import Chat, ChatKind, Place
from bot.store import admins, chats, incidents, roster, settings, subscriptions
from bot.store.admins import Admin
from bot.store.db import Database
from bot.store.incidents import Incident
from bot.store.moments import milliseconds
from handlers import ROUTES, loading, messages
from handlers.group import Group
from handlers.here import Here
from handlers.memory import Memory
from handlers.seen import Seen
from patterns.model import Attachment, AttachmentKind, Person, Protected, Role
from patterns.model import Message as Spoken
from tests.fakes import GROUP, START

ME = Self(id="999", name="班级卫士", username="guard_bot")
TEACHER = Person("10", "王丽老师", role=Role.ADMIN)
HEAD = Person("11", "李校长", role=Role.OWNER)
PARENT = Person("20", "小雨妈妈")
OTHER_PARENT = Person("21", "浩浩爸爸")
CLONE = Person("66", "王丽老师")
CODE = Attachment(AttachmentKind.QR, "wxp://f2f0abcdefghijklmnopqrstuvwxyz0123456789")
OTHER_CODE = Attachment(AttachmentKind.QR, "wxp://f2f0zyxwvutsrqponmlkjihgfedcba9876543210")
BARE = Attachment(AttachmentKind.IMAGE)
FEE = "各位家长，资料费86.5元，请今天中午前扫码缴费，交完发截图。"
EVERYTHING = frozenset(Right)


def mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


@dataclass
class Classroom:
    """`said` is everything the bot did, in order; an action whose key was used before counts as not done."""

    db: Database
    chat: Chat
    memory: Memory
    me: Self = ME
    now: datetime = START
    said: list[Action] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    messages: int = 100

    async def group(self) -> Group:
        async with self.db.read() as tx:
            return (await loading.load(tx, {self.chat: self.me}, mark))[self.chat]

    async def says(
        self,
        who: Person,
        text: str,
        *attachments: Attachment,
        edits: str | None = None,
        pictures: Sequence[Picture] = (),
    ) -> list[Action]:
        """Somebody posts or edits; returns what the bot does."""
        return await self.hears(self.message(who, text, *attachments, edits=edits, pictures=pictures))

    def message(
        self,
        who: Person,
        text: str,
        *attachments: Attachment,
        edits: str | None = None,
        pictures: Sequence[Picture] = (),
    ) -> MessageSeen:
        self.messages += 1
        number = edits or str(self.messages)
        spoken = Spoken(number, who, text, attachments=attachments, edit_of=edits)
        return MessageSeen(self.chat.place, spoken, self.now, tuple(pictures))

    async def hears(self, event: MessageSeen | PicturesRead) -> list[Action]:
        """As the app does it: ordinary messages never reach the database."""
        there = await self.group()
        seen = messages.glance(event, self.chat, there, self.memory, self.now)
        return [] if seen is None else await self.answers(seen)

    async def writes(self, who: Person, text: str) -> list[Action]:
        """Somebody writes to the bot in private."""
        chat = await self.private(who)
        place = Place(self.chat.place.platform, who.id, ChatKind.PRIVATE)
        self.messages += 1
        return await self.answers(MessageSeen(place, Spoken(str(self.messages), who, text), self.now), chat)

    async def appeals(self, who: Person, words: str) -> list[Action]:
        """Somebody says in private what a warning about them was."""
        await self.writes(who, "/appeal")
        return await self.writes(who, words)

    async def presses(self, who: Person, data: str, chat: Chat | None = None) -> list[Action]:
        self.messages += 1
        at = chat or self.chat
        pressed = ButtonPressed(at.place, who, f"press{self.messages}", data, "1", self.now)
        return await self.answers(pressed, at)

    async def answers(self, subject: Event | Seen, chat: Chat | None = None) -> list[Action]:
        async with self.here(chat or self.chat) as here:
            done = await ROUTES[type(subject)](subject, here)
            await outbox.put(here.tx, done, self.now)
        new = [action for action in done if action.key not in self.keys]
        self.keys |= {action.key for action in new}
        self.said += new
        return new

    @asynccontextmanager
    async def here(self, at: Chat) -> AsyncIterator[Here]:
        async with self.db.transaction() as tx:
            yield Here(
                chat=at,
                group=(await loading.load(tx, {at: self.me}, mark))[at]
                if at.place.kind is ChatKind.GROUP
                else None,
                tx=tx,
                now=self.now,
                me=self.me,
                mark=mark,
                group_of=lambda number: self._group_of(tx, number),
                memory=self.memory,
            )

    async def _group_of(self, tx: AsyncConnection, number: int) -> Group | None:
        return (
            (await loading.load(tx, {self.chat: self.me}, mark))[self.chat]
            if number == self.chat.id
            else None
        )

    async def incident(self, number: int = 1) -> Incident:
        async with self.db.read() as tx:
            found = await incidents.numbered(tx, self.chat.id, number)
        assert found is not None
        return found

    async def incidents(self) -> int:
        async with self.db.read() as tx:
            number = 0
            while await incidents.numbered(tx, self.chat.id, number + 1) is not None:
                number += 1
            return number

    async def private(self, who: Person) -> Chat:
        async with self.db.transaction() as tx:
            place = Place(self.chat.place.platform, who.id, ChatKind.PRIVATE)
            return (await chats.register(tx, place, milliseconds(self.now)))[0]

    async def subscribes(self, who: Person) -> Chat:
        private = await self.private(who)
        async with self.db.transaction() as tx:
            await subscriptions.subscribe(tx, self.chat.id, who.id, private.id, self.now)
        return private

    async def chooses(self, name: str, value: str) -> None:
        async with self.db.transaction() as tx:
            await settings.choose(tx, self.chat.id, name, value)

    async def may(self, *rights: Right) -> None:
        async with self.db.transaction() as tx:
            await chats.set_access(tx, self.chat.id, Membership.ADMIN, rights)

    def later(self, **by: float) -> None:
        self.now += timedelta(**by)

    def public(self) -> list[Say]:
        """What was posted in the group."""
        return [one for one in self.said if isinstance(one, Say) and one.chat == self.chat.id]

    def private_of(self, chat: Chat) -> list[Say]:
        """What was posted to one person."""
        return [one for one in self.said if isinstance(one, Say) and one.chat == chat.id]


@asynccontextmanager
async def classroom(path: Path, teachers: bool = True) -> AsyncIterator[Classroom]:
    """A teacher and a head who are admins, the bot with every right, the mode as it comes."""
    db = await Database.open(path / "guard.db")
    try:
        async with db.transaction() as tx:
            chat, _ = await chats.register(tx, GROUP, milliseconds(START))
            await chats.set_access(tx, chat.id, Membership.ADMIN, EVERYTHING)
            known = [
                Admin(TEACHER.id, TEACHER.name),
                Admin(HEAD.id, HEAD.name, owner=True, can_restrict=True),
            ]
            await admins.replace(tx, chat.id, known, START)
            for who in (TEACHER, HEAD) if teachers else ():
                person = Protected(who.name, frozenset({who.id}))
                await roster.add(tx, chat.id, person, by=HEAD.id, at=START)
        yield Classroom(db, chat, Memory(mark))
    finally:
        await db.close()
