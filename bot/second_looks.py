"""What is looked at once the text has spoken, and comes back as an event of its own: pictures, names, faces."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.abilities import Self
from bot.events import Event, MemberChanged, MessageSeen, NameSeen, PersonRenamed, PicturesRead, PortraitSeen
from bot.gallery import Gallery
from bot.groups import Groups
from bot.places import Chat, ChatKind
from bot.portraits.posters import Posters, Sought
from handlers import changes, portraits, quoting, reading
from handlers.memory import Memory
from handlers.seen import Seen
from patterns.model import Level


@dataclass(frozen=True, slots=True)
class SecondLooks:
    """`seen` is called with every profile picture that was looked at."""

    groups: Groups
    memory: Memory
    gallery: Gallery
    posters: Posters
    seen: Callable[[PortraitSeen], None]

    def at_pictures(self, event: MessageSeen, back: Callable[[PicturesRead], None]) -> None:
        """In private a picture was sent to be checked: one answer, when all of it was read."""
        self.gallery.begin(event, back, words=event.place.kind is ChatKind.PRIVATE)

    def first(self, event: Event, me: Self, back: Callable[[PicturesRead], None]) -> bool:
        """Whether it asks about pictures it quotes: those are looked at now, and it is answered once they were."""
        if not isinstance(event, MessageSeen) or (cited := quoting.asked_about(event, me)) is None:
            return False
        self.gallery.begin(cited, lambda read: back(replace(read, asked=event)), words=True)
        return True

    async def wants_words(
        self, event: MessageSeen | PicturesRead | PortraitSeen | NameSeen, chat: Chat, seen: Seen | None
    ) -> bool:
        """Whether the words in pictures are to be read too, now that what their codes say has been judged."""
        if not isinstance(event, PicturesRead) or event.worded or not self.gallery.reads_words:
            return False
        group = self.groups.known(chat) or await self.groups.of(chat)
        level = Level.CLEAR if seen is None else seen.verdict.level
        return reading.worth_reading(event, chat, group, self.memory, level)

    async def at_poster(self, event: MessageSeen | PicturesRead, chat: Chat, *, dealt: bool) -> None:
        """Text speaks first; what its sender's picture adds comes back as an event of its own."""
        group = self.groups.known(chat) or await self.groups.of(chat)
        urgent = portraits.urgency(event, chat, group, self.memory, dealt)
        if urgent is not None:
            said = event.seen if isinstance(event, PicturesRead) else event
            sought = Sought(said.place, said.message.sender, said.at, event, self.seen)
            self.posters.seek(sought, urgent=urgent)

    async def renamed(
        self, event: MessageSeen | MemberChanged | NameSeen, chat: Chat
    ) -> PersonRenamed | None:
        """A protected person under a new name: their group's admins are asked."""
        if chat.place.kind is not ChatKind.GROUP:
            return None
        group = self.groups.known(chat) or await self.groups.of(chat)
        return changes.noticed(event, chat, group, self.memory)

    async def at_newcomer(self, event: MemberChanged, chat: Chat) -> None:
        if event.before.inside or not event.after.inside:
            return
        if portraits.newcomer(event, await self.groups.of(chat)):
            self.posters.seek(Sought(event.place, event.person, event.at, None, self.seen), urgent=False)
