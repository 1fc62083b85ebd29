"""What can happen in a chat, and what the bot can do about it. No platform in sight.

Events carry a `Place` (the platform's own address of a chat); the app turns it into a registered
`Chat` before a handler sees it. Actions name chats by that internal number only, so that they
survive a group's move to another address.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any

from patterns.model import Attachment, Message, Person


class ChatKind(StrEnum):
    PRIVATE = "private"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something happened, as the platform addresses it."""

    platform: str
    address: str
    kind: ChatKind
    title: str = ""
    thread: str = ""


@dataclass(frozen=True, slots=True)
class Chat:
    """A place the bot knows, under its internal number."""

    id: int
    place: Place


class Right(StrEnum):
    """What the bot needs to be allowed in a group."""

    READ_ALL = "read_all"
    SEE_MEMBERS = "see_members"
    POST = "post"
    DELETE = "delete"
    RESTRICT = "restrict"
    INVITE = "invite"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture or file that has to be fetched before it can be judged. `sha256`: of its bytes, once they were."""

    file_id: str
    unique_id: str
    size: int | None = None
    name: str = ""
    is_file: bool = False
    sha256: str = ""


# --- events ---------------------------------------------------------------------------------


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
    tables (.csv) sent in private.
    """

    seen: MessageSeen
    found: tuple[Attachment, ...]
    reason: str = ""
    worded: bool = False
    tables: tuple[bytes, ...] = ()


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
    | TimerDue
    | PollCounted
)


# --- actions --------------------------------------------------------------------------------


class Priority(IntEnum):
    """What leaves first when not everything can leave at once."""

    ALARM = 0
    CAUTION = 1
    ADMIN = 2
    PARENT = 3
    TIP = 4


@dataclass(frozen=True, slots=True)
class Button:
    """A command with a label; on a platform without buttons the command is printed instead.

    `command` is carried back verbatim when pressed (at most 64 bytes). `link` opens an address
    instead and must be the bot's own.
    """

    label: str
    command: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Picker:
    """A key in a private chat that opens the platform's own list of people, to choose one; an empty `label`
    puts it away again.
    """

    label: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """Something drawn just before it is sent: a picture or a document, by `kind` (a file in bot/papers/kinds).

    `facts` is what stands in it, as JSON has it; `name` the file's name, empty for a picture that is
    shown at once. `otherwise` is said after the text when it cannot be drawn, for want of a font.
    `pictures` are fetched just before and handed to it as `enclosed`, empty where they cannot be had.
    """

    kind: str
    language: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""
    otherwise: str = ""
    pictures: tuple[Picture, ...] = ()
    enclosed: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Say:
    """Post a message. `key` is unique for ever: the same key is never posted twice.

    `text` is HTML with nothing but <b>, <i> and <code>; every name in it is escaped already.
    `replaces` names the key of an earlier message to take away once this one stands.
    `fallback` goes to nobody by itself: it only tells that a refusal (a parent who never
    pressed start) is expected and not an error. What is `fleeting` is forgotten once it was sent.
    `whisper` is the group in which it is shown to its reader alone where their private chat is closed to the bot.
    What has a `picker` has no buttons.
    """

    key: str
    chat: int
    text: str
    priority: Priority = Priority.ADMIN
    buttons: tuple[tuple[Button, ...], ...] = ()
    reply_to: str | None = None
    thread: str = ""
    picture: Picture | None = None
    image: bytes = b""
    paper: Paper | None = None
    picker: Picker | None = None
    fleeting: bool = False
    replaces: str | None = None
    incident: int | None = None
    lives: float = 3600.0
    may_be_refused: bool = False
    whisper: int | None = None


@dataclass(frozen=True, slots=True)
class Edit:
    """Rewrite a message posted earlier under key `target`."""

    key: str
    target: str
    text: str
    priority: Priority = Priority.ADMIN
    buttons: tuple[tuple[Button, ...], ...] = ()
    lives: float = 86400.0


@dataclass(frozen=True, slots=True)
class Recall:
    """Take away a message the bot posted under key `target`."""

    key: str
    target: str
    priority: Priority = Priority.ADMIN
    lives: float = 86400.0


@dataclass(frozen=True, slots=True)
class Delete:
    """Remove somebody's message; `own`: it is one of the bot's, which it said anew."""

    key: str
    chat: int
    message_id: str
    priority: Priority = Priority.ALARM
    lives: float = 86400.0
    own: bool = False


@dataclass(frozen=True, slots=True)
class Mute:
    """Silence a member until an admin decides; `on=False` lets them speak again."""

    key: str
    chat: int
    person: str
    on: bool = True
    priority: Priority = Priority.ALARM
    lives: float = 86400.0


