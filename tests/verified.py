"""A class in which somebody may have a second factor: they write to the bot, press, and time passes."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pyotp

from bot.actions import Action, Edit, Say
from bot.events import MessageSeen, TimerDue
from bot.store import chats, due
from bot.store.moments import moment
from patterns.model import Message, Person
from tests.classroom import TEACHER, Classroom, classroom


def said(actions: Sequence[Action]) -> str:
    return "\n".join(getattr(one, "text", "") for one in actions)


def commands_of(actions: Sequence[Action]) -> list[str]:
    shown = [one for one in actions if isinstance(one, Say | Edit)]
    return [button.command for one in shown for row in one.buttons for button in row]


@dataclass
class Guarded:
    """A class in which the teacher may have a second factor; `totp` is the app on their phone."""

    room: Classroom
    totp: pyotp.TOTP | None = None
    spares: tuple[str, ...] = ()

    async def tells(self, who: Person, text: str) -> list[Action]:
        """Somebody writes to the bot in private."""
        private = await self.room.private(who)
        self.room.messages += 1
        message = Message(str(self.room.messages), who, text)
        return await self.room.answers(MessageSeen(private.place, message, self.room.now), private)

    async def says(self, who: Person, text: str, cited: Message | None = None) -> list[Action]:
        """Somebody gives a command in the group."""
        self.room.messages += 1
        message = Message(str(self.room.messages), who, text)
        return await self.room.answers(MessageSeen(self.room.chat.place, message, self.room.now, cited=cited))

    async def presses(self, who: Person, data: str) -> list[Action]:
        return await self.room.presses(who, data, await self.room.private(who))

    def code(self) -> str:
        assert self.totp is not None
        return str(self.totp.at(self.room.now))

    def wrong(self) -> str:
        return str((int(self.code()) + 111_111) % 1_000_000).zfill(6)

    async def sets_up(self, who: Person = TEACHER, days: float = 2) -> None:
        shown = said(await self.tells(who, "/verify setup"))
        secret = re.search(r"<code>([A-Z2-7]+)</code>", shown)
        assert secret is not None
        self.totp = pyotp.TOTP(secret[1])
        codes = said(await self.tells(who, self.code()))
        self.spares = tuple(re.findall(r"<code>(\d{4}-\d{4})</code>", codes))
        await self.waits(days=days)

    async def waits(self, **by: float) -> list[Action]:
        """Time passes and every timer on the way is served."""
        until, done = self.room.now + timedelta(**by), list[Action]()
        while True:
            async with self.room.db.read() as tx:
                waiting = await due.due(tx, until, [self.room.chat.place.platform])
            if not waiting:
                break
            first = waiting[0]
            self.room.now = max(self.room.now, moment(first.due_at))
            done += await self._serves(first)
        self.room.now = until
        return done

    async def _serves(self, timer: due.Due) -> list[Action]:
        async with self.room.db.transaction() as tx:
            await due.claim(tx, timer.timer, moment(timer.due_at))
        event = TimerDue(
            timer.timer, timer.kind, timer.chat, timer.payload, moment(timer.due_at), self.room.now
        )
        if timer.chat == self.room.chat.id:
            return await self.room.answers(event)
        async with self.room.db.read() as tx:
            chat = await chats.get(tx, timer.chat)
        assert chat is not None
        return await self.room.answers(event, chat)

    async def mode(self) -> str:
        return (await self.room.group()).settings["mode"]

    def public(self) -> str:
        """What the group reads at last."""
        shown = [one for one in self.room.said if isinstance(one, Say | Edit)]
        mine = {one.key for one in shown if isinstance(one, Say) and one.chat == self.room.chat.id}
        return [one.text for one in shown if one.key in mine or getattr(one, "target", "") in mine][-1]


@asynccontextmanager
async def verified(folder: Path) -> AsyncIterator[Guarded]:
    async with classroom(folder) as room:
        yield Guarded(room)
