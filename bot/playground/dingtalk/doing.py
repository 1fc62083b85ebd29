"""What the robot asks of DingTalk, done in the playground."""

from __future__ import annotations

import base64
import hmac
import json
import re
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from bot.playground.chats import Chat
from bot.playground.dingtalk.naming import conversation, group, of_staff
from bot.playground.files import NotAPicture
from bot.playground.posting import publish, republish, take_away
from bot.playground.world import World

Json = dict[str, Any]

# An address to answer at is good for so long, in seconds.
SESSION = 5400.0
_MINUTE = 60.0
_PER_MINUTE = 20
_HOUR = 3_600_000
# A picture in Markdown.
_SHOWN = re.compile(r"!\[[^\]]*\]\(([^)]+)\)")


class Failed(Exception):
    """Answered with this status and code."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status


@dataclass(slots=True)
class Hook:
    """A custom robot of one group: it signs, and posts twenty times a minute."""

    chat: str
    secret: str
    posted: deque[float] = field(default_factory=deque)


class Doing:
    """`refused` are codes planned by path; `told` hears of everything the robot posted in a group."""

    def __init__(self, world: World, robot: str, files: str, told: Callable[[Chat, Json], None]) -> None:
        self._world = world
        self._robot = robot
        self._files = files
        self._told = told
        self._sessions: dict[str, tuple[int, float]] = {}
        self._media: dict[str, tuple[str, bytes]] = {}
        self._sent: dict[str, tuple[Chat, int]] = {}
        self._cards: dict[str, Json] = {}
        self._delivered: dict[str, tuple[Chat, int]] = {}
        self.hooks: dict[str, Hook] = {}
        self.refused: dict[str, list[tuple[int, str]]] = {}
        self._calls: dict[str, Callable[[Json], Json]] = {
            "/v1.0/robot/groupMessages/send": self._to_group,
            "/v1.0/robot/oToMessages/batchSend": self._to_people,
            "/v1.0/robot/groupMessages/recall": self._recall,
            "/v1.0/robot/otoMessages/batchRecall": self._recall,
            "/v1.0/robot/messageFiles/download": self._download,
            "/v1.0/card/instances": self._make_card,
            "/v1.0/card/instances/deliver": self._deliver_card,
            "PUT /v1.0/card/instances": self._change_card,
        }

    def do(self, path: str, asked: Json) -> Json:
        """Raises `Failed`."""
        if planned := self.refused.get(path):
            raise Failed(*planned.pop(0))
        call = self._calls.get(path)
        if call is None:
            raise Failed(404, "InvalidAction.NotFound")
        if "/card/" not in path and asked.get("robotCode") != self._robot:
            raise Failed(400, "invalidParameter.robotCode")
        return call(asked)

    def session(self, chat: Chat) -> tuple[str, int]:
        """A word to answer this chat with, and until when (Unix milliseconds)."""
        word, until = f"s{len(self._sessions)}", time.time() + SESSION
        self._sessions[word] = chat.id, until
        return word, int(until * 1000)

    def end_sessions(self) -> None:
        self._sessions.clear()

    def keep(self, kind: str, name: str, data: bytes) -> str:
        number = f"@lA{kind}{len(self._media)}"
        self._media[number] = name, data
        return number

    def answer(self, word: str, asked: Json) -> Json:
        """Post at the address a conversation was given."""
        chat_id, until = self._sessions.get(word, (0, 0.0))
        if until < time.time() or chat_id not in self._world.chats:
            return {"errcode": 300001, "errmsg": "session 不存在"}
        return self._plain(self._world.chats[chat_id], asked)

    def hook(self, token: str, stamp: str, sign: str, asked: Json) -> Json:
        """Post as a custom robot."""
        found = self.hooks.get(token)
        if found is None:
            return {"errcode": 300001, "errmsg": "token is not exist"}
        made = hmac.digest(found.secret.encode(), f"{stamp}\n{found.secret}".encode(), "sha256")
        late = not stamp.isdecimal() or abs(int(stamp) - time.time() * 1000) > _HOUR
        if late or not hmac.compare_digest(base64.b64encode(made).decode(), sign):
            return {"errcode": 310000, "errmsg": "sign not match"}
        now = time.monotonic()
        while found.posted and now - found.posted[0] > _MINUTE:
            found.posted.popleft()
        if len(found.posted) >= _PER_MINUTE:
            return {"errcode": 130101, "errmsg": "send too fast"}
        found.posted.append(now)
        return self._plain(self._world.chat(found.chat), asked)

    def _plain(self, chat: Chat, asked: Json) -> Json:
        """What an address takes: words, and Markdown with the pictures the application has uploaded."""
        told = asked.get(str(asked.get("msgtype"))) or {}
        content: Json = {}
        if asked.get("msgtype") == "text" and told.get("content"):
            content = {"text": str(told["content"])}
        elif asked.get("msgtype") == "markdown" and told.get("title") and told.get("text"):
            with suppress(Failed):
                content = self._marked(str(told["text"]))
        if not content:
            return {"errcode": 40035, "errmsg": "不合法的参数"}
        self._post(chat, content)
        return {"errcode": 0, "errmsg": "ok"}

    def _marked(self, text: str) -> Json:
        """A picture nobody uploaded is not shown, and nobody says so."""
        words = _SHOWN.sub("", text).strip()
        for number in _SHOWN.findall(text):
            if number in self._media:
                return self._photo(number) | ({"caption": words} if words else {})
        return {"text": words} if words else {}

    def _post(self, chat: Chat, content: Json) -> str:
        posted = publish(self._world, chat, {"from": self._world.bot.shown()}, content, by_bot=True)
        if chat.is_group:
            self._told(chat, posted.post.body)
        key = f"query{len(self._sent)}="
        self._sent[key] = chat, posted.post.id
        return key

    def _content(self, asked: Json) -> Json:
        try:
            told = json.loads(asked.get("msgParam") or "")
        except ValueError:
            raise Failed(400, "invalidParameter.msgParam") from None
        match asked.get("msgKey"):
            case "sampleText" if told.get("content"):
                return {"text": str(told["content"])}
            case "sampleImageMsg":
                return self._photo(told.get("photoURL"))
            case "sampleFile" if told.get("fileName") and told.get("fileType"):
                _, data = self._kept(told.get("mediaId"))
                stored = self._world.files.document(data, str(told["fileName"]))
                return {"document": stored.shown() | {"file_name": stored.name}}
        raise Failed(400, "invalidParameter.msgKey")

    def _photo(self, number: object) -> Json:
        _, data = self._kept(number)
        try:
            stored = self._world.files.photo(data)
        except NotAPicture:
            raise Failed(400, "invalidParameter.photoURL") from None
        return {"photo": [size.shown() for size in stored.sizes or (stored,)]}

    def _kept(self, number: object) -> tuple[str, bytes]:
        if str(number) not in self._media:
            raise Failed(400, "invalidParameter.mediaId")
        return self._media[str(number)]

    def _to_group(self, asked: Json) -> Json:
        chat = group(self._world, asked.get("openConversationId"))
        if chat is None:
            raise Failed(400, "invalidParameter.openConversationId")
        return {"processQueryKey": self._post(chat, self._content(asked))}

    def _to_people(self, asked: Json) -> Json:
        content, users = self._content(asked), asked.get("userIds") or []
        if not isinstance(users, list) or not 0 < len(users) <= 20:
            raise Failed(400, "invalidParameter.userIds")
        key, invalid = "", []
        for number in users:
            user = of_staff(self._world, number)
            if user is None or user.blocked:
                invalid.append(number)
            else:
                key = self._post(self._world.private(user), content)
        return {"processQueryKey": key, "invalidStaffIdList": invalid, "flowControlledStaffIdList": []}

    # --- cards ------------------------------------------------------------------------------------

    def _make_card(self, asked: Json) -> Json:
        number = str(asked.get("outTrackId") or "")
        if not asked.get("cardTemplateId") or not number or number in self._cards:
            raise Failed(
                400, "param.cardTemplateId" if number not in self._cards else "param.outTrackId.repeated"
            )
        self._cards[number] = _card(asked)
        return {"success": True, "result": number}

    def _deliver_card(self, asked: Json) -> Json:
        number, space = str(asked.get("outTrackId")), str(asked.get("openSpaceId") or "")
        kind, _, whose = space.removeprefix("dtv1.card//").partition(".")
        user = of_staff(self._world, whose) if kind == "IM_ROBOT" else None
        if number not in self._cards or user is None or user.blocked:
            return {"success": True, "result": [{"spaceId": whose, "success": False, "errorMsg": "spaceId"}]}
        chat, content = self._world.private(user), self._card_shown(number)
        posted = publish(self._world, chat, {"from": self._world.bot.shown()}, content, by_bot=True)
        self._delivered[number] = chat, posted.post.id
        return {"success": True, "result": [{"spaceId": whose, "success": True}]}

    def _change_card(self, asked: Json) -> Json:
        number = str(asked.get("outTrackId"))
        if number not in self._cards:
            raise Failed(404, "param.outTrackId")
        self._cards[number] = _card(asked)
        chat, message = self._delivered.get(number, (None, 0))
        post = chat.post(message) if chat is not None else None
        if chat is not None and post is not None:
            republish(self._world, chat, post, {"reply_markup": None} | self._card_shown(number))
        return {"success": True}

    def _card_shown(self, number: str) -> Json:
        card = self._cards[number]
        keys = [[{"text": one["text"], "callback_data": f"{number}:{one['id']}"}] for one in card["buttons"]]
        return {"text": card["text"], **({"reply_markup": {"inline_keyboard": keys}} if keys else {})}

    def _recall(self, asked: Json) -> Json:
        done: list[str] = []
        failed: dict[str, str] = {}
        for key in asked.get("processQueryKeys") or []:
            chat, number = self._sent.get(key, (None, 0))
            post = chat.post(number) if chat is not None else None
            if chat is None or post is None or (chat.is_group and not self._is_here(chat, asked)):
                failed[key] = "not found"
            else:
                take_away(self._world, chat, [post], self._world.bot.id)
                done.append(key)
        return {"successResult": done, "failedResult": failed}

    def _is_here(self, chat: Chat, asked: Json) -> bool:
        return asked.get("openConversationId") == conversation(chat)

    def _download(self, asked: Json) -> Json:
        stored = self._world.files.by_id(str(asked.get("downloadCode")))
        if stored is None:
            raise Failed(400, "invalidParameter.downloadCode")
        return {"downloadUrl": f"{self._files}/{stored.path}"}


def _card(asked: Json) -> Json:
    """What stands on it: every parameter is a text, its buttons the JSON of `sys_full_json_obj`."""
    told = (asked.get("cardData") or {}).get("cardParamMap") or {}
    if not all(isinstance(value, str) for value in told.values()):
        raise Failed(400, "param.cardData")
    whole = json.loads(told.get("sys_full_json_obj") or "{}")
    text = told.get("text") or told.get("markdown") or ""
    return {"text": text, "buttons": [one for one in whole.get("msgButtons") or [] if one.get("id")]}
