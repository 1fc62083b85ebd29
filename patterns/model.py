"""The words everyone shares: who spoke, what was said, what was seen in it, and what follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from types import MappingProxyType


class Level(IntEnum):
    """How loudly to speak; docs/detection.md defines when each is right."""

    CLEAR = 0
    NOTICE = 1
    CAUTION = 2
    ALARM = 3

    @property
    def word(self) -> str:
        return self.name.lower()


class Role(StrEnum):
    """What the platform lets an account do in the chat."""

    MEMBER = "member"
    ADMIN = "admin"
    OWNER = "owner"


class Station(StrEnum):
    """From which place an account speaks. All but USER are told by fixed ids, never by name."""

    USER = "user"
    ANONYMOUS_ADMIN = "anonymous_admin"
    LINKED_CHANNEL = "linked_channel"
    CHANNEL = "channel"
    BOT = "bot"


class Duty(StrEnum):
    """Why a person is protected."""

    TEACHER = "teacher"
    COMMITTEE = "committee"
    TREASURER = "treasurer"
    OFFICE = "office"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Protected:
    """A person (or office) whose name nobody else may wear.

    `ids` are the accounts that are this person; trust is bound to them, never to the name.
    `collects` says whether the person may ask for money at all: a provisionally protected
    group admin is guarded against clones but not cleared to collect.
    `portraits` are fingerprints of the person's profile pictures (patterns/portraits.py), the newest first.
    `school_class` is the class the person belongs to, where neither name nor group says so.
    """

    name: str
    ids: frozenset[str] = frozenset()
    aliases: tuple[str, ...] = ()
    duty: Duty = Duty.TEACHER
    collects: bool = True
    portraits: tuple[str, ...] = ()
    school_class: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """The account behind a message, as the platform shows it at that moment.

    `nickname` is what it is called outside the group, where people wear another name inside.
    """

    id: str
    name: str
    username: str = ""
    tag: str = ""
    role: Role = Role.MEMBER
    station: Station = Station.USER
    nickname: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known about an account in this chat. None means unknown, and unknown convicts nobody.

    `portrait_of` is the protected person whose picture the account wears; `portrait_minutes` is how long ago
    it was seen to put it on, for an account that showed another before.
    """

    joined_days: float | None = None
    renamed_from: str | None = None
    renamed_minutes: float | None = None
    portrait_of: str | None = None
    portrait_minutes: float | None = None
    messages: int | None = None


class AttachmentKind(StrEnum):
    IMAGE = "image"
    QR = "qr"
    FILE = "file"
    RED_PACKET = "red_packet"
    GROUP_COLLECT = "group_collect"
    VOICE = "voice"
    LINK = "link"
    CONTACT = "contact"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Attachment:
    """Something that came with a message.

    `value`: QR → the decoded payload; FILE → the file name; GROUP_COLLECT → the amount;
    LINK → the address; CONTACT → "name phone"; IMAGE → text recognised in it, if any.
    `head`: the first bytes of a file (for its magic number), empty when not fetched.
    """

    kind: AttachmentKind
    value: str = ""
    head: bytes = b""


@dataclass(frozen=True, slots=True)
class Message:
    """One message, or one edit of it, with what is known about its sender.

    `minute` is minutes on any steady scale shared by the messages of one chat; `hour` (0-23) and
    `weekday` (0 = Monday) are local to the group. `text` is what the sender wrote; `quoted` is what
    somebody else wrote and the sender only cites. `edit_of` names the message this one replaces.
    """

    id: str
    sender: Person
    text: str = ""
    standing: Standing = field(default_factory=Standing)
    attachments: tuple[Attachment, ...] = ()
    minute: float = 0.0
    hour: int | None = None
    weekday: int | None = None
    forwarded: bool = False
    mentions_all: bool = False
    quoted: str = ""
    reply_to: str | None = None
    edit_of: str | None = None

    @property
    def wording(self) -> str:
        """What the message says in words: its text, then what stands written in its pictures."""
        if not self.attachments:
            return self.text
        written = (one.value for one in self.attachments if one.kind is AttachmentKind.IMAGE)
        return "\n".join(part for part in (self.text, *written) if part)

    def known(self, standing: Standing, minute: float, hour: int, weekday: int) -> Message:
        """The same message with what is known about its sender and its hour."""
        # Written out: every message of every group passes here.
        return Message(
            self.id,
            self.sender,
            self.text,
            standing,
            self.attachments,
            minute,
            hour,
            weekday,
            self.forwarded,
            self.mentions_all,
            self.quoted,
            self.reply_to,
            self.edit_of,
        )


@dataclass(frozen=True, slots=True)
class Fee:
    """A genuine fee the school has announced.

    `notice` is what the notice the class has read goes by ("3"), empty for one never posted; `amount` a plain number ("86.5");
    `payee` a name, an account, the last digits of one, or a keyed mark. `by_name`: the payee's name is all that is
    known, so that a code nobody has seen may be the same payee's.
    """

    what: str
    amount: str = ""
    payee: str = ""
    notice: str = ""
    by_name: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that was seen, for (weight > 0) or against (weight < 0) a warning.

    `signal` is the rule's or signal's name, `group` the kind of evidence it counts towards,
    `found` the original characters it rests on, `why` the sentence for a reader by language.
    """

    signal: str
    group: str
    weight: float
    found: str = ""
    why: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `judge` concluded about one message in its conversation.

    `impersonates` names the protected person or office whose identity is falsely worn, if any.
    `tells` are the hard tells met (see docs/detection.md), each enough for an alarm by itself.
    `marks` are canonical forms of codes, accounts and links asked to be paid to or followed; the
    caller keys them (HMAC) before storing. `asks` says whether the message asks for anything.
    `fee` is what the announced fee goes by with which it agrees in payee and amount, empty for none.
    """

    level: Level = Level.CLEAR
    evidence: tuple[Evidence, ...] = ()
    score: float = 0.0
    impersonates: str | None = None
    tells: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    asks: bool = False
    fee: str = ""


CLEAR = Verdict()
