"""What an event leaves out and its reading needs: cited messages, forwarded conversations, who came in."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import orjson
import structlog

from bot.platforms import Later, Refused, Unsure
from bot.platforms.arrivals import Raw
from bot.platforms.onebot.known import Known
from bot.platforms.onebot.performing import Call
from bot.platforms.onebot.reading import CITED, FORWARDS, GAP, MEMBER
from bot.platforms.onebot.segments import segments_of

log = structlog.get_logger(__name__)

# Looking something up must not keep a warning waiting.
PATIENCE = 3.0
_MOST_FORWARDS = 3
# A picture sent inside an event, or a text beyond reason, is not kept whole.
_LONGEST = 50_000
# Some implementations add the client's own account of a message, several times as long.
_RAW = "raw"
_TWICE = b'"raw":'

_STORED = frozenset(("message", "notice"))
_ASKS = ("group", "add")


def concerns(event: Mapping[str, Any], groups: frozenset[int], me: str) -> bool:
    """Whether it is kept: told to this account, said or done by somebody else, in a group that is guarded or in private."""
    if me and str(event.get("self_id") or me) != me:
        return False
    if event.get("post_type") not in _STORED and not asks_to_enter(event):
        return False
    if event.get("post_type") == "message" and str(event.get("user_id")) == me:
        return False
    group = event.get("group_id")
    return not group or not groups or group in groups


def told_at(event: Mapping[str, Any]) -> int:
    """Seconds since 1970; 0 where nothing sensible is told."""
    time = event.get("time")
    return time if isinstance(time, int) and time > 0 else 0


def asks_to_enter(event: Mapping[str, Any]) -> bool:
    """Whether somebody wants to be let into a group."""
    return (event.get("request_type"), event.get("sub_type")) == _ASKS


async def complete(event: dict[str, Any], call: Call, known: Known) -> None:
    """Add what has to be asked for, as far as it comes in time."""
    try:
        async with asyncio.timeout(PATIENCE):
            if event.get("notice_type") == "group_increase":
                await _newcomer(event, call, known)
            elif asks_to_enter(event):
                event[MEMBER] = await call("get_stranger_info", {"user_id": event.get("user_id")})
            elif event.get("post_type") == "message":
                await _inside(event, call, known)
    except (Later, Refused, Unsure, TimeoutError) as trouble:
        log.info("onebot_not_told", reason=str(trouble) or "in time")


async def _newcomer(event: dict[str, Any], call: Call, known: Known) -> None:
    if str(event.get("user_id")) != known.me:
        asked = {"group_id": event.get("group_id"), "user_id": event.get("user_id"), "no_cache": True}
        event[MEMBER] = await call("get_group_member_info", asked)


async def _inside(event: dict[str, Any], call: Call, known: Known) -> None:
    forwards: dict[str, Any] = {}
    for segment in segments_of(event.get("message")):
        data = segment.get("data")
        number = str(data.get("id") or "") if isinstance(data, dict) else ""
        if segment["type"] == "reply" and not number.lstrip("-").isdecimal():
            # A quotation of something the implementation cannot name.
            continue
        if segment["type"] == "reply" and (event.get("group_id") or 0, number) not in known.said:
            event[CITED] = await call("get_msg", {"message_id": int(number)})
        elif segment["type"] == "forward" and number and len(forwards) < _MOST_FORWARDS:
            told = await call("get_forward_msg", {"id": number, "message_id": number})
            forwards[number] = told.get("messages") or told.get("message") if isinstance(told, dict) else None
            event[FORWARDS] = forwards


def needs_asking(event: Mapping[str, Any]) -> bool:
    if event.get("notice_type") == "group_increase" or asks_to_enter(event):
        return True
    message = event.get("message")
    if isinstance(message, str):
        return "[CQ:reply" in message or "[CQ:forward" in message
    return any(one["type"] in ("reply", "forward") for one in segments_of(message))


def raw_of(event: Mapping[str, Any]) -> Raw:
    """As it is stored. A message fetched again after a pause has the same number; what has none is known by
    its content.
    """
    body = _kept(event)
    group, user = event.get("group_id"), event.get("user_id")
    if event.get("post_type") == "message" and event.get("message_id") is not None:
        number = f"message:{group or user}:{event['message_id']}:{event.get('time', 0)}"
    else:
        number = f"notice:{hashlib.sha256(body).hexdigest()[:40]}"
    return Raw(number[:128], f"group:{group}" if group else f"qq:{user}", body)


def gap_in(group: int, since: int) -> Raw:
    """That a group was not heard for some time after then, to be read as if an implementation had told it."""
    body = orjson.dumps({"post_type": GAP, "group_id": group, "time": since})
    return Raw(f"gap:{group}:{since}", f"group:{group}", body)


def _kept(event: Mapping[str, Any]) -> bytes:
    """As it came, if it is short and holds nothing twice, as nearly all do: looking through each costs more than reading it."""
    with suppress(TypeError):  # nested deeper than can be written
        body = orjson.dumps(event)
        if len(body) <= _LONGEST and _TWICE not in body:
            return body
    return orjson.dumps(_bounded(event))


def _bounded(node: Any, depth: int = 0) -> Any:
    if isinstance(node, str):
        return node if len(node) <= _LONGEST else node[:_LONGEST]
    if depth > 40:
        return None
    if isinstance(node, Mapping):
        return {str(key)[:200]: _bounded(value, depth + 1) for key, value in node.items() if key != _RAW}
    if isinstance(node, list):
        return [_bounded(one, depth + 1) for one in node[:1_000]]
    return node
