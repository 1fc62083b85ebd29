"""What stands in a chat already, from its history, where the implementation has it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import Any

import orjson

from bot.actions import Say
from bot.places import ChatKind, Place
from bot.platforms import Later, Refused, Unsure
from bot.platforms.onebot.gathering import told_at
from bot.platforms.onebot.people import group_number, number_of
from bot.platforms.onebot.performing import Call, plain
from bot.platforms.onebot.segments import content_of

# So many of a chat's last messages are looked through.
LOOKED_THROUGH = 50
# Seconds by which QQ's clock and ours may differ.
SKEW = 60


def number(body: bytes) -> str:
    """Of somebody's message, as it was brought; what is told about messages has the numbers of others."""
    with suppress(ValueError):
        told = orjson.loads(body)
        if isinstance(told, dict) and told.get("post_type") == "message":
            return str(told.get("message_id", ""))
    return ""


async def said(call: Call, say: Say, place: Place, me: str, since: int, others: Collection[str]) -> str:
    """The number of the newest of our own messages that says just this in answer to the same and is none of the
    `others`; "" when none does.
    """
    wanted = plain(say.text).strip()
    for one in reversed(await _latest(call, place)):
        number = str(one.get("message_id") or "")
        if number in others or str(_author(one)) != me or told_at(one) < since - SKEW:
            continue
        content = content_of(one.get("message"), me, lambda _: "", {})
        if content.text == wanted and (content.reply_to or None) == (say.reply_to or None):
            return number
    return ""


async def stands(call: Call, group: int, message_id: str) -> bool | None:
    """Whether a message is shown in its group; None when nobody can tell."""
    asked = {"group_id": group, "count": LOOKED_THROUGH}
    try:
        told = await call("get_group_msg_history", asked)
    except (Later, Refused, Unsure):
        return None
    listed = _messages(told)
    return any(str(one.get("message_id")) == message_id for one in listed) if listed else None


async def _latest(call: Call, place: Place) -> list[Mapping[str, Any]]:
    """`get_friend_msg_history` is an extension, as the other is."""
    if place.kind is ChatKind.GROUP:
        action, asked = "get_group_msg_history", {"group_id": group_number(place)}
    else:
        action, asked = "get_friend_msg_history", {"user_id": number_of(place.address)}
    try:
        return _messages(await call(action, asked | {"count": LOOKED_THROUGH}))
    except (Later, Refused, Unsure):
        return []


def _messages(told: object) -> list[Mapping[str, Any]]:
    listed = told.get("messages") if isinstance(told, dict) else None
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []


def _author(message: Mapping[str, Any]) -> object:
    sender = message.get("sender")
    return message.get("user_id") or (sender.get("user_id") if isinstance(sender, dict) else None)
