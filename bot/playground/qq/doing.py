"""What the bot asks of QQ's bot platform, done in the playground."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bot.playground.chats import Chat
from bot.playground.files import NotAPicture
from bot.playground.membership import change
from bot.playground.people import Member
from bot.playground.posting import publish, take_away
from bot.playground.qq.naming import (
    chat_number,
    group_openid,
    message_id,
    message_number,
    openid,
    user_number,
)
from bot.playground.qq.telling import Telling
from bot.playground.world import World

Json = dict[str, Any]

# A message can be answered for so long (the playground's clock), so many times.
_OPEN = {True: 300.0, False: 3600.0}
_ANSWERS = 5
_WORDS, _MEDIA = 0, 7
_PICTURE, _FILE = 1, 4


class Failed(Exception):
    """Answered with this status, this code."""

    def __init__(self, status: int, code: int) -> None:
        super().__init__(str(code))
        self.status = status
        self.code = code


class Doing:
    """`unasked` is how many messages of its own accord the bot may still send; `refused` are codes planned by the
    end of a path.
    """

    def __init__(self, world: World, telling: Telling) -> None:
        self._world = world
        self._telling = telling
        self._media: dict[str, tuple[bytes, str]] = {}
        self._answered: dict[str, set[int]] = {}
        self.unasked = 1_000_000
        self.refused: dict[str, list[tuple[int, int]]] = {}

    def do(self, method: str, path: list[str], asked: Json) -> Json:
        """Raises `Failed`."""
        if planned := self.refused.get(path[-1]):
            raise Failed(*planned.pop(0))
        match (method, *path):
            case ("GET", "users", "@me"):
                me = self._world.bot
                return {"id": openid(me), "username": me.full_name, "bot": True, "avatar": ""}
            case ("POST", "v2", "groups" | "users", _, "messages"):
                return self._post(self._chat(path), asked)
            case ("POST", "v2", "groups" | "users", _, "files"):
                return self._keep(asked)
            case ("DELETE", "v2", "groups" | "users", _, "messages", number):
                return self._take_away(self._chat(path), number)
            case (_, "v2", "groups", _, *rest):
                return self._of_group(method, self._chat(path), rest, asked)
        raise Failed(404, 11)

    def _of_group(self, method: str, chat: Chat, rest: list[str], asked: Json) -> Json:
        simple: dict[tuple[str, ...], Callable[[], Json]] = {
            ("GET", "bot_state"): lambda: self._telling.state(chat),
            ("GET", "info"): lambda: self._info(chat),
            ("GET", "members"): lambda: self._members(chat),
            ("POST", "restrict_chat_setting"): lambda: self._mute(chat, asked),
            ("POST", "batch_remove_members"): lambda: self._remove(chat, asked),
            ("POST", "member_blacklist"): lambda: {"fail_openids": []},
        }
        if (found := simple.get((method, *rest))) is not None:
            return found()
        if method == "GET" and len(rest) == 2 and rest[0] == "members":
            member = chat.member(user_number(rest[1]))
            if member.present:
                return self._telling.member(chat, member)
        raise Failed(404, 11)

    def _chat(self, path: list[str]) -> Chat:
        if path[1] == "groups":
            chat = self._world.chats.get(chat_number(path[2]))
            if chat is None or not chat.member(self._world.bot.id).present:
                raise Failed(400, 11253)
            return chat
        user = self._world.users.get(user_number(path[2]))
        if user is None or user.blocked:
            raise Failed(400, 40034010)
        return self._world.private(user)

    def _info(self, chat: Chat) -> Json:
        return {
            "group_openid": group_openid(chat),
            "group_name": chat.title,
            "group_finger_memo": "",
            "group_class_text": "",
            "group_tags": [],
            "group_member_num": sum(member.present for member in chat.members.values()),
        }

    def _members(self, chat: Chat) -> Json:
        listed = [self._telling.member(chat, member) for member in chat.members.values() if member.present]
        return {"members": listed, "next_cursor": ""}

    def _post(self, chat: Chat, asked: Json) -> Json:
        self._allow(chat, asked)
        content: Json = {}
        text = str(asked.get("content") or "").strip()
        if asked.get("msg_type") == _MEDIA:
            content = self._shown(str((asked.get("media") or {}).get("file_info")))
        elif asked.get("msg_type") != _WORDS or not text:
            raise Failed(400, 50006)
        if text:
            content["caption" if content else "text"] = text
        posted = publish(self._world, chat, {"from": self._world.bot.shown()}, content, by_bot=True)
        number = message_id(chat.id, posted.post.id)
        return {"id": number, "timestamp": str(int(self._world.clock.seconds()))}

    def _shown(self, number: str) -> Json:
        try:
            data, name = self._media[number]
            if name:
                stored = self._world.files.document(data, name)
                return {"document": stored.shown() | {"file_name": stored.name}}
            stored = self._world.files.photo(data)
        except (KeyError, NotAPicture):
            raise Failed(400, 304082) from None
        return {"photo": [size.shown() for size in stored.sizes or (stored,)]}

    def _allow(self, chat: Chat, asked: Json) -> None:
        """An answer within its window, each number once; else of the bot's own accord, while that is allowed."""
        answered = asked.get("msg_id")
        if answered is None:
            if chat.is_group and not self._telling.speaks_unasked:
                raise Failed(400, 11241)
            if self.unasked <= 0:
                raise Failed(400, 22009)
            self.unasked -= 1
            return
        where, number = message_number(str(answered))
        post = chat.posts.get(number) if where == chat.id else None
        late = post is not None and self._world.clock.seconds() - post.body["date"] > _OPEN[chat.is_group]
        used = self._answered.setdefault(str(answered), set())
        if post is None or late or len(used) >= _ANSWERS:
            raise Failed(400, 40034025)
        if asked.get("msg_seq", 1) in used:
            raise Failed(400, 40054005)
        used.add(asked.get("msg_seq", 1))

    def _keep(self, asked: Json) -> Json:
        try:
            data = base64.b64decode(str(asked.get("file_data") or ""), validate=True)
        except (ValueError, binascii.Error):
            raise Failed(400, 304083) from None
        kind, name = asked.get("file_type"), str(asked.get("file_name") or "")
        if kind not in (_PICTURE, _FILE) or not data or asked.get("srv_send_msg") is not False:
            raise Failed(400, 304083)
        number = f"info{len(self._media)}"
        # A file without a name has none in the chat.
        self._media[number] = data, (name or "未命名") if kind == _FILE else ""
        return {"file_uuid": number, "file_info": number, "ttl": 3600}

    def _take_away(self, chat: Chat, mark: str) -> Json:
        where, number = message_number(mark)
        post = chat.post(number) if where == chat.id else None
        if post is None:
            raise Failed(400, 50045)
        if not post.by_bot and not chat.member(self._world.bot.id).leads:
            raise Failed(403, 11255)
        take_away(self._world, chat, [post], self._world.bot.id)
        return {}

    def _target(self, chat: Chat, mark: object) -> Member:
        member = chat.member(user_number(str(mark)))
        if not chat.member(self._world.bot.id).leads or member.leads:
            raise Failed(403, 11255)
        return member

    def _mute(self, chat: Chat, asked: Json) -> Json:
        for one in asked.get("members") or []:
            member, op = self._target(chat, one.get("member_openid")), one.get("op")
            if op not in ("add", "update", "del") or (op != "del" and not one.get("mute_expire_at")):
                raise Failed(400, 11253)
            status = "member" if op == "del" else "restricted"
            change(self._world, chat, replace(member, status=status), self._world.bot)
        return {}

    def _remove(self, chat: Chat, asked: Json) -> Json:
        for mark in asked.get("member_openids") or []:
            member = self._target(chat, mark)
            change(self._world, chat, Member(member.user, "kicked"), self._world.bot)
        return {"add_to_member_blacklist_fail_openids": []}
