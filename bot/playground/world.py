"""Everything there is in one playground: people, chats, files, and how they are found."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from bot.playground.chats import Chat, Post
from bot.playground.clock import MovableClock
from bot.playground.faults import Faults
from bot.playground.files import Files, StoredFile
from bot.playground.journal import KEPT, Journal
from bot.playground.people import ANONYMOUS_ADMIN, CHANNEL_BOT, LINKED_CHANNEL, User
from bot.playground.pictures import face
from bot.playground.pushing import Pusher
from bot.playground.updates import UpdateQueue
from bot.playground.waiting import Bell

Json = dict[str, Any]

BOT_ID = 7_000_000_001
_SERVICE = {user.id: user for user in (ANONYMOUS_ADMIN, LINKED_CHANNEL, CHANNEL_BOT)}


class Mistake(Exception):
    """What was asked of the playground cannot be done; the message says why, in plain words."""

    def __init__(self, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass(slots=True)
class Press:
    """A pressed button that waits for the bot's answer."""

    id: str
    user: int
    at: float
    answer: Json | None = None


@dataclass(slots=True)
class Numbers:
    """Where the next numbers come from."""

    users: count[int] = field(default_factory=lambda: count(700_000_001))
    groups: count[int] = field(default_factory=lambda: count(400_000_001))
    supergroups: count[int] = field(default_factory=lambda: count(1_002_000_000_001))
    presses: count[int] = field(default_factory=lambda: count(3_000_000_000_000_001))
    polls: count[int] = field(default_factory=lambda: count(5_000_000_000_000_001))
    # Private chats and basic groups share one count, as they do on Telegram.
    messages: count[int] = field(default_factory=lambda: count(1))


class World:
    """Made anew by `reset`; the clock, the journal and the queue live on, so that nobody loses touch. `account` is the
    bot's own number.
    """

    def __init__(self, clock: MovableClock, account: int = BOT_ID) -> None:
        self.clock = clock
        self._account = account
        self.journal = Journal()
        self.queue = UpdateQueue()
        self.pusher = Pusher(self.queue)
        self.faults = Faults()
        self.numbers = Numbers()
        self.answered = Bell()
        self.clock_moved = Bell()
        # Kinds of updates a platform other than Telegram is told of, whatever the bot asks for.
        self.told_of: tuple[str, ...] = ()
        clock.on_move.append(self._clock_moved)
        self.reset({})

    def reset(self, bot: Json, *, restart_ids: bool = False) -> None:
        if restart_ids:
            self.numbers = Numbers()
        self.files = Files()
        self.users: dict[int, User] = {}
        self.chats: dict[int, Chat] = {}
        self.presses: dict[str, Press] = {}
        self.spoken: deque[Post] = deque(maxlen=KEPT)
        # What single members of a group were shown alone.
        self.whispers: list[Post] = []
        self.commands: dict[tuple[str, str], list[Json]] = {}
        self.menu_buttons: dict[int | None, Json] = {}
        self.pusher.aim()
        self._keys: dict[str, int] = {}
        self.faults.clear()
        self.queue.forget()
        self.queue.allow(self.told_of)
        self.journal.forget()
        self.journal.event("reset")
        self.reads_all = bool(bot.get("can_read_all_group_messages", False) or self.told_of)
        self.bot = User(
            self._account,
            str(bot.get("first_name", "Class Guard")),
            key="bot",
            username=str(bot.get("username", "class_guard_bot")),
            is_bot=True,
        )
        self.users[self._account] = self.bot
        self._keys["bot"] = self._account

    # --- finding ---------------------------------------------------------------------------

    def number(self, reference: object) -> int | None:
        """The number behind a key or a number, whoever or whatever it belongs to."""
        if isinstance(reference, str):
            if reference in self._keys:
                return self._keys[reference]
            if reference.startswith("@"):
                return self._by_username(reference[1:])
            if not reference.removeprefix("-").isdecimal() or len(reference) > 20:
                return None
            reference = int(reference)
        if isinstance(reference, bool) or not isinstance(reference, int):
            return None
        return reference

    def user(self, reference: object) -> User:
        number = self.number(reference)
        user = None if number is None else self.users.get(number) or _SERVICE.get(number)
        if user is None:
            raise Mistake(f"there is no user {reference!r}", 404)
        return user

    def chat(self, reference: object) -> Chat:
        """A group or channel, or a user's private chat with the bot."""
        number = self.number(reference)
        if number is not None and number in self.chats:
            return self.chats[number]
        if number is not None and number in self.users and number != self._account:
            return self.private(self.users[number])
        raise Mistake(f"there is no chat {reference!r}", 404)

    def private(self, user: User) -> Chat:
        chat = self.chats.get(user.id)
        if chat is None:
            chat = Chat(user.id, "private", numbers=self.numbers.messages)
            self.chats[user.id] = chat
        shown = user.shown()
        kept = ("id", "first_name", "last_name", "username")
        chat.face = {"type": "private"} | {name: shown[name] for name in kept if name in shown}
        return chat

    def groups_and_channels(self) -> list[Chat]:
        return [chat for chat in self.chats.values() if chat.type != "private"]

    def _by_username(self, username: str) -> int | None:
        wanted = username.casefold()
        for everyone in (self.users, self.chats):
            for number, one in everyone.items():
                if one.username.casefold() == wanted:
                    return number
        return None

    # --- making ----------------------------------------------------------------------------

    def claim_key(self, key: object, number: int) -> str | None:
        if key is None:
            return None
        if not isinstance(key, str) or not key or key.removeprefix("-").isdecimal() or key.startswith("@"):
            raise Mistake("a key is a word, not a number and not a @name")
        if self._keys.get(key, number) != number:
            raise Mistake(f"the key {key!r} is taken", 409)
        self._keys[key] = number
        return key

    def add_user(self, first_name: str, key: object = None, **known: Any) -> User:
        number = next(self.numbers.users)
        user = User(number, first_name, self.claim_key(key, number), **known)
        self.users[number] = user
        return user

    def add_chat(self, kind: str, title: str, key: object = None, **known: Any) -> Chat:
        if kind == "group":
            number, messages = -next(self.numbers.groups), self.numbers.messages
        else:
            number, messages = -next(self.numbers.supergroups), count(1)
        chat = Chat(number, kind, title, self.claim_key(key, number), numbers=messages, **known)
        self.chats[number] = chat
        return chat

    def move_key(self, old: Chat, new: Chat) -> None:
        """The key of a group that became a supergroup moves along."""
        if old.key is not None:
            self._keys[old.key] = new.id
            new.key, old.key = old.key, None

    def portrait_of(self, user: User) -> StoredFile:
        """A picture of this user and of nobody else."""
        return self.files.profile_picture(face(user.id))

    def tell_user(self, user: User) -> None:
        self.journal.event("user", user=user.told())

    def tell_chat(self, chat: Chat) -> None:
        self.journal.event("chat", chat=chat.told())

    def close(self) -> None:
        """Lets everyone go who still waits."""
        self.pusher.aim()
        self.queue.close()
        self.journal.close()
        self.answered.close()
        self.clock_moved.close()

    def _clock_moved(self) -> None:
        self.journal.event("clock", clock=self.clock.told())
        self.clock_moved.ring()
