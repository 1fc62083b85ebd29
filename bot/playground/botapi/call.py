"""One call of the bot, and the lookups every method begins with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.playground.botapi.errors import bad, forbidden
from bot.playground.chats import Chat, Post
from bot.playground.people import User
from bot.playground.world import World

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Call:
    world: World
    parameters: Json

    def get(self, name: str, default: Any = None) -> Any:
        return self.parameters.get(name, default)

    def __getitem__(self, name: str) -> Any:
        return self.parameters[name]

    @property
    def now(self) -> float:
        return self.world.clock.seconds()

    def chat(self, name: str = "chat_id") -> Chat:
        """A chat the bot knows; groups that moved answer with their new number."""
        number = self.world.number(self[name])
        chat = self.world.chats.get(number) if number is not None else None
        if chat is None:
            user = self.world.users.get(number or 0)
            if user is None or user is self.world.bot or not self._met(user):
                raise bad("chat not found")
            chat = self.world.private(user)
        if chat.migrated_to is not None:
            raise bad("group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to)
        if chat.type != "private" and self.world.bot.id not in chat.members:
            raise bad("chat not found")
        return chat

    def present_chat(self, name: str = "chat_id") -> Chat:
        """A chat the bot is in, or a private one in which it may write."""
        chat = self.chat(name)
        if chat.type == "private":
            self._may_write_to(self.world.users[chat.id])
            return chat
        status = chat.member(self.world.bot.id).status
        kind = f"{chat.type} chat" if chat.type != "channel" else "channel chat"
        if status == "kicked":
            raise forbidden(f"bot was kicked from the {kind}")
        if status == "left":
            raise forbidden(f"bot is not a member of the {kind}")
        return chat

    def user(self, name: str = "user_id") -> User:
        user = self.world.users.get(self[name])
        if user is None:
            raise bad("user not found")
        return user

    def post(self, chat: Chat, complaint: str, name: str = "message_id") -> Post:
        if self.get(name) is None:
            raise bad("message identifier is not specified")
        post = chat.post(self[name])
        if post is None:
            raise bad(complaint)
        return post

    def _met(self, user: User) -> bool:
        """The bot has seen this user: in private, or in a group of its own."""
        if user.started or user.blocked:
            return True
        return any(
            user.id in chat.members and self.world.bot.id in chat.members
            for chat in self.world.groups_and_channels()
        )

    def _may_write_to(self, user: User) -> None:
        if user.is_bot:
            raise forbidden("bot can't send messages to bots")
        if user.blocked:
            raise forbidden("bot was blocked by the user")
        if not user.started:
            raise forbidden("bot can't initiate conversation with a user")
