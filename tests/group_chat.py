"""A class group on a real database to talk in: say something, press something, see what the bot would do."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from sqlalchemy import select

from bot.abilities import Right, Self
from bot.actions import Action, Answer, Button, Edit, Say
from bot.config import Config
from bot.events import ButtonPressed, Membership, MessageSeen, PicturesRead, TimerDue
from bot.places import Chat, ChatKind, Place
from bot.store import admins, chats, due, members, settings
from bot.store.admins import Admin
from bot.store.db import Database
from bot.store.members import Known
from bot.store.moments import milliseconds, moment
from bot.store.tables import metadata
from handlers import ROUTES, buttons, commands, loading
from handlers.commands import check
from handlers.group import Group
from handlers.here import Here
from handlers.memory import Memory
from patterns.model import Message, Person, Role, Station

OWNER = Person("100", "陈主任", "chen", role=Role.OWNER)
ADMIN = Person("101", "王丽老师", "wangli", role=Role.ADMIN)
PARENT = Person("201", "小雨妈妈")
STRANGER = Person("666", "路人甲")
NOBODY_IN_PARTICULAR = Person("1087968824", "Group", station=Station.ANONYMOUS_ADMIN)
LINKED_CHANNEL = Person("777000", "Channel", station=Station.LINKED_CHANNEL)

ME = Self("42", "班级卫士", "ourbot", private_link="https://t.example/ourbot?start={payload}")
# A Wednesday, noon in Shanghai.
NOON = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)


def mark(text: str) -> str:
    return hashlib.sha256(f"key:{text}".encode("utf-8", "replace")).hexdigest()[:32]


async def rows_with(room: GroupChat, *needles: str) -> dict[str, int]:
    """In how many rows of which table any of these stands, on whichever database."""
    found: dict[str, int] = {}
    async with room.db.read() as tx:
        for table in metadata.sorted_tables:
            for row in await tx.execute(select(table)):
                if any(needle in str(value) for value in row for needle in needles):
                    found[table.name] = found.get(table.name, 0) + 1
    return found


@dataclass(slots=True)
class GroupChat:
    db: Database
    chat: Chat
    me: Self = ME
    now: datetime = NOON
    memory: Memory = field(default_factory=lambda: Memory(mark))
    numbers: count[int] = field(default_factory=lambda: count(1000))

    @asynccontextmanager
    async def here(self, chat: Chat | None = None) -> AsyncIterator[Here]:
        chat = chat or self.chat
        async with self.db.transaction() as tx:

            async def group_of(number: int) -> Group | None:
                other = await chats.get(tx, number)
                if other is None or other.place.kind is not ChatKind.GROUP:
                    return None
                return (await loading.load(tx, {other: self.me}, mark))[other]

            group = await group_of(chat.id)
            yield Here(chat, group, tx, self.now, self.me, mark, group_of, self.memory)

    async def says(
        self,
        person: Person,
        text: str,
        cited: Message | None = None,
        chat: Chat | None = None,
        message_id: str = "",
        **more: object,
    ) -> list[Action]:
        """What the bot does about a message in the group, or in another chat."""
        chat = chat or self.chat
        message = Message(id=message_id or str(next(self.numbers)), sender=person, text=text)
        event = MessageSeen(chat.place, message, self.now, cited=cited)
        return await self.sees(replace(event, **more), chat)  # type: ignore[arg-type]

    async def sees(self, event: MessageSeen, chat: Chat | None = None) -> list[Action]:
        async with self.here(chat) as here:
            return await commands.heard(event, here)

    async def has_read(self, event: PicturesRead, chat: Chat) -> list[Action]:
        async with self.here(chat) as here:
            return await check.pictures(event, here)

    async def presses(
        self, person: Person, data: str, chat: Chat | None = None, message_id: str = "1"
    ) -> list[Action]:
        chat = chat or self.chat
        event = ButtonPressed(chat.place, person, str(next(self.numbers)), data, message_id, self.now)
        async with self.here(chat) as here:
            return await buttons.pressed(event, here)

    async def group(self) -> Group:
        async with self.here() as here:
            assert here.group is not None
            return here.group

    async def chooses(self, name: str, value: str) -> None:
        async with self.db.transaction() as tx:
            await settings.choose(tx, self.chat.id, name, value)

    async def private(self, person: Person) -> Chat:
        """The private chat of somebody who pressed start."""
        place = Place(self.chat.place.platform, person.id, ChatKind.PRIVATE)
        async with self.db.transaction() as tx:
            chat, _ = await chats.register(tx, place, milliseconds(self.now))
            await chats.set_access(tx, chat.id, Membership.MEMBER, frozenset())
        return chat

    async def another(self, title: str, keepers: Sequence[Person] = ()) -> Chat:
        """One more group with the bot in it."""
        return await _open(self.db, title, f"-{next(self.numbers)}", keepers, self.now)

    async def heard_before(self, person: Person) -> None:
        """Somebody spoke in the group on an earlier day."""
        then = milliseconds(self.now - timedelta(days=3))
        async with self.db.transaction() as tx:
            await members.note(tx, [Known(self.chat.id, mark(person.id), then, then, then, 1, "", None)])

    async def strikes(self, until: datetime) -> list[tuple[datetime, Action]]:
        """Let time pass and serve every timer on the way, as the clock does."""
        done: list[tuple[datetime, Action]] = []
        while self.now < until:
            async with self.here() as here:
                waiting = await due.due(here.tx, until, [self.chat.place.platform])
            if not waiting:
                break
            first = waiting[0]
            self.now = max(self.now, moment(first.due_at))
            done += [(self.now, action) for action in await self.serves(first)]
        self.now = until
        return done

    async def serves(self, timer: due.Due) -> list[Action]:
        event = TimerDue(timer.timer, timer.kind, timer.chat, timer.payload, moment(timer.due_at), self.now)
        async with self.db.read() as tx:
            chat = await chats.get(tx, timer.chat)
        async with self.here(chat) as here:
            if not await due.claim(here.tx, timer.timer, event.due):
                return []
            return list(await ROUTES[TimerDue](event, here))


@asynccontextmanager
async def group_chat(path: Path) -> AsyncIterator[GroupChat]:
    db = await Database.open(Config.model_validate({"data": path}).database_url)
    try:
        yield GroupChat(db, await _open(db, "三(2)班家长群", "-1", (OWNER, ADMIN), NOON))
    finally:
        await db.close()


async def _open(db: Database, title: str, address: str, keepers: Sequence[Person], now: datetime) -> Chat:
    async with db.transaction() as tx:
        chat, _ = await chats.register(
            tx, Place("telegram", address, ChatKind.GROUP, title), milliseconds(now)
        )
        await chats.set_access(tx, chat.id, Membership.ADMIN, frozenset(Right))
        told = [Admin(one.id, one.name, one.role is Role.OWNER, True) for one in keepers]
        told.append(Admin(ME.id, ME.name))
        await admins.replace(tx, chat.id, told, now)
    return chat


def said(actions: Sequence[Action]) -> str:
    """Everything a person would read, in order."""
    return "\n".join(one.text for one in actions if isinstance(one, Say | Edit | Answer) and one.text)


def offered(actions: Sequence[Action]) -> list[Button]:
    """All buttons shown."""
    shown = (one for one in actions if isinstance(one, Say | Edit))
    return [button for one in shown for row in one.buttons for button in row]


def button(actions: Sequence[Action], label: str) -> str:
    """The command behind the button whose label holds these words."""
    return next(one.command for one in offered(actions) if label in one.label)
