"""What happens in the playground as events of QQ's bot platform."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bot.playground.chats import Chat
from bot.playground.people import Member, User
from bot.playground.qq.naming import group_openid, message_id, openid
from bot.playground.world import World

Json = dict[str, Any]

_ROLES = {"creator": "owner", "administrator": "admin"}
_OUT = ("left", "kicked")
_SAID = ("text", "photo", "document", "voice")
_QUOTING = 103


class Telling:
    """`hears_all`: the owner lets the bot have every message; else it is told of what names it. `speaks_unasked`:
    the owner lets it speak of its own accord. `joined`: since when people are in the group (Unix seconds), by their
    numbers, where QQ tells that.
    """

    def __init__(self, world: World, files: str) -> None:
        self._world = world
        self._files = files
        self.hears_all = True
        self.speaks_unasked = True
        self.joined: dict[int, float] = {}

    def events(self, update: Json) -> list[tuple[str, Json]]:
        """Kind and data; none for what QQ does not tell, such as an edit."""
        if "message" in update:
            return self._message(update["message"])
        if "my_chat_member" in update:
            return self._bot(update["my_chat_member"])
        return []

    def asked(self, chat: Chat, user: User, words: str, risks: str) -> tuple[str, Json]:
        """Somebody who wants to be let in."""
        told = {
            "group_openid": group_openid(chat),
            "join_request_id": f"{group_openid(chat)}:{openid(user)}",
            "member_openid": openid(user),
            "username": user.full_name,
            "apply_at": _written(self._world.clock.seconds()),
            "apply_source": "self_apply",
            "bot": False,
            "verify_info": {"method": "verify_message", "verify_message": words},
        }
        return "GROUP_JOIN_REQUEST", told | ({"risk_tips": risks} if risks else {})

    def state(self, chat: Chat) -> Json:
        """As bot_state tells of it."""
        me = self._world.bot
        return {
            "member_openid": openid(me),
            "joined_at": _written(self._world.clock.seconds()),
            "allow_proactive_msg": self.speaks_unasked,
            "recv_msg_setting": "all" if self.hears_all else "only_mention",
            "member_role": _ROLES.get(chat.member(me.id).status, "member"),
        }

    def member(self, chat: Chat, member: Member) -> Json:
        """As the list of members tells of one."""
        user = self._world.user(member.user)
        return {
            "member_openid": openid(user),
            "username": user.full_name,
            "member_role": _ROLES.get(member.status, "member"),
            "bot": user.is_bot,
            **({"joined_at": _written(self.joined[user.id])} if user.id in self.joined else {}),
        }

    def switched(self, chat: Chat) -> tuple[str, Json]:
        """The owner has changed what the bot is told, or may say."""
        by = self._world.user(chat.owner or self._world.bot.id)
        return "GROUP_MSG_RECEIVE" if self.hears_all else "GROUP_MSG_REJECT", self._robot(chat, by)

    def _message(self, body: Json) -> list[tuple[str, Json]]:
        chat = self._world.chats.get(body["chat"]["id"])
        if chat is None:
            return []
        if "new_chat_members" in body:
            self.joined |= {user["id"]: body["date"] for user in body["new_chat_members"]}
            return [
                self._changed("ADD", chat, user) for user in body["new_chat_members"] if not user["is_bot"]
            ]
        if gone := body.get("left_chat_member"):
            return [] if gone["is_bot"] else [self._changed("REMOVE", chat, gone)]
        if not any(kind in body for kind in _SAID):
            return []
        user = self._world.user(body["from"]["id"])
        told = self._said(chat, body)
        if chat.type == "private":
            author = {"id": openid(user), "user_openid": openid(user), "username": user.full_name}
            return [("C2C_MESSAGE_CREATE", told | {"author": author})]
        if not (self.hears_all or told["mentions"]):
            return []
        author = self.member(chat, chat.member(user.id)) | {"id": openid(user)}
        group = group_openid(chat)
        kind = "GROUP_MESSAGE_CREATE" if self.hears_all else "GROUP_AT_MESSAGE_CREATE"
        return [(kind, told | {"author": author, "group_id": group, "group_openid": group})]

    def _said(self, chat: Chat, body: Json) -> Json:
        words = body.get("text") or body.get("caption") or ""
        mentions: list[Json] = []
        for name in (self._world.bot.full_name, self._world.bot.username):
            if f"@{name}" in words:
                words, mentions = words.replace(f"@{name}", ""), [self._own()]
        told: Json = {
            "id": message_id(chat.id, body["message_id"]),
            "content": words,
            "timestamp": _written(body["date"]),
            "message_type": 0,
            "msg_idx": _index(chat, body),
            "attachments": self._attached(body),
        }
        if cited := body.get("reply_to_message"):
            writer = self._world.users.get(cited.get("from", {}).get("id", 0), self._world.bot)
            told |= {"message_type": _QUOTING, "msg_elements": [self._quoted(chat, cited, writer)]}
            if writer is self._world.bot:
                # Whoever quotes somebody names them, too, unless they take the name away again.
                mentions = [self._own()]
        return told | {"mentions": mentions}

    def _quoted(self, chat: Chat, cited: Json, writer: User) -> Json:
        author = {"id": openid(writer), "member_openid": openid(writer), "username": writer.full_name}
        words = cited.get("text") or cited.get("caption") or ""
        told = {"msg_idx": _index(chat, cited), "content": words, "author": author}
        return told | {"attachments": self._attached(cited)}

    def _own(self) -> Json:
        me = self._world.bot
        named = {"id": openid(me), "member_openid": openid(me), "username": me.full_name}
        return {"scope": "single", "bot": True, "is_you": True, **named}

    def _attached(self, body: Json) -> list[Json]:
        found: list[Json] = []
        if "photo" in body:
            found.append(self._file(body["photo"][-1]["file_id"], "image/jpeg"))
        if "document" in body:
            found.append(self._file(body["document"]["file_id"], "file"))
        if "voice" in body:
            found.append({"content_type": "voice", "url": f"{self._files}/voice", "filename": "voice.amr"})
        return found

    def _file(self, file_id: str, kind: str) -> Json:
        stored = self._world.files.by_id(file_id)
        assert stored is not None
        return {
            "content_type": kind,
            "filename": stored.name or "picture.jpg",
            "size": len(stored.data),
            "url": f"{self._files}/{stored.path}",
        }

    def _changed(self, what: str, chat: Chat, user: Json) -> tuple[str, Json]:
        told = {
            "group_openid": group_openid(chat),
            "member_openid": openid(self._world.user(user["id"])),
            "timestamp": _written(self._world.clock.seconds()),
        }
        return f"GROUP_MEMBER_{what}", told

    def _bot(self, body: Json) -> list[tuple[str, Json]]:
        """What happened to the bot itself: it came, or it went."""
        chat = self._world.chats.get(body["chat"]["id"])
        if chat is None or chat.type == "private":
            return []
        before, after = body["old_chat_member"]["status"], body["new_chat_member"]["status"]
        if (before in _OUT) == (after in _OUT):
            return []
        by = self._world.user(body["from"]["id"])
        return [("GROUP_DEL_ROBOT" if after in _OUT else "GROUP_ADD_ROBOT", self._robot(chat, by))]

    def _robot(self, chat: Chat, by: User) -> Json:
        return {
            "group_openid": group_openid(chat),
            "op_member_openid": openid(by),
            "timestamp": str(int(self._world.clock.seconds())),
        }


def _index(chat: Chat, body: Json) -> str:
    return f"REFIDX_{chat.id}x{body['message_id']}"


def _written(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()
