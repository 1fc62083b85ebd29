"""Who and where: Telegram's users and chats as our people and places."""

from __future__ import annotations

from telegram import Chat, Message, MessageOrigin, User, UserProfilePhotos

from bot.events import Picture
from bot.places import ChatKind, Place
from bot.platforms import Refused
from patterns.model import Person, Station

NAME = "telegram"

# Fixed accounts of Telegram's own; trust follows them, never a name.
ANONYMOUS_ADMIN = 1087968824
SERVICE = 777000
CHANNEL_BOT = 136817688

# A fingerprint needs no more; the smallest size shows too little.
_PORTRAIT_SIDE = 160

_TRADITIONAL = frozenset(("hant", "tw", "hk", "mo"))


def place_of(chat: Chat, thread: int | None = None) -> Place:
    private = chat.type == Chat.PRIVATE
    return Place(
        platform=NAME,
        address=str(chat.id),
        kind=ChatKind.PRIVATE if private else ChatKind.GROUP,
        # A person's name is no title: it would be kept for nothing.
        title="" if private else chat.title or "",
        thread="" if thread is None else str(thread),
    )


def number_of(person: str) -> int:
    """The number of a user, or, below zero, of a channel. Raises `Refused` for whoever has none here."""
    digits = person.lstrip("-")
    if not digits.isascii() or not digits.isdigit():
        raise Refused("this sender has no account here")
    return int(person)


def name_of(user: User) -> str:
    """First and last name; deleted accounts have neither."""
    return _joined(user.first_name, user.last_name)


def language_of(user: User | None) -> str:
    """Which of our languages somebody's Telegram speaks; empty when it is none of them."""
    code = (user.language_code or "").casefold().replace("_", "-") if user is not None else ""
    primary = code.partition("-")[0]
    if primary == "zh":
        traditional = not _TRADITIONAL.isdisjoint(code.split("-"))
        return "zh-Hant" if traditional else "zh-Hans"
    return "en" if primary == "en" else ""


def person_of(user: User, tag: str = "") -> Person:
    return Person(
        id=str(user.id),
        name=name_of(user),
        username=user.username or "",
        tag=tag,
        station=Station.BOT if user.is_bot else Station.USER,
    )


def sender_of(message: Message) -> Person | None:
    """Who a message speaks for. Only Telegram's own fixed ids make an anonymous admin or a linked channel."""
    tag = message.sender_tag or message.author_signature or ""
    user, chat = message.from_user, message.sender_chat
    if chat is None:
        return None if user is None else person_of(user, tag)
    name = chat.title or chat.full_name or ""
    author = 0 if user is None else user.id
    if author == ANONYMOUS_ADMIN and chat.id == message.chat.id:
        return Person(str(ANONYMOUS_ADMIN), name, tag=tag, station=Station.ANONYMOUS_ADMIN)
    if author == SERVICE and message.is_automatic_forward:
        return Person(str(SERVICE), name, chat.username or "", tag, station=Station.LINKED_CHANNEL)
    return Person(str(chat.id), name, chat.username or "", tag, station=Station.CHANNEL)


def origin_of(origin: MessageOrigin | None) -> Person | None:
    """Who wrote a forwarded message; without an id where the author hides it."""
    user = getattr(origin, "sender_user", None)
    if isinstance(user, User):
        return person_of(user)
    hidden = getattr(origin, "sender_user_name", None)
    if isinstance(hidden, str):
        return Person("", hidden)
    chat = getattr(origin, "sender_chat", None) or getattr(origin, "chat", None)
    if isinstance(chat, Chat):
        tag = getattr(origin, "author_signature", None) or ""
        return Person(
            str(chat.id),
            chat.title or chat.full_name or "",
            chat.username or "",
            tag,
            station=Station.CHANNEL,
        )
    return None


def shared_in(message: Message) -> tuple[Person, ...]:
    """People chosen from Telegram's list, or the contact in a message; a contact without an account has no id."""
    if message.users_shared is not None:
        return tuple(
            Person(str(one.user_id), _joined(one.first_name, one.last_name), one.username or "")
            for one in message.users_shared.users
        )
    contact = message.contact
    if contact is None or message.forward_origin is not None:
        return ()
    user = "" if contact.user_id is None else str(contact.user_id)
    return (Person(user, _joined(contact.first_name, contact.last_name)),)


def _joined(first: str | None, last: str | None) -> str:
    return " ".join(part for part in (first, last) if part)


def portrait_of(told: UserProfilePhotos) -> Picture | None:
    """The newest of somebody's profile pictures, in the smallest size that shows enough."""
    sizes = sorted(told.photos[0], key=lambda size: size.width) if told.photos else []
    if not sizes:
        return None
    size = next((one for one in sizes if one.width >= _PORTRAIT_SIDE), sizes[-1])
    return Picture(size.file_id, size.file_unique_id, size.file_size)
