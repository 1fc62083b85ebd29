"""Two classes of one school, and what somebody asks in them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from bot import outbox
from bot.abilities import Abilities, Hearing, Right
from bot.actions import Action
from bot.events import Membership
from bot.places import Chat
from bot.store import chats, incidents, schools, settings
from bot.store.schools import Member, School
from handlers import incidents as handling
from handlers import messages
from handlers.schools import listing
from patterns.judge import judge
from patterns.model import Attachment, AttachmentKind, Message, Person, Verdict
from tests.classroom import Classroom
from tests.group_chat import ADMIN, OWNER, GroupChat, group_chat, mark

CODE = Attachment(AttachmentKind.QR, "wxp://f2f0SwindlersInventedCode7")
ASKS = "各位家长，请马上扫码交校服费120元，今晚8点前交齐，交完发截图"
ACCOUNT = "6222021234567890128"
# A school's file begins with it.
HEADER = "kind,name,role,class,aliases,accounts,value\n"


class Two:
    """Two classes of one school; both have the same two admins."""

    def __init__(self, room: GroupChat, other: Chat, school: School) -> None:
        self.room, self.other, self.school = room, other, school

    async def unheard(self, mode: str) -> Chat:
        """A third class, on a platform where the bot hears only what names it."""
        chat = await self.room.another("五(1)班家长群", keepers=(OWNER,))
        async with self.room.db.transaction() as tx:
            await schools.join(tx, self.school.id, chat.id)
            await settings.choose(tx, chat.id, "mode", mode)
            await chats.set_access(tx, chat.id, Membership.MEMBER, frozenset((Right.POST,)))
        self.room.me = replace(self.room.me, abilities=Abilities(hearing=Hearing.MENTION))
        return chat

    async def queues(self, actions: Sequence[Action]) -> None:
        async with self.room.db.transaction() as tx:
            await outbox.put(tx, actions, self.room.now)

    async def lists(self, *people: Member) -> None:
        """The school has these people, a payee and an address."""
        payees = f"payee,,,,,,{ACCOUNT}\ndomain,,,,,,pay.school.example\n"
        found = listing.read((HEADER + payees).encode(), mark, "zh-Hans")
        async with self.room.db.transaction() as tx:
            await schools.replace(tx, self.school.id, people, found.payees, found.hosts)

    async def opened(self, chat: Chat, who: Person, text: str, *attached: Attachment) -> int:
        """Somebody asks in a class; the number of the incident."""
        there = Classroom(self.room.db, chat, self.room.memory, me=self.room.me, now=self.room.now)
        async with self.room.here(chat) as here:
            assert here.group is not None
            event = there.message(who, text, *attached)
            seen = messages.glance(event, chat, here.group, self.room.memory, self.room.now)
            assert seen is not None
            await handling.met(seen, here)
            return (await incidents.ongoing(here.tx, chat.id))[0].id

    async def decides(self, who: Person, word: str, incident: int) -> list[Action]:
        return await self.room.presses(who, f"/{word} #{incident}", chat=await self.room.private(who))

    async def judged(self, chat: Chat, who: Person, text: str, *attached: Attachment) -> Verdict:
        async with self.room.here(chat) as here:
            assert here.group is not None
            return judge(Message("1", who, text, attachments=attached), here.group.context)


@asynccontextmanager
async def two_classes(folder: Path) -> AsyncIterator[Two]:
    async with group_chat(folder) as room:
        other = await room.another("四(1)班家长群", keepers=(OWNER, ADMIN))
        async with room.db.transaction() as tx:
            school = await schools.make(tx, "阳光小学", room.now)
            for chat in (room.chat, other):
                await schools.join(tx, school.id, chat.id)
        yield Two(room, other, school)
