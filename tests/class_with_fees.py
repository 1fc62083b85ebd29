"""A group in which a fee is written down by one admin and agreed to by another."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from bot.actions import Action
from bot.events import MessageSeen, Picture, PicturesRead
from bot.places import Chat
from handlers import messages
from patterns.model import Attachment, AttachmentKind, Message, Person
from tests.group_chat import (
    ADMIN,
    OWNER,
    GroupChat,
    button,
    group_chat,
)

CODE = "wxp://f2f0SchoolOfficeInvented01"
TEACHER = Person("300", "王丽老师")


@asynccontextmanager
async def class_with_fees(folder: Path) -> AsyncIterator[GroupChat]:
    async with group_chat(folder) as room:
        await room.says(OWNER, "/teacher add", cited=Message("9", TEACHER, "大家好"))
        yield room


async def shows(room: GroupChat, chat: Chat, *payloads: str) -> Sequence[Action]:
    """The admin sends a picture in private; what the bot answers once it was read."""
    bare = Attachment(AttachmentKind.IMAGE)
    message = Message(str(next(room.numbers)), ADMIN, attachments=(bare,))
    event = MessageSeen(chat.place, message, room.now, pictures=(Picture("file", "unique"),))
    await room.sees(event, chat)
    found = tuple(Attachment(AttachmentKind.QR, payload) for payload in payloads) or (bare,)
    async with room.here(chat) as here:
        return await messages.pictured(PicturesRead(event, found), here)


async def written_down(room: GroupChat, private: Chat, what: str = "秋游费") -> Sequence[Action]:
    """Question by question, to the button that asks the other admins."""
    await room.says(ADMIN, "/fee new", chat=private)
    await room.says(ADMIN, what, chat=private)
    await room.says(ADMIN, "86.5元", chat=private)
    asked = await shows(room, private, CODE)
    asked = await room.presses(ADMIN, button(asked, "7天内"), chat=private)
    review = await room.presses(ADMIN, button(asked, "校园缴费平台"), chat=private)
    return await room.presses(ADMIN, button(review, "对，请管理员确认"), chat=private)


async def announced(room: GroupChat, private: Chat, what: str = "秋游费") -> Sequence[Action]:
    asked = await written_down(room, private, what)
    return await room.presses(OWNER, button(asked, "同意"), chat=await room.private(OWNER))
