"""What the bot can do about what happened. No platform in sight."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from bot.events import Picture


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
    """Remove somebody's message; `own`: it is one of the bot's, which it said anew. `incident` is what it is done about,
    here and in what follows: it learns when it could not be done.
    """

    key: str
    chat: int
    message_id: str
    priority: Priority = Priority.ALARM
    lives: float = 86400.0
    own: bool = False
    incident: int | None = None


@dataclass(frozen=True, slots=True)
class Mute:
    """Silence a member until an admin decides; `on=False` lets them speak again."""

    key: str
    chat: int
    person: str
    on: bool = True
    priority: Priority = Priority.ALARM
    lives: float = 86400.0
    incident: int | None = None


@dataclass(frozen=True, slots=True)
class Ban:
    """Put a member out of the group and keep them out; `on=False` lets them come back, not in."""

    key: str
    chat: int
    person: str
    on: bool = True
    priority: Priority = Priority.ALARM
    lives: float = 86400.0
    incident: int | None = None


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
class Notice:
    """Put something up as the group's announcement, where everybody finds it until it is taken down by a `Recall`.

    `asked` is the chat in which it is said that it could not be done.
    """

    key: str
    chat: int
    text: str
    asked: int
    priority: Priority = Priority.ADMIN
    lives: float = 3600.0


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


Action = Say | Whisper | Edit | Recall | Delete | Mute | Ban | Quiz | Answer | Menu | Notice | Leave
