"""What happens in the playground as a robot's callbacks, and as lines of an admin's message stream."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from bot.playground.chats import Chat
from bot.playground.dingtalk.naming import conversation, message_id, open_id, sender, staff
from bot.playground.people import User
from bot.playground.world import World

Json = dict[str, Any]

CORPORATION = "ding-playground"
OVERHEARD, RECALLED = "user_im_message_receive_group", "user_im_message_recall_group"
# What a message refers to is not quoted with it.
_AROUND = ("reply_to_message", "forward_origin")


class Telling:
    """`outsiders` are keys of people who do not belong to the organisation, such as most parents."""

    def __init__(self, world: World, robot: str, outsiders: frozenset[str]) -> None:
        self._world = world
        self._robot = robot
        self.outsiders = outsiders

    def callback(self, update: Json, webhook: str, until: int) -> Json | None:
        """None for what no robot is told: in a group whatever does not name it, and all that is no message."""
        body = update.get("message")
        if body is None or not any(kind in body for kind in ("text", "photo", "document", "voice")):
            return None
        chat = self._world.chats[body["chat"]["id"]]
        if chat.is_group and not self._named(body):
            return None
        user = self._world.user(body["from"]["id"])
        told: Json = {
            "conversationId": conversation(chat) if chat.is_group else f"cidprivate{user.id}==",
            "chatbotCorpId": CORPORATION,
            "chatbotUserId": "$:LWCP_v1:$robot",
            "msgId": message_id(chat.id, body["message_id"]),
            "senderNick": user.full_name,
            "isAdmin": False,
            "senderId": sender(user),
            "sessionWebhookExpiredTime": until,
            "sessionWebhook": webhook,
            "createAt": body["date"] * 1000,
            "conversationType": "2" if chat.is_group else "1",
            "robotCode": self._robot,
            **self._content(body),
        }
        if user.key not in self.outsiders:
            told |= {"senderStaffId": staff(user), "senderCorpId": CORPORATION}
        if chat.is_group:
            told |= {
                "conversationTitle": chat.title,
                "isInAtList": True,
                "atUsers": [{"dingtalkId": "$:LWCP_v1:$robot"}],
            }
        return told

    def pressed(self, body: Json) -> Json:
        """A button of a card: its data is the card's number and its own."""
        card, _, button = str(body["data"]).rpartition(":")
        content = {"cardPrivateData": {"actionIds": [button], "params": {}}}
        user = self._world.user(body["from"]["id"])
        return {
            "type": "actionCallback",
            "outTrackId": card,
            "userId": staff(user),
            "userIdType": 1,
            "corpId": CORPORATION,
            "spaceType": "IM_ROBOT",
            "spaceId": staff(user),
            "extension": "{}",
            "content": json.dumps(content),
        }

    def _named(self, body: Json) -> bool:
        words = body.get("text") or body.get("caption") or ""
        return any(f"@{name}" in words for name in (self._world.bot.full_name, self._world.bot.username))

    def _content(self, body: Json) -> Json:
        words = body.get("text") or body.get("caption") or ""
        for name in (self._world.bot.full_name, self._world.bot.username):
            words = words.replace(f"@{name}", "")
        if body.get("forward_origin"):
            said = {"senderNick": body["forward_origin"].get("sender_user_name", ""), "content": words}
            record = json.dumps([said | {"msgType": "text"}], ensure_ascii=False)
            return {"msgtype": "chatRecord", "content": {"summary": words[:20], "chatRecord": record}}
        if "photo" in body and words.strip():
            code = body["photo"][-1]["file_id"]
            picture = {"type": "picture", "downloadCode": code}
            return {"msgtype": "richText", "content": {"richText": [{"text": words}, picture]}}
        if "photo" in body:
            return {"msgtype": "picture", "content": {"downloadCode": body["photo"][-1]["file_id"]}}
        if "document" in body:
            file = body["document"]
            return {
                "msgtype": "file",
                "content": {"downloadCode": file["file_id"], "fileName": file.get("file_name", "")},
            }
        if "voice" in body:
            return {"msgtype": "audio", "content": {"downloadCode": "voice", "recognition": ""}}
        text: Json = {"content": words}
        if cited := body.get("reply_to_message"):
            writer = self._world.users.get(cited.get("from", {}).get("id", 0))
            text["isReplyMsg"] = True
            text["repliedMsg"] = {
                "msgId": message_id(body["chat"]["id"], cited["message_id"]),
                "senderId": sender(writer) if writer is not None else "",
                "senderNick": writer.full_name if writer is not None else "",
                "createdAt": cited["date"] * 1000,
                **self._replied(cited),
            }
        return {"msgtype": "text", "text": text}

    def _replied(self, cited: Json) -> Json:
        """A quoted picture or file comes with the word it is fetched by, as it would by itself."""
        told = self._content({name: value for name, value in cited.items() if name not in _AROUND})
        said = told["text"]["content"] if told["msgtype"] == "text" else ""
        return {"msgType": told["msgtype"], "content": told.get("content") or {"text": said}}

    def line(self, chat: Chat, body: Json) -> Json:
        """A message of a group as the admin's stream prints it."""
        user = self._world.users.get(body.get("from", {}).get("id", 0), self._world.bot)
        told = self._line(OVERHEARD, chat, body["message_id"], user)
        told |= {"content": _printed(body), "create_time": _written(body["date"])}
        if cited := body.get("reply_to_message"):
            writer = self._world.users.get(cited.get("from", {}).get("id", 0), self._world.bot)
            told["quoted_message"] = {
                "message_id": message_id(chat.id, cited["message_id"]),
                "conversation_id": conversation(chat),
                "sender": writer.full_name,
                "sender_open_dingtalk_id": open_id(writer),
                "content": _printed(cited),
                "create_time": _written(cited["date"]),
            }
        return told

    def recalled(self, chat: Chat, body: Json) -> Json:
        user = self._world.user(body["user_id"])
        by = self._world.user(body["by"])
        told = self._line(RECALLED, chat, body["message_id"], user)
        return told | {"recaller": by.full_name, "recaller_open_dingtalk_id": open_id(by)}

    def _line(self, kind: str, chat: Chat, message: int, user: User) -> Json:
        now = int(self._world.clock.seconds() * 1000)
        return {
            "type": kind,
            "event_id": f"{kind}:{chat.id}:{message}",
            "timestamp": now,
            "subscribe_id": "playground",
            "message_id": message_id(chat.id, message),
            "conversation_id": conversation(chat),
            "sender": user.full_name,
            "sender_open_dingtalk_id": open_id(user),
            "event_time": now,
        }


def _printed(body: Json) -> str:
    """Words for what is no text."""
    words = str(body.get("text") or body.get("caption") or "")
    if "photo" in body:
        return f"[图片] {words}"
    return f"[文件] {body['document'].get('file_name', '')}" if "document" in body else words


def _written(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S")
