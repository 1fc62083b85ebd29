"""What hangs on the groups' boards; as NapCat's published source answers, one put up is told no number."""

from __future__ import annotations

import zlib
from typing import Any

from bot.playground.chats import Chat
from bot.playground.onebot.failed import Failed
from bot.playground.world import World

Json = dict[str, Any]


class Notices:
    def __init__(self, world: World) -> None:
        self._world = world
        self._up: dict[int, list[Json]] = {}
        self._count = 0

    def of(self, chat: Chat) -> list[Json]:
        """The newest first."""
        return self._up.get(chat.id, [])[::-1]

    def put_up(self, chat: Chat, asked: Json) -> None:
        self._led(chat)
        if not str(asked.get("content") or "").strip():
            raise Failed(1400, "内容不能为空")
        self._count += 1
        notice = {
            "notice_id": f"{zlib.crc32(str(chat.id).encode()):08x}{self._count:08x}",
            "sender_id": self._world.bot.id,
            "publish_time": int(self._world.clock.seconds()),
            "message": {"text": str(asked["content"]).replace("\n", "\r\n"), "images": []},
        }
        self._up.setdefault(chat.id, []).append(notice)

    def take_down(self, chat: Chat, asked: Json) -> None:
        self._led(chat)
        kept = [one for one in self.of(chat)[::-1] if one["notice_id"] != asked.get("notice_id")]
        if len(kept) == len(self.of(chat)):
            raise Failed(1200, "公告不存在")
        self._up[chat.id] = kept

    def _led(self, chat: Chat) -> None:
        if not chat.member(self._world.bot.id).leads:
            raise Failed(1200, "设置群公告失败 错误信息:没有权限")
