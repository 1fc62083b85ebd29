"""What can happen in a chat. No platform in sight."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.abilities import Right
from bot.places import Place
from patterns.model import Attachment, AttachmentKind, Message, Person


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture or file that has to be fetched before it can be judged. `sha256`: of its bytes, once they were."""

    file_id: str
    unique_id: str
    size: int | None = None
    name: str = ""
    is_file: bool = False
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class MessageSeen:
    """A message was posted or edited, in a group or in private.

    `message.standing`, `.minute`, `.hour` and `.weekday` are left empty by platforms: the handler
    fills them from what the bot knows and the group's own zone. `origin` is who wrote a forwarded
    message where the platform tells; `cited` is the message replied to, `cited_origin` who wrote it if
    it was itself a forward, `cited_at` and `cited_pictures` when it was written and what it showed.
    `mentioned` are people named in the text whose accounts the platform tells.
    `language` is what the sender's phone speaks, told in private chats and empty when it is none of ours.
    `joined` is when the sender came into the group, where the platform tells. `addressed`: it names the
    bot itself, in a group in which the bot hears nothing else or has to be named to be asked.
    `shared` are people handed over in private, chosen from the platform's own list or as a contact; one whose
    account the platform does not tell has an empty id.
    """

    place: Place
    message: Message
    at: datetime
    pictures: tuple[Picture, ...] = ()
    origin: Person | None = None
    cited: Message | None = None
    cited_origin: Person | None = None
    cited_at: datetime | None = None
    cited_pictures: tuple[Picture, ...] = ()
    mentioned: tuple[Person, ...] = ()
    album: str = ""
    language: str = ""
    joined: datetime | None = None
    addressed: bool = False
    shared: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True)
class PicturesRead:
    """The pictures of an earlier message were decoded: `found` replaces its bare images.

    `worded`: the words in them were looked for too, as far as they ever will be. `tables` are the whole of
    tables (.csv) sent in private. `asked` is the question that quotes `seen`, where they were looked at for its sake.
    """

    seen: MessageSeen
    found: tuple[Attachment, ...]
    reason: str = ""
    worded: bool = False
    tables: tuple[bytes, ...] = ()
    asked: MessageSeen | None = None

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """The message's, with what its pictures and files turned out to be in place of their bare mention."""
        had = self.seen.message.attachments
        if not self.found:
            return had
        kinds = {one.kind for one in self.found}
        bare = {AttachmentKind.IMAGE} | (kinds & {AttachmentKind.FILE})
        return (*(one for one in had if one.kind not in bare or _told(one)), *self.found)


def _told(attachment: Attachment) -> bool:
    """A picture whose text is known, a file whose beginning is known: nothing bare about it."""
    return bool(attachment.head or (attachment.kind is AttachmentKind.IMAGE and attachment.value))


@dataclass(frozen=True, slots=True)
class PortraitSeen:
    """An account's profile picture was looked at: its fingerprint, empty when there is none or it shows nobody.

    `said` is what made somebody look, if it was something said; it is judged again with what is now known.
    """

    place: Place
    person: Person
    portrait: str
    at: datetime
    said: MessageSeen | PicturesRead | None = None


@dataclass(frozen=True, slots=True)
class NameSeen:
    """Somebody who has said nothing was looked at: under this name they are in the group now."""

    place: Place
    person: Person
    at: datetime
    joined: datetime | None = None


@dataclass(frozen=True, slots=True)
class PersonRenamed:
    """A protected person's own account was seen under a name nobody knows of them."""

    place: Place
    person: Person
    at: datetime


@dataclass(frozen=True, slots=True)
class ButtonPressed:
    """`press` identifies the press to the platform; `data` is what the button carried: hostile input.

    Where there are no buttons a reply stands for a press; without `data` when it may mean several.
    """

    place: Place
    sender: Person
    press: str
    data: str
    message_id: str
    at: datetime


class Membership(StrEnum):
    OUT = "out"
    MEMBER = "member"
    ADMIN = "admin"
    OWNER = "owner"
    RESTRICTED = "restricted"
    BANNED = "banned"

    @property
    def inside(self) -> bool:
        """Whether they are in the group."""
        return self not in (Membership.OUT, Membership.BANNED)


@dataclass(frozen=True, slots=True)
class MemberChanged:
    """Someone joined, left, rose or fell. `by` is who did it, often the person themselves."""

    place: Place
    person: Person
    before: Membership
    after: Membership
    by: Person
    at: datetime


@dataclass(frozen=True, slots=True)
class EntryAsked:
    """Somebody asks to be let into a group. `words` is what they wrote with it, `risks` what the platform itself
    holds against them, in its own words; both empty where there is nothing.
    """

    place: Place
    person: Person
    words: str
    at: datetime
    risks: str = ""


@dataclass(frozen=True, slots=True)
class BotChanged:
    """The bot's own membership or rights in a group changed."""

    place: Place
    before: Membership
    after: Membership
    rights: frozenset[Right]
    by: Person
    at: datetime


@dataclass(frozen=True, slots=True)
class ChatMoved:
    """A group lives on under another address."""

    old: Place
    new: Place
    at: datetime


@dataclass(frozen=True, slots=True)
class AccountsJoined:
    """Two numbers of a platform turned out to mean one account. `user` is the one it goes by from now on, `other`
    the one under which it was known until now, too.
    """

    platform: str
    user: str
    other: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MessageRecalled:
    """A message was taken back, by its writer or by an admin. `sender` and `by` are account ids."""

    place: Place
    message_id: str
    sender: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class GapSeen:
    """Some time after `since` the bot was cut off; what was said until `at` was not heard and cannot be fetched."""

    place: Place
    since: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class TimerDue:
    """Something planned has come due: a tip, an incident's end, a reminder."""

    timer: int
    kind: str
    chat: int | None
    payload: str
    due: datetime
    at: datetime


@dataclass(frozen=True, slots=True)
class PollCounted:
    """How often each option of a quiz of ours was chosen so far; by whom is not told and not asked."""

    platform: str
    poll: str
    votes: tuple[int, ...]


Event = (
    MessageSeen
    | PicturesRead
    | PortraitSeen
    | NameSeen
    | PersonRenamed
    | ButtonPressed
    | MemberChanged
    | EntryAsked
    | BotChanged
    | ChatMoved
    | AccountsJoined
    | MessageRecalled
    | GapSeen
    | TimerDue
    | PollCounted
)
