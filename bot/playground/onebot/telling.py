"""What happens in the playground as OneBot events."""

from __future__ import annotations

from typing import Any

from bot.playground.chats import Chat, Post
from bot.playground.onebot.numbering import Numbering, group_number
from bot.playground.people import User
from bot.playground.world import World

Json = dict[str, Any]

_ROLES = {"creator": "owner", "administrator": "admin"}
_OUT = ("left", "kicked")


class Telling:
    """`files` is the address beside which the playground's pictures are found; `odd_segments` puts something nobody knows
    into every message; `uploads` tells of a file in a group only that it was put into its store.
    """

    def __init__(self, world: World, numbering: Numbering, files: str) -> None:
        self._world = world
        self._numbering = numbering
        self._files = files
        self.odd_segments = False
        self.uploads = False

    def events(self, update: Json) -> list[Json]:
        """The events of one update; none for what QQ does not know, such as an edit."""
        if "message" in update:
            return self._message(update["message"])
        if "my_chat_member" in update:
            return self._member(update["my_chat_member"])
        if "chat_member" in update:
            return self._member(update["chat_member"])
        if "recalled" in update:
            return [self._recalled(update["recalled"])]
        return []

    def meta(self, kind: str, **more: Any) -> Json:
        return self._event("meta_event", meta_event_type=kind, **more)

    def asked(self, chat: Chat, user: User, words: str) -> Json:
        """Somebody who wants to be let in; who they are is asked for by their number."""
        told = {"sub_type": "add", "group_id": group_number(chat.id), "user_id": user.id}
        comment = f"问题：您是哪位？\n答案：{words}"
        return self._event(
            "request", request_type="group", flag=f"{chat.id}:{user.id}", comment=comment, **told
        )

    def shown(self, chat: Chat, body: Json, by_bot: bool = False) -> Json:
        """A message as events, histories and get_msg show it."""
        author = body.get("from", {})
        user = self._world.users.get(author.get("id", 0))
        number = self._numbering.number(chat.id, body["message_id"])
        told = self._event(
            "message_sent" if by_bot else "message",
            time=body["date"],
            message_id=number,
            message_seq=number,
            user_id=author.get("id", 0),
            sender=self.member(chat, user) if user is not None else {},
            message=self.segments(chat, body),
            raw_message=body.get("text") or body.get("caption") or "",
            message_format="array",
            font=14,
        )
        if chat.type == "private":
            return told | {"message_type": "private", "sub_type": "friend"}
        return told | {
            "message_type": "group",
            "sub_type": "normal",
            "group_id": group_number(chat.id),
            "group_name": chat.title,
            "anonymous": None,
        }

    def member(self, chat: Chat, user: User) -> Json:
        """A member as get_group_member_info tells of one."""
        told: Json = {"user_id": user.id, "nickname": user.full_name, "card": "", "sex": "unknown", "age": 0}
        if chat.type == "private":
            return told
        place = chat.member(user.id)
        return told | {
            "group_id": group_number(chat.id),
            "role": _ROLES.get(place.status, "member"),
            "title": place.tag,
            "level": "1",
            "is_robot": user.is_bot and user is not self._world.bot,
            "join_time": 0,
            "shut_up_timestamp": place.until if place.status == "restricted" else 0,
        }

    def segments(self, chat: Chat, body: Json) -> list[Json]:
        parts: list[Json] = [{"type": "hologram", "data": None}] if self.odd_segments else []
        if cited := body.get("reply_to_message"):
            number = self._numbering.number(chat.id, cited["message_id"])
            parts.append({"type": "reply", "data": {"id": str(number)}})
        if "photo" in body:
            parts.append({"type": "image", "data": self._file(body["photo"][-1]["file_id"])})
        if "document" in body:
            parts.append({"type": "file", "data": self._file(body["document"]["file_id"])})
        text = body.get("text") or body.get("caption") or ""
        if body.get("forward_origin"):
            forward = f"forward:{self._numbering.number(chat.id, body['message_id'])}"
            return [*parts, {"type": "forward", "data": {"id": forward}}]
        return [*parts, {"type": "text", "data": {"text": text}}] if text else parts

    def forwarded(self, chat: Chat, post: Post) -> list[Json]:
        """The one message inside a forward."""
        origin = post.body.get("forward_origin", {})
        user = origin.get("sender_user", {})
        name = user.get("first_name") or origin.get("sender_user_name", "")
        body = {key: value for key, value in post.body.items() if key != "forward_origin"}
        sender = {"user_id": user.get("id", 0), "nickname": name}
        return [{"sender": sender, "time": post.body["date"], "content": self.segments(chat, body)}]

    def _file(self, file_id: str) -> Json:
        stored = self._world.files.by_id(file_id)
        assert stored is not None
        named = {"name": stored.name} if stored.name else {}
        return {
            "file": stored.name or f"{stored.unique_id}.image",
            "file_id": stored.file_id,
            "file_size": str(len(stored.data)),
            "url": f"{self._files}/{stored.path}",
            **named,
        }

    def _message(self, body: Json) -> list[Json]:
        chat = self._world.chats[body["chat"]["id"]]
        if "new_chat_members" in body:
            return [self._came(chat, body, user) for user in body["new_chat_members"] if not user["is_bot"]]
        if "left_chat_member" in body:
            gone = body["left_chat_member"]
            return [] if gone["is_bot"] else [self._went(chat, body, gone)]
        if self.uploads and "document" in body and chat.is_group:
            return [self._uploaded(chat, body)]
        return [self.shown(chat, body)]

    def _uploaded(self, chat: Chat, body: Json) -> Json:
        told = self._file(body["document"]["file_id"])
        file = {"id": told["file_id"], "name": told["file"], "size": int(told["file_size"]), "busid": 102}
        return self._notice(chat, "group_upload", user_id=body["from"]["id"], file=file)

    def _came(self, chat: Chat, body: Json, user: Json) -> Json:
        invited = user["id"] != body["from"]["id"]
        return self._notice(
            chat,
            "group_increase",
            sub_type="invite" if invited else "approve",
            user_id=user["id"],
            operator_id=body["from"]["id"],
        )

    def _went(self, chat: Chat, body: Json, user: Json) -> Json:
        kicked = user["id"] != body["from"]["id"]
        return self._notice(
            chat,
            "group_decrease",
            sub_type="kick" if kicked else "leave",
            user_id=user["id"],
            operator_id=body["from"]["id"],
        )

    def _member(self, body: Json) -> list[Json]:
        """What happened to the account itself, and who rose or fell."""
        if body["chat"]["type"] == "private":
            return []
        chat = self._world.chats[body["chat"]["id"]]
        before, after = body["old_chat_member"]["status"], body["new_chat_member"]["status"]
        user, by = body["new_chat_member"]["user"]["id"], body["from"]["id"]
        told = {"user_id": user, "operator_id": by}
        found: list[Json] = []
        own = user == self._world.bot.id
        if own and before in _OUT and after not in _OUT:
            found.append(self._notice(chat, "group_increase", sub_type="invite", **told))
        if own and before not in _OUT and after in _OUT:
            return [self._notice(chat, "group_decrease", sub_type="kick_me", **told)]
        if (before in _ROLES) != (after in _ROLES):
            sub_type = "set" if after in _ROLES else "unset"
            found.append(self._notice(chat, "group_admin", sub_type=sub_type, **told))
        return found

    def _recalled(self, body: Json) -> Json:
        chat = self._world.chats[body["chat"]["id"]]
        number = self._numbering.number(chat.id, body["message_id"])
        return self._notice(
            chat, "group_recall", message_id=number, user_id=body["user_id"], operator_id=body["by"]
        )

    def _notice(self, chat: Chat, kind: str, **more: Any) -> Json:
        return self._event("notice", notice_type=kind, group_id=group_number(chat.id), **more)

    def _event(self, kind: str, **more: Any) -> Json:
        told = {"time": int(self._world.clock.seconds()), "self_id": self._world.bot.id, "post_type": kind}
        return told | more
