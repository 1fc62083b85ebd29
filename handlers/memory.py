"""What is remembered in memory only: conversations, and the members' faces between two writes to the database."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import members
from bot.store.members import Known
from bot.store.moments import milliseconds
from handlers.sealing import sealed
from patterns.conversation import EMPTY, Conversation
from patterns.model import Standing
from patterns.portraits import alike

DAY = 86_400_000
MINUTE = 60_000
RENAME_MATTERS = 7 * DAY
# How long a member's picture counts as known, and how long a change of it is news.
PORTRAIT_LIVES = DAY
REPICTURED_MATTERS = 7 * DAY
# Somebody heard here for a month is at least that long a member, though nobody saw them join.
LONG_HEARD = 30 * DAY
FACES = 100_000
FACES_A_ROOM = 20_000
# Mere counts are written when this many members have some, or at the end.
COUNTED = 2_000


@dataclass(slots=True)
class Face:
    """One member of one group. `name` is the name last worn, "" when only its mark is known.

    `portrait` is what the profile picture looked like when it was last looked at, None before that;
    `repictured` is when it was seen to be another than before. Neither is ever written down.
    """

    joined: int | None
    first: int
    last: int
    messages: int
    fresh: int = 0
    name: str = ""
    name_mark: str = ""
    renamed: int | None = None
    former: str = ""
    portrait: str | None = None
    portrayed: int = 0
    repictured: int | None = None

    def standing(self, now: int) -> Standing:
        recent = self.renamed is not None and now - self.renamed <= RENAME_MATTERS
        return Standing(
            joined_days=self._days(now),
            renamed_from=self.former if recent else None,
            renamed_minutes=(now - self.renamed) / MINUTE if recent and self.renamed is not None else None,
            messages=self.messages,
        )

    def recall(self, before: Known) -> None:
        """Join what the database knows to somebody heard since."""
        self.joined = before.joined_at if self.joined is None else self.joined
        self.first = min(self.first, before.first_seen_at)
        self.messages += before.messages
        self.renamed = before.renamed_at if self.renamed is None else self.renamed

    def _days(self, now: int) -> float | None:
        if self.joined is not None:
            return max(0.0, (now - self.joined) / DAY)
        return (now - self.first) / DAY if now - self.first >= LONG_HEARD else None


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody seen in a group; moments are milliseconds, `joined` is None when nobody saw them come in."""

    user: str
    name: str
    joined: int | None
    first: int
    messages: int


