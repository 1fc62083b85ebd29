"""A platform's updates as they come, and the ways they may come: asked for, over a connection, brought to us."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from bot.platforms import Platform


@dataclass(frozen=True, slots=True)
class Raw:
    """One update as it came. `lane` is what it must stay in order with: usually its chat."""

    update_id: str
    lane: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Batch:
    """Updates fetched together; `cursor`, once stored, is what the next poll confirms them with.

    `full`: there may be more behind them, which are shown only once these are confirmed.
    """

    raws: tuple[Raw, ...]
    cursor: str
    full: bool = False


@runtime_checkable
class Polled(Platform, Protocol):
    """A platform that is asked for its updates."""

    async def poll(self, cursor: str | None) -> Batch:
        """Wait for updates after `cursor`, confirming those before it."""
        ...


Take = Callable[[Batch], Awaitable[None]]


@runtime_checkable
class Streams(Platform, Protocol):
    """A platform whose updates come over a connection that is kept open."""

    async def listen(self, cursor: str | None, take: Take, beat: Callable[[], None]) -> None:
        """Hand over what comes until the connection ends, and then return or raise.

        `take` returns once the batch is stored and is to be awaited before the next; it never fails.
        What came while the bot was away is fetched first where the platform has such a thing: `cursor` is
        the last one handed over. `beat` is called whenever the other side is known to be alive.
        """
        ...


@runtime_checkable
class Pushes(Platform, Protocol):
    """A platform that can also bring its updates to an address of ours, with a secret in a header."""

    @property
    def secret_header(self) -> str: ...

    async def subscribe(self, url: str, secret: str) -> None:
        """Have updates brought to this address from now on."""
        ...

    async def undelivered(self) -> int:
        """How many updates the platform could not bring lately; 0 while it can."""
        ...

    def pushed(self, body: bytes) -> Batch:
        """What was brought, to be stored and read later; never raises."""
        ...


@runtime_checkable
class Signs(Platform, Protocol):
    """A platform that can also bring its updates to an address of ours and signs each of them."""

    def is_signed(self, headers: Mapping[str, str], body: bytes) -> bool:
        """`headers` by their names in small letters."""
        ...

    def challenged(self, body: bytes) -> bytes | None:
        """What answers the question whether this address is ours; None when that is not asked."""
        ...

    async def brought(self, body: bytes) -> Batch:
        """What was brought, to be stored and read later; never raises."""
        ...

    @property
    def confirmation(self) -> bytes:
        """What tells the platform that it need not bring it again."""
        ...
