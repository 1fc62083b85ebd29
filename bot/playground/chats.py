"""A chat with its members and its messages."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import Any

from bot.playground.markup import to_html
from bot.playground.people import DEFAULT_PERMISSIONS, Member

Json = dict[str, Any]

KEPT_MESSAGES = 5_000


@dataclass(slots=True)
class Post:
    """A message and what became of it. `body` is the Bot API's message object as it stands now.

    `keys` are those a client shows in place of its keyboard from this message on, none to put them away.
    `written_at` is the real time at which the current version arrived, `arrived_at` that of the first.
    """

    body: Json
    arrived_at: float
    by_bot: bool = False
    written_at: float = 0.0
    revision: int = 0
    pinned: bool = False
    deleted: bool = False
    deleted_by: int | None = None
    history: list[Json] = field(default_factory=list)
    keys: list[list[Json]] | None = None

    def __post_init__(self) -> None:
        self.written_at = self.arrived_at

    @property
    def id(self) -> int:
        return int(self.body["message_id"])

    @property
    def text(self) -> str:
        return str(self.body.get("text", self.body.get("caption", "")))

    @property
    def entities(self) -> list[Json]:
        found: list[Json] = self.body.get("entities") or self.body.get("caption_entities") or []
        return found

    @property
    def buttons(self) -> list[list[Json]]:
        rows = self.body.get("reply_markup", {}).get("inline_keyboard", [])
        return [[_button(button) for button in row] for row in rows]

    def rewrite(self, body: Json, at: float) -> None:
        """Puts another version in place and keeps what it was before."""
        date = self.body.get("edit_date", self.body["date"])
        self.history.append({"arrived_at": self.written_at, "date": date} | self._wording())
        self.body, self.written_at = body, at

    def said(self) -> Json:
        """As the control API tells what the bot said."""
        told: Json = {
            "chat_id": self.body["chat"]["id"],
            "message_id": self.id,
            "date": self.body["date"],
            "arrived_at": self.arrived_at,
            **self._wording(),
            "entities": self.entities,
            "reply_to": self.body.get("reply_to_message", {}).get("message_id"),
            "pinned": self.pinned,
            "deleted": self.deleted,
            "deleted_by": self.deleted_by,
            "revision": self.revision,
            "history": self.history,
        }
        if self.keys is not None:
            told["keys"] = self.keys
        return told | {name: self.body[name] for name in ("photo", "document", "poll") if name in self.body}

    def shown(self) -> Json:
        """As the page shows it."""
        edits = [{"date": before["date"], "text": before["text"]} for before in self.history]
        return self.body | {
            "deleted": self.deleted,
            "edits": edits,
            "by_bot": self.by_bot,
            "pinned": self.pinned,
            **({} if self.keys is None else {"keys": self.keys}),
        }

    def _wording(self) -> Json:
        return {"text": self.text, "html": to_html(self.text, self.entities), "buttons": self.buttons}


def _button(button: Json) -> Json:
    told = {"text": button["text"]}
    if "callback_data" in button:
        told["data"] = button["callback_data"]
    if "url" in button:
        told["url"] = button["url"]
    return told


@dataclass(slots=True)
class Chat:
    """`id` of a private chat is the user's. Members who left stay listed with that status."""

    id: int
    type: str
    title: str = ""
    key: str | None = None
    username: str = ""
    is_forum: bool = False
    permissions: dict[str, bool] = field(default_factory=lambda: dict(DEFAULT_PERMISSIONS))
    linked_chat: int | None = None
    migrated_to: int | None = None
    members: dict[int, Member] = field(default_factory=dict)
    posts: dict[int, Post] = field(default_factory=dict)
    reactions: dict[int, list[Json]] = field(default_factory=dict)
    numbers: count[int] = field(default_factory=lambda: count(1))
    face: Json = field(default_factory=dict)

    @property
    def is_group(self) -> bool:
        return self.type in ("group", "supergroup")

    def member(self, user: int) -> Member:
        return self.members.get(user) or Member(user, "left")

    @property
    def owner(self) -> int | None:
        return next((member.user for member in self.members.values() if member.status == "creator"), None)

    def shown(self) -> Json:
        """As the Bot API shows a chat inside messages."""
        if self.type == "private":
            return self.face
        body: Json = {"id": self.id, "type": self.type, "title": self.title}
        if self.username:
            body["username"] = self.username
        if self.is_forum:
            body["is_forum"] = True
        return body

    def told(self) -> Json:
        """As the control API shows a chat."""
        return {
            "id": self.id,
            "key": self.key,
            "type": self.type,
            "title": self.title,
            "username": self.username,
            "is_forum": self.is_forum,
            "permissions": self.permissions,
            "linked_chat": self.linked_chat,
            "members": [member.told() for member in self.members.values()],
        }

    def keep(self, post: Post) -> None:
        self.posts[post.id] = post
        if len(self.posts) > KEPT_MESSAGES:
            del self.posts[next(iter(self.posts))]

    def post(self, message_id: int) -> Post | None:
        """A message that is there and was not deleted."""
        found = self.posts.get(message_id)
        return None if found is None or found.deleted else found
