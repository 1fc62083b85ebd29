"""The people of the playground and what they are in a chat."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bot.playground.files import StoredFile

Json = dict[str, Any]

OWNER_RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_pin_messages",
    "can_manage_topics",
    "can_manage_tags",
    "can_post_messages",
    "can_edit_messages",
    "can_manage_direct_messages",
)
# What a newly made administrator may do unless told otherwise: everything but making further ones.
ADMIN_RIGHTS = dict.fromkeys(OWNER_RIGHTS[:13], True) | {"can_promote_members": False}

PERMISSIONS = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)
DEFAULT_PERMISSIONS = dict.fromkeys(PERMISSIONS, True) | dict.fromkeys(PERMISSIONS[-4:], False)

STATUSES = ("creator", "administrator", "member", "restricted", "left", "kicked")
PRESENT = frozenset({"creator", "administrator", "member", "restricted"})


@dataclass(slots=True)
class User:
    id: int
    first_name: str
    key: str | None = None
    last_name: str = ""
    username: str = ""
    language_code: str = ""
    is_bot: bool = False
    pictures: list[StoredFile] = field(default_factory=list)
    started: bool = False
    blocked: bool = False

    @property
    def picture(self) -> StoredFile | None:
        return self.pictures[0] if self.pictures else None

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def shown(self) -> Json:
        """As the Bot API shows a user."""
        body: Json = {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name}
        for name in ("last_name", "username", "language_code"):
            if value := getattr(self, name):
                body[name] = value
        return body

    def told(self) -> Json:
        """As the control API shows a user."""
        picture = self.picture
        return {
            "id": self.id,
            "key": self.key,
            "first_name": self.first_name,
            "last_name": self.last_name,
            "username": self.username,
            "language_code": self.language_code,
            "is_bot": self.is_bot,
            "picture": {"file_id": picture.file_id, "unique_id": picture.unique_id} if picture else None,
            "started": self.started,
            "blocked": self.blocked,
        }


ANONYMOUS_ADMIN = User(1087968824, "Group", username="GroupAnonymousBot", is_bot=True)
LINKED_CHANNEL = User(777000, "Telegram")
CHANNEL_BOT = User(136817688, "Channel", username="Channel_Bot", is_bot=True)


@dataclass(frozen=True, slots=True)
class Member:
    """A user's place in one chat. `rights` are an administrator's, `permissions` a restricted member's."""

    user: int
    status: str = "member"
    rights: dict[str, bool] = field(default_factory=dict)
    permissions: dict[str, bool] = field(default_factory=dict)
    anonymous: bool = False
    title: str = ""
    tag: str = ""
    until: int = 0

    @property
    def present(self) -> bool:
        return self.status in PRESENT

    @property
    def leads(self) -> bool:
        return self.status in ("creator", "administrator")

    def may(self, right: str) -> bool:
        return self.status == "creator" or (self.status == "administrator" and self.rights.get(right, False))

    def shown(self, user: User) -> Json:
        """As the Bot API shows a chat member."""
        body: Json = {"status": self.status, "user": user.shown()}
        if self.leads:
            body["is_anonymous"] = self.anonymous
            if self.title:
                body["custom_title"] = self.title
        if self.status == "administrator":
            body |= {"can_be_edited": False} | {
                right: self.rights.get(right, False) for right in OWNER_RIGHTS[:13]
            }
        if self.status == "restricted":
            body |= {"is_member": True, "until_date": self.until}
            body |= {name: self.permissions.get(name, False) for name in PERMISSIONS}
        if self.status == "kicked":
            body["until_date"] = self.until
        if self.status in ("member", "restricted") and self.tag:
            body["tag"] = self.tag
        return body

    def told(self) -> Json:
        return {
            "user": self.user,
            "status": self.status,
            "rights": self.rights,
            "permissions": self.permissions,
            "anonymous": self.anonymous,
            "title": self.title,
            "tag": self.tag,
            "until": self.until,
        }