@dataclass(frozen=True, slots=True)
class Portrait:
    """A profile picture's fingerprint, empty when there is none; how long ago it was looked at, and how long
    ago it was seen to have changed. `outdated`: the account has taken another name since.
    """

    fingerprint: str
    minutes: float
    changed_minutes: float | None = None
    outdated: bool = False


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
        self._changed: dict[tuple[int, str], Face] = {}
        self._counted: dict[tuple[int, str], Face] = {}
        self._counters: dict[tuple[int, str, str], int] = {}

    @property
    def size(self) -> int:
        """How many members are in mind."""
        return self._size

    def knows(self, chat: int) -> bool:
        """Whether the group's members were read from the database."""
        room = self._rooms.get(chat)
        return room is not None and room.loaded

    async def load(self, tx: AsyncConnection, chat: int) -> None:
        """Read what earlier days left; without it nothing breaks, strangers merely look new."""
        room = self._room(chat)
        if room.loaded:
            return
        room.stored = {one.member_mark: one for one in await members.load(tx, chat)}
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
        if face is None:
            return
        moment = milliseconds(at)
        if face.portrait is not None and not alike(face.portrait, portrait) and face.portrait != portrait:
            face.repictured = moment
        face.portrait, face.portrayed = portrait, moment

    def portrait(self, chat: int, user: str, now: datetime) -> Portrait | None:
        """What somebody's profile picture looked like when it was last seen, if that was not long ago."""
        face = self._room(chat).faces.get(user)
        if face is None or face.portrait is None:
            return None
        moment = milliseconds(now)
        age = moment - face.portrayed
        if age > PORTRAIT_LIVES:
            return None
        changed = face.repictured is not None and moment - face.repictured <= REPICTURED_MATTERS
        since = (moment - face.repictured) / MINUTE if changed and face.repictured is not None else None
        renamed = face.renamed is not None and face.renamed >= face.portrayed
        return Portrait(face.portrait, age / MINUTE, since, renamed)

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
            self._changed[chat, user] = face
        self._name(chat, user, face, name, moment)
        standing = face.standing(moment)
        if counts:
            room.heard += 1
            face.messages += 1
            face.fresh += 1
            face.last = max(face.last, moment)
            self._counted[chat, user] = face
        return standing

    def joined(self, chat: int, user: str, name: str, at: datetime) -> None:
        """Note that somebody came in; a return counts anew."""
        moment = milliseconds(at)
        face = self._face(chat, self._room(chat), user, moment)
        self._name(chat, user, face, name, moment)
        face.joined = moment
        self._changed[chat, user] = face

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
            self._changed.pop((chat, user), None)
            self._counted.pop((chat, user), None)

    def count(self, chat: int, name: str, day: str) -> None:
        """One more of these on this day of the group's own calendar, such as 2026-11-25."""
        key = (chat, day, name)
        self._counters[key] = self._counters.get(key, 0) + 1

    @property
    def unwritten(self) -> bool:
        """Whether a flush has anything to do."""
        return bool(self._changed or self._counters or len(self._counted) >= COUNTED)

    async def note(self, tx: AsyncConnection, chat: int, user: str, now: datetime) -> None:
        """Write down now that somebody belongs to a group: they are about to come and talk in private."""
        face = self._face(chat, self._room(chat), user, milliseconds(now))
        await members.note(tx, [replace(self._known(chat, user, face), messages=0)])

    async def flush(self, tx: AsyncConnection, everything: bool = False) -> None:
        """Write down what changed since the last time."""
        due = self._changed
        if everything or len(self._counted) >= COUNTED:
            due = self._counted | due
        rows = [self._known(*key, face) for key, face in due.items()]
        counters, self._counters = self._counters, {}
        self._changed = {}
        for key, face in due.items():
            face.fresh = 0
            self._counted.pop(key, None)
        try:
            await members.note(tx, rows)
            await members.count(tx, counters)
        except BaseException:
            self._take_back(due, rows, counters)
            raise

    def _take_back(
        self, due: dict[tuple[int, str], Face], rows: list[Known], counters: dict[tuple[int, str, str], int]
    ) -> None:
        """What could not be written is still to be written; meanwhile more may have been seen."""
        for (key, face), row in zip(due.items(), rows, strict=True):
            face.fresh += row.messages
            self._changed[key] = face
        for counter, value in counters.items():
            self._counters[counter] = self._counters.get(counter, 0) + value

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
        face = self._changed.get((chat, user)) or self._counted.get((chat, user))
        if face is not None:
            self._size += before is None
        elif before is None:
            face = Face(joined=None, first=moment, last=moment, messages=0)
            self._changed[chat, user] = face
            self._size += 1
        else:
            face = Face(
                joined=before.joined_at,
                first=before.first_seen_at,
                last=before.last_seen_at,
                messages=before.messages,
                name_mark=before.name_mark,
                renamed=before.renamed_at,
            )
        room.faces[user] = face
        self._shrink()
        return face

    def _name(self, chat: int, user: str, face: Face, name: str, moment: int) -> None:
        if face.name == name:
            return
        # After a restart the former name is only a mark: a rename shows, from what it does not.
        known_by_mark = not face.name and face.name_mark
        if face.name or (known_by_mark and self._mark(name) != face.name_mark):
            face.former, face.renamed = face.name, moment
            self._changed[chat, user] = face
        face.name = name

    def _known(self, chat: int, user: str, face: Face) -> Known:
        return Known(
            chat_id=chat,
            member_mark=self._mark(user),
            joined_at=face.joined,
            first_seen_at=face.first,
            last_seen_at=face.last,
            messages=face.fresh,
            name_mark=self._mark(face.name) if face.name else "",
            renamed_at=face.renamed,
            account=sealed(user, self._mark),
        )

    def _shrink(self) -> None:
        """Forget the groups silent for longest. What they have yet to write waits in `_changed` and `_counted`."""
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
