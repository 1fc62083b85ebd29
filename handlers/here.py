"""What a handler may know and touch while it answers one event."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.abilities import Self
from bot.places import Chat, Place
from bot.texts.rescue import Places, places
from handlers.group import Group
from handlers.memory import Memory
from patterns.model import Person, Station


@dataclass(frozen=True, slots=True)
class Here:
    """`tx` is the transaction in which the event is handled: what is written through it, the returned
    actions and the event's own "done" are committed together or not at all.

    `group` is None in a private chat; `group_of` loads any other group by its number.
    `mark` keys a text (HMAC): what must be recognised later without being kept. `memory` is what is
    remembered without the database; a rolled-back transaction does not undo what was noted there.
    `operators` are the private chats of whoever runs the guard; `places` are the help-lines for whoever has paid, by place.
    """

    chat: Chat
    group: Group | None
    tx: AsyncConnection
    now: datetime
    me: Self
    mark: Callable[[str], str]
    group_of: Callable[[int], Awaitable[Group | None]]
    memory: Memory
    places: Places = field(default_factory=places)
    operators: Collection[Place] = ()

    def operated_by(self, person: Person) -> bool:
        """Whether this is the operator's own account, named in the configuration."""
        named = {(one.platform, one.address) for one in self.operators}
        return person.station is Station.USER and (self.chat.place.platform, person.id) in named
