"""A platform in memory, a clock that stands still, and a database of one's own: for tests without a network."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.abilities import Abilities, Right, Self
from bot.actions import Action, Say
from bot.events import Event, MessageSeen, Picture
from bot.places import ChatKind, Place
from bot.platforms import Keeper, Member, Posted, Refused, Sent, Unreadable
from bot.platforms.arrivals import Batch, Raw
from patterns.model import Message, Person

START = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
GROUP = Place("fake", "-100", ChatKind.GROUP, "三(2)班家长群")
OTHER = Place("fake", "-200", ChatKind.GROUP, "三(3)班家长群")
PRIVATE = Place("fake", "7", ChatKind.PRIVATE, "王丽")


class StillClock:
    """Time moves only when told to."""

    def __init__(self, now: datetime = START) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def advance(self, **by: float) -> None:
        self._now += timedelta(**by)


@dataclass
class Performed:
    action: Action
    place: Place
    target: Posted | None


@dataclass
class FakePlatform:
    """Hands out what is put into `updates`, keeps what it was asked to do, fails as told.

    An update's body is JSON: `{"chat": "-100", "text": "..."}`; `{"broken": true}` cannot be read.
    """

    name: str = "fake"
    remedy: str = "copy the token again from @BotFather"
    silenced: bool = False
    abilities: Abilities = field(default_factory=Abilities)
    performed: list[Performed] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)
    poll_failures: list[Exception] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    portraits: dict[str, str] = field(default_factory=dict)
    portrait_failures: list[Exception] = field(default_factory=list)
    keepers: tuple[Keeper, ...] = ()
    keeper_failures: list[Exception] = field(default_factory=list)
    members: dict[str, Member] = field(default_factory=dict)
    member_failures: list[Exception] = field(default_factory=list)
    cursors: list[str | None] = field(default_factory=list)
    before_perform: Callable[[Action], Any] | None = None

    def __post_init__(self) -> None:
        self._updates: list[Raw] = []
        self._arrived = asyncio.Event()
        self._numbers = 0

    def deliver(self, chat: str = "-100", **content: Any) -> Raw:
        """An update arrives at the platform."""
        self._numbers += 1
        raw = raw_update(self._numbers, chat, **content)
        self._updates.append(raw)
        self._arrived.set()
        return raw

    async def start(self) -> None:
        return None

    async def stop(self) -> None:
        return None

    async def me(self) -> Self:
        return Self("1", "守护", "guard_bot")

    async def poll(self, cursor: str | None) -> Batch:
        self.cursors.append(cursor)
        if self.poll_failures:
            raise self.poll_failures.pop(0)
        confirmed = int(cursor or 0)
        self._updates = [raw for raw in self._updates if int(raw.update_id) >= confirmed]
        if not self._updates:
            self._arrived.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._arrived.wait(), 0.02)
        if not self._updates:
            return Batch((), cursor or "")
        raws = tuple(self._updates[:100])
        return Batch(raws, str(int(raws[-1].update_id) + 1))

    def read(self, body: bytes, at: datetime) -> Sequence[Event]:
        content = json.loads(body)
        if content.get("broken"):
            raise Unreadable("it is broken")
        return [] if content.get("foreign") else [message_event(at=at, **content)]

    async def perform(self, action: Action, place: Place, target: Posted | None = None) -> Sent:
        if self.before_perform is not None:
            await self.before_perform(action)
        if self.failures:
            raise self.failures.pop(0)
        self.performed.append(Performed(action, place, target))
        return Sent(f"m{len(self.performed)}") if isinstance(action, Say) else Sent()

    async def fetch(self, picture: Picture, limit: int) -> bytes:
        if picture.file_id not in self.files:
            raise Refused("the file is gone")
        return self.files[picture.file_id]

    async def portrait(self, user: str) -> Picture | None:
        if self.portrait_failures:
            raise self.portrait_failures.pop(0)
        picture = self.portraits.get(user)
        return None if picture is None else Picture(picture, picture)

    async def admins(self, place: Place) -> tuple[Keeper, ...]:
        if self.keeper_failures:
            raise self.keeper_failures.pop(0)
        return self.keepers

    async def rights(self, place: Place) -> frozenset[Right]:
        return frozenset(Right)

    async def member(self, place: Place, user: str) -> Member | None:
        if self.member_failures:
            raise self.member_failures.pop(0)
        return self.members.get(user)

    def said(self) -> list[str]:
        """The texts posted, in order."""
        return [one.action.text for one in self.performed if isinstance(one.action, Say)]


def raw_update(number: int, chat: str = "-100", **content: Any) -> Raw:
    body = {"chat": chat, "number": number, **content}
    return Raw(str(number), chat, json.dumps(body).encode())


def message_event(
    *, chat: str = "-100", number: int = 1, text: str = "", at: datetime = START, **content: Any
) -> MessageSeen:
    private = not chat.startswith("-")
    kind = ChatKind.PRIVATE if private else ChatKind.GROUP
    sender = Person(content.get("sender", "50"), content.get("name", "小明妈妈"))
    pictures = tuple(Picture(name, name) for name in content.get("pictures", ()))
    place = Place("fake", chat, kind, "王丽" if private else "三(2)班家长群")
    return MessageSeen(place, Message(str(number), sender, text), at, pictures)


async def until(condition: Callable[[], object], seconds: float = 5.0) -> None:
    """Wait for something that happens on its own; fail when it does not."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.005)
