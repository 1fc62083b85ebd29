"""What is remembered in memory only: conversations, and the members' faces between two writes to the database."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import members
from bot.store.members import Known
from bot.store.moments import milliseconds
from handlers.faces import RENAME_MATTERS, Face, Member, Portrait
from handlers.unwritten import Unwritten
from patterns.conversation import EMPTY, Conversation
from patterns.model import Standing

FACES = 100_000
FACES_A_ROOM = 20_000


@dataclass(slots=True)
class Room:
    """One group: its last minutes, who was heard, who is known from before, and how much was said.

    `handles` are the accounts last heard under a username, for "/teacher add @wangli".
    """

    conversation: Conversation = EMPTY
    faces: dict[str, Face] = field(default_factory=dict)
    handles: dict[str, str] = field(default_factory=dict)
    stored: dict[str, Known] = field(default_factory=dict)
    heard: int = 0
    loaded: bool = False


class Memory:
    """Bounded: the groups silent for longest are forgotten first, after what they hold was written down."""

    def __init__(self, mark: Callable[[str], str], faces: int = FACES) -> None:
        self._mark = mark
        self._limit = faces
        self._rooms: OrderedDict[int, Room] = OrderedDict()
        self._size = 0
        self._unwritten = Unwritten(mark)

    @property
    def size(self) -> int:
        """How many members are in mind."""
        return self._size

    def knows(self, chat: int) -> bool:
        """Whether the group's members were read from the database."""
        room = self._rooms.get(chat)
        return room is not None and room.loaded

    async def load(self, tx: AsyncConnection, chats: Collection[int]) -> None:
        """Read what earlier days left; without it nothing breaks, strangers merely look new."""
        unknown = [chat for chat in chats if not self.knows(chat)]
        known = await members.of_each(tx, unknown) if unknown else {}
        for chat in unknown:
            self._recall(self._room(chat), known.get(chat, ()))

    def _recall(self, room: Room, known: Iterable[Known]) -> None:
        room.stored = {one.member_mark: one for one in known}
        room.loaded = True
        for user, face in room.faces.items():
            if (before := room.stored.pop(self._mark(user), None)) is not None:
                face.recall(before)
        self._size += len(room.stored)
        self._shrink()

    def conversation(self, chat: int) -> Conversation:
        return self._room(chat).conversation

    def converse(self, chat: int, conversation: Conversation) -> None:
        self._room(chat).conversation = conversation

    def heard(self, chat: int) -> int:
        """How many messages were heard in this group since it came to mind."""
        return self._room(chat).heard

    def standing(self, chat: int, user: str, now: datetime) -> Standing:
        """What is known about somebody, nothing noted."""
        face = self._room(chat).faces.get(user)
        return Standing() if face is None else face.standing(milliseconds(now))

    def met(self, chat: int, user: str) -> bool:
        """Whether somebody was seen in this group before, by name or by fingerprint."""
        room = self._room(chat)
        return user in room.faces or (bool(room.stored) and self._mark(user) in room.stored)

    def members(self, chat: int) -> tuple[tuple[Member, ...], int]:
        """Those of a group whose names are in mind, and how many more are known by their fingerprints only."""
        room = self._room(chat)
        named = tuple(
            Member(user, face.name, face.joined, face.first, face.messages)
            for user, face in room.faces.items()
            if face.name
        )
        return named, len(room.stored) + len(room.faces) - len(named)

    def called(self, chat: int, username: str) -> tuple[str, str] | None:
        """Account and name of whoever was last heard under a username since the bot started."""
        room = self._room(chat)
        user = room.handles.get(username.casefold(), "")
        face = room.faces.get(user)
        return None if face is None else (user, face.name)

    def portrayed(self, chat: int, user: str, portrait: str, at: datetime) -> None:
        """Note what somebody's profile picture looks like, empty when there is none."""
        face = self._room(chat).faces.get(user)
        if face is not None:
            face.portrayed_as(portrait, milliseconds(at))

    def portrait(self, chat: int, user: str, now: datetime) -> Portrait | None:
        """What somebody's profile picture looked like when it was last seen, if that was not long ago."""
        face = self._room(chat).faces.get(user)
        return None if face is None else face.picture(milliseconds(now))

    def hear(
        self,
        chat: int,
        user: str,
        name: str,
        at: datetime,
        counts: bool = True,
        username: str = "",
        joined: datetime | None = None,
    ) -> Standing:
        """Note that somebody spoke under this name; the standing is theirs before this message.

        `joined` is when they came in, as the platform tells; where nobody saw them come it is believed.
        """
        room, moment = self._room(chat), milliseconds(at)
        if username:
            room.handles[username.casefold()] = user
        face = self._face(chat, room, user, moment)
        if joined is not None and face.joined is None:
            face.joined = milliseconds(joined)
            self._unwritten.changed(chat, user, face)
        if face.called(name, moment, self._mark):
            self._unwritten.changed(chat, user, face)
        standing = face.standing(moment)
        if counts:
            room.heard += 1
            face.spoke(moment)
            self._unwritten.spoke(chat, user, face)
        return standing

    def joined(self, chat: int, user: str, name: str, at: datetime) -> None:
        """Note that somebody came in; a return counts anew."""
        moment = milliseconds(at)
        face = self._face(chat, self._room(chat), user, moment)
        face.called(name, moment, self._mark)
        face.joined = moment
        self._unwritten.changed(chat, user, face)

    def forget(self, user: str, now: datetime) -> None:
        """Somebody wishes to be unknown; whose name changed lately stays known for it."""
        moment, member = milliseconds(now), self._mark(user)
        for chat, room in self._rooms.items():
            face, before = room.faces.get(user), room.stored.get(member)
            renamed = (face.renamed if face else before.renamed_at if before else None) or 0
            if moment - renamed <= RENAME_MATTERS:
                continue
            self._size -= (room.faces.pop(user, None) is not None) + (
                room.stored.pop(member, None) is not None
            )
            room.handles = {handle: whose for handle, whose in room.handles.items() if whose != user}
            self._unwritten.forget(chat, user)

    def join(self, user: str, other: str) -> None:
        """Two numbers are one account's: what is remembered of the other one, where nothing is of this one, is its own."""
        member, also = self._mark(user), self._mark(other)
        for chat, room in self._rooms.items():
            known = user in room.faces or member in room.stored
            face, before = room.faces.pop(other, None), room.stored.pop(also, None)
            self._size -= (face is not None) + (before is not None)
            self._unwritten.forget(chat, other)
            room.handles = {
                handle: user if whose == other else whose for handle, whose in room.handles.items()
            }
            if face is not None and not known:
                room.faces[user] = face
                self._unwritten.changed(chat, user, face)
                self._size += 1
            elif before is not None and not known:
                room.stored[member] = replace(before, member_mark=member)
                self._size += 1

    def count(self, chat: int, name: str, day: str) -> None:
        """One more of these on this day of the group's own calendar, such as 2026-11-25."""
        self._unwritten.count(chat, name, day)

    def counted(self, chat: int, name: str) -> dict[str, int]:
        """How many of these, by day, are not written down yet."""
        return self._unwritten.counted(chat, name)

    @property
    def unwritten(self) -> bool:
        """Whether a flush has anything to do."""
        return bool(self._unwritten)

    async def note(self, tx: AsyncConnection, chat: int, user: str, now: datetime) -> None:
        """Write down now that somebody belongs to a group: they are about to come and talk in private."""
        face = self._face(chat, self._room(chat), user, milliseconds(now))
        await members.note(tx, [replace(face.row(chat, user, self._mark), messages=0)])

    async def flush(self, tx: AsyncConnection, everything: bool = False) -> bool:
        """Write down a part of what changed since the last time; True if there is more."""
        return await self._unwritten.flush(tx, everything)

    def _room(self, chat: int) -> Room:
        room = self._rooms.get(chat)
        if room is None:
            room = self._rooms[chat] = Room()
        self._rooms.move_to_end(chat)
        return room

    def _face(self, chat: int, room: Room, user: str, moment: int) -> Face:
        face = room.faces.get(user)
        if face is not None:
            return face
        before = room.stored.pop(self._mark(user), None) if room.stored else None
        # A group forgotten and come back: what was not written down yet is newer than the database.
        face = self._unwritten.find(chat, user)
        if face is not None:
            self._size += before is None
        elif before is None:
            face = Face.new(moment)
            self._unwritten.changed(chat, user, face)
            self._size += 1
        else:
            face = Face.known(before)
        room.faces[user] = face
        self._shrink()
        return face

    def _shrink(self) -> None:
        """Forget the groups silent for longest. What they have yet to write waits in `_unwritten`."""
        while self._size > self._limit and len(self._rooms) > 1:
            _, room = self._rooms.popitem(last=False)
            self._size -= len(room.faces) + len(room.stored)
        newest = next(reversed(self._rooms.values()))
        if len(newest.faces) > FACES_A_ROOM:
            oldest = list(islice(newest.faces, FACES_A_ROOM // 4))
            for user in oldest:
                del newest.faces[user]
            newest.handles = {handle: user for handle, user in newest.handles.items() if user in newest.faces}
            self._size -= len(oldest)