@dataclass(frozen=True, slots=True)
class Ban:
    """Put a member out of the group and keep them out; `on=False` lets them come back, not in."""

    key: str
    chat: int
    person: str
    on: bool = True
    priority: Priority = Priority.ALARM
    lives: float = 86400.0


@dataclass(frozen=True, slots=True)
class Quiz:
    """Ask a question with one right option, anonymously; `why` is shown to whoever has answered.

    All plain text: the question at most 300 characters, an option 100, the reason 200.
    """

    key: str
    chat: int
    question: str
    options: tuple[str, ...]
    right: int
    why: str = ""
    thread: str = ""
    priority: Priority = Priority.TIP
    lives: float = 12 * 3600.0


@dataclass(frozen=True, slots=True)
class Answer:
    """Answer a button press: `text` (at most 200 characters) appears over the chat for a moment."""

    key: str
    chat: int
    press: str
    text: str = ""
    alert: bool = False
    priority: Priority = Priority.CAUTION
    lives: float = 60.0


@dataclass(frozen=True, slots=True)
class MenuEntry:
    command: str
    label: str


@dataclass(frozen=True, slots=True)
class Menu:
    """Show these commands in a chat's menu, to everyone or to its admins only.

    Chat 0 is every private chat that has none of its own and whose owner's phone speaks `phones`; empty: any other language.
    """

    key: str
    chat: int
    entries: tuple[MenuEntry, ...]
    admins: bool = False
    phones: str = ""
    priority: Priority = Priority.TIP
    lives: float = 86400.0


@dataclass(frozen=True, slots=True)
class Leave:
    key: str
    chat: int
    priority: Priority = Priority.TIP
    lives: float = 3600.0


@dataclass(frozen=True, slots=True)
class Whisper:
    """Say something in a group that only one of its members sees. Whether they saw it is never told.

    Its buttons are links: nothing that is pressed leads back to a message without a number.
    """

    key: str
    chat: int
    person: str
    text: str
    priority: Priority = Priority.ADMIN
    buttons: tuple[tuple[Button, ...], ...] = ()
    lives: float = 3600.0


Action = Say | Whisper | Edit | Recall | Delete | Mute | Ban | Quiz | Answer | Menu | Leave


@dataclass(frozen=True, slots=True)
class Tempo:
    """How many messages may leave: in a second over all chats, in a second to one, in a minute to one group."""

    overall: float = 30.0
    second: float = 1.0
    minute: float = 20.0


class Hearing(StrEnum):
    """How it comes about that the bot hears a group: what to do where it does not."""

    ADMIN = "admin"  # by being made an admin
    OWNER = "owner"  # by a switch only the group's owner can turn
    MENTION = "mention"  # not at all: it hears what names it, unless an admin lends it their own ears


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a platform lets the bot do. What follows from a missing one is said in words, in one place:
    bot/substitutes.py. docs/platforms.md is made of these.

    `cards`: where there are no buttons, choices in private stand on a card, too, as far as the operator has set one up.
    `recalls`: takes back its own messages; `deletes`: takes away other people's. `sees_recalls`: is told
    when somebody takes back a message. `menus`: shows commands to choose from; who has a phone in one of `menu_languages` finds them
    in it without being given any. `whispers`: shows a message in a group to one member alone. `picker`: opens its list of
    people to choose one from. `quotes`: tells which of the bot's messages somebody answers. `text_limit` in characters.
    """

    sees_everything: bool = True
    sees_members: bool = True
    sees_recalls: bool = False
    edits: bool = True
    recalls: bool = True
    deletes: bool = True
    mutes: bool = True
    bans: bool = True
    buttons: bool = True
    cards: bool = False
    polls: bool = True
    menus: bool = True
    menu_languages: frozenset[str] = frozenset()
    picker: bool = True
    pictures: bool = True
    files: bool = True
    direct_messages: bool = True
    whispers: bool = True
    quotes: bool = True
    hearing: Hearing = Hearing.ADMIN
    text_limit: int = 4096
    tempo: Tempo = Tempo()


@dataclass(frozen=True, slots=True)
class Self:
    """Who the bot is on a platform; all empty until the platform has told.

    `private_link` is the address that opens a private talk with the bot, `{payload}` in it standing for
    what the bot is told on arrival (at most 64 of A-Z a-z 0-9 _ -); empty where there is no such address.
    `admin_link` opens the platform's own page on which a group's owner gives the bot just the rights it
    needs; empty where there is none.
    """

    id: str
    name: str
    username: str
    reads_all: bool = True
    abilities: Abilities = field(default_factory=Abilities)
    private_link: str = ""
    admin_link: str = ""
