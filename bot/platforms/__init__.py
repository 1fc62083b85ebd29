"""What the bot expects of a chat platform: read, perform, a few plain questions, and what some tell besides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from bot.abilities import Abilities, Right, Self
from bot.actions import Action, Notice, Say
from bot.events import Event, Picture
from bot.places import ChatKind, Place
from patterns.model import Person


@dataclass(frozen=True, slots=True)
class Posted:
    """A message of the bot's own, as far as the platform needs to know it to change it."""

    message_id: str
    pictured: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of an action: the id of the message it posted, and of the poll in it, if any."""

    message_id: str = ""
    poll: str = ""


@dataclass(frozen=True, slots=True)
class Keeper:
    """An admin of a group, as the platform names them."""

    user: str
    name: str
    owner: bool = False
    can_restrict: bool = False


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a group, as the platform names them; `joined` where it tells."""

    person: Person
    joined: datetime | None = None


class Unreadable(Exception):
    """An update no event can be made of; its text is the reason."""


# Seconds: a token is not mended from one moment to the next.
DENIED = 30.0


class Later(Exception):
    """It was not done and may be tried again: here, or `everywhere`, after so many seconds; 0: the platform itself waits."""

    def __init__(self, seconds: float, *, everywhere: bool = False, reason: str = "") -> None:
        super().__init__(reason or f"asked to wait {seconds:g} s")
        self.seconds = seconds
        self.everywhere = everywhere


class Denied(Later):
    """The platform does not accept the bot's token."""

    def __init__(self, reason: str, seconds: float | None = None) -> None:
        super().__init__(DENIED if seconds is None else seconds, everywhere=True, reason=reason)


class Refused(Exception):
    """It will never be done: the chat is closed to the bot, or the request is wrong."""

    def __init__(self, reason: str, *, unreachable: bool = False) -> None:
        super().__init__(reason)
        self.unreachable = unreachable


class Spent(Refused):
    """Until then the platform lets the bot answer in this chat, and say nothing of its own accord."""

    def __init__(self, reason: str, until: datetime) -> None:
        super().__init__(reason)
        self.until = until


class Moved(Exception):
    """The chat lives on under another address."""

    def __init__(self, address: str) -> None:
        super().__init__("the chat has moved")
        self.address = address


class Unsure(Exception):
    """The answer was lost: it may have been done or not."""


class Platform(Protocol):
    """One chat platform, or one account on it. `read` waits for nobody: it goes by what the update tells and what the
    platform remembers, in memory, of names, titles and messages, and may remember more; everything else talks to
    the network.

    Every call that talks raises only `Later`, `Refused`, `Moved` or `Unsure`. How its updates arrive is one
    of those in `arrivals.py`.

    The ids it gives people never mean anybody on another platform: all but Telegram's begin with a mark of
    the platform's own. A person's private chat has that id as its address, and no group has such an address.
    """

    @property
    def name(self) -> str:
        """Stored with everything that belongs to it; at most 32 characters, the same for ever."""
        ...

    @property
    def remedy(self) -> str:
        """What an operator does when the platform does not accept the bot: the end of a sentence, in English."""
        ...

    @property
    def abilities(self) -> Abilities: ...

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def me(self) -> Self: ...

    def read(self, body: bytes, at: datetime) -> Sequence[Event]:
        """What the update that arrived at this moment tells; nothing if it does not concern us.

        Reading one twice is harmless. Raises `Unreadable`, and nothing else.
        """
        ...

    async def perform(self, action: Action, place: Place, target: Posted | None = None) -> Sent:
        """Do it. `target` is the message an Edit or Recall is about."""
        ...

    async def fetch(self, picture: Picture, limit: int) -> bytes:
        """The bytes of a picture or file of at most `limit` bytes."""
        ...

    async def portrait(self, user: str) -> Picture | None:
        """Somebody's present profile picture; None when they have none or do not show it."""
        ...

    async def admins(self, place: Place) -> tuple[Keeper, ...]: ...

    async def rights(self, place: Place) -> frozenset[Right]: ...

    async def member(self, place: Place, user: str) -> Member | None:
        """Somebody as they are in a group now; None when they are in it no more."""
        ...


@runtime_checkable
class Lists(Platform, Protocol):
    """A platform that tells all members of a group at once."""

    async def everyone(self, place: Place) -> Sequence[Member]: ...


@runtime_checkable
class Belongs(Platform, Protocol):
    """A platform that knows which groups the account is in."""

    def is_in(self, address: str) -> bool | None:
        """None while it was not told."""
        ...


@runtime_checkable
class Hides(Platform, Protocol):
    """A platform that may take what the bot says and show it to nobody."""

    @property
    def silenced(self) -> bool:
        """Whether it does so now, as far as was looked."""
        ...


@runtime_checkable
class Overhears(Platform, Protocol):
    """A platform on which somebody lends the bot their own ears in groups it is not told of otherwise."""

    @property
    def unheard(self) -> frozenset[str]:
        """The titles of the groups in which it has been deaf for longer than it takes to begin again."""
        ...


@runtime_checkable
class Rations(Platform, Protocol):
    """A platform that counts what the bot says of its own accord, and refuses it as `Spent` for a while once it is too much."""

    def spent(self, chats: Mapping[str, datetime]) -> None:
        """What was found out in an earlier life: the addresses of chats, and until when nothing is said there unasked."""
        ...


@runtime_checkable
class Echoes(Platform, Protocol):
    """A platform that tells the bot its own words like anybody's: it knows them by their wording."""

    def spoke(self, say: Say, place: Place) -> None:
        """The bot said this in an earlier life, or began to."""
        ...


@runtime_checkable
class Joins(Platform, Protocol):
    """A platform on which one account goes by several numbers: it tells of them by `AccountsJoined`, and calls people
    by one of them as soon as it has heard back that this is kept.
    """

    def joined(self, accounts: Mapping[str, str]) -> None:
        """Each of these numbers means the account that goes by the other."""
        ...


@runtime_checkable
class Recounts(Platform, Protocol):
    """A platform where the bot's own words can be looked up: what may have been sent need not be said twice."""

    @property
    def numbered_together(self) -> frozenset[ChatKind]:
        """The kinds of chats whose messages are numbered in one row, over all chats of the kind."""
        ...

    def number(self, body: bytes) -> str:
        """The number of the message an update brings, whatever kind of message it is; "" when it brings none."""
        ...

    async def standing(
        self, say: Say | Notice, place: Place, since: datetime, others: Mapping[str, datetime]
    ) -> Sent | None:
        """The message of no longer ago that says this already and is none of the `others`; None when there is
        none, or nobody knows. Those are known to be something else: their numbers, and when they were said or heard.
        Raises nothing.
        """
        ...
