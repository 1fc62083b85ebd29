"""getUpdates with the answer kept as bytes: what cannot be parsed later must not be lost now."""

from __future__ import annotations

import json
import re
from typing import Any

import structlog
from telegram import Bot
from telegram.request import HTTPXRequest, RequestData
from telegram.request._requestparameter import RequestParameter

from bot.platforms.arrivals import Batch, Raw
from bot.platforms.telegram.reading import ALLOWED

log = structlog.get_logger(__name__)

WAIT = 30
MOST = 100

_LIST = re.compile(r'\s*\{\s*"ok"\s*:\s*true\s*,\s*"result"\s*:\s*\[\s*')
_NUMBER = re.compile(r'\{\s*"update_id"\s*:\s*(\d+)')
# Quotes within strings are escaped: this is the next update or the end of the list, and nothing else.
_END = re.compile(r',\s*\{\s*"update_id"\s*:|\]\s*\}\s*\Z')
_BETWEEN = re.compile(r"\s*,?\s*")
_decode = json.JSONDecoder().raw_decode


class UpdatesRequest(HTTPXRequest):
    """A request whose result is a list of (update, its own JSON text)."""

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        text = payload.decode("utf-8", "replace")
        start = _LIST.match(text)
        if start is not None:
            try:
                return {"ok": True, "result": _split(text, start.end())}
            except (ValueError, IndexError):
                # Cut off on the way: the library says so in its own words.
                pass
        return HTTPXRequest.parse_json_payload(payload)


def _split(text: str, position: int) -> list[tuple[Any, str]]:
    parts: list[tuple[Any, str]] = []
    while text[position] != "]":
        value, end = _update(text, position)
        parts.append((value, text[position:end]))
        between = _BETWEEN.match(text, end)
        position = between.end() if between else end
    return parts


def _update(text: str, position: int) -> tuple[Any, int]:
    """The update that begins here and where it ends; of one nested beyond reason, its number alone."""
    try:
        return _decode(text, position)
    except RecursionError:
        number, end = _NUMBER.match(text, position), _END.search(text, position + 1)
        if number is None or end is None:
            raise ValueError("cut off") from None
        return {"update_id": int(number[1])}, end.start()


async def poll(bot: Bot, request: HTTPXRequest, cursor: str | None) -> Batch:
    """Wait for updates. Asking with a cursor confirms every update before it."""
    asked: dict[str, Any] = {"timeout": WAIT, "limit": MOST, "allowed_updates": ALLOWED}
    if cursor is not None:
        asked["offset"] = int(cursor)
    result: Any = await request.post(
        f"{bot.base_url}/getUpdates",
        RequestData([RequestParameter.from_input(name, value) for name, value in asked.items()]),
        read_timeout=WAIT + 15.0,
    )
    return batch_of(result, cursor)


async def unhook(bot: Bot) -> None:
    """A webhook somebody set would keep all updates from us; those waiting stay."""
    await bot.delete_webhook(drop_pending_updates=False)


def batch_of(parts: list[tuple[Any, str]], cursor: str | None) -> Batch:
    raws: list[Raw] = []
    latest = -1
    for value, text in parts:
        number = value.get("update_id") if isinstance(value, dict) else None
        if not isinstance(number, int):
            # Without a number it can be neither confirmed nor told apart from the next one.
            log.error("update_without_number")
            continue
        latest = max(latest, number)
        raws.append(Raw(str(number), lane_of(value), text.encode("utf-8", "replace")))
    return Batch(tuple(raws), str(latest + 1) if raws else (cursor or ""), len(parts) >= MOST)


def lane_of(update: dict[str, Any]) -> str:
    """The chat an update belongs to; updates without one keep their own order."""
    for kind in ALLOWED:
        content = update.get(kind)
        if isinstance(content, dict):
            holder = content.get("message", content) if kind == "callback_query" else content
            chat = holder.get("chat") if isinstance(holder, dict) else None
            if isinstance(chat, dict):
                return str(chat.get("id", ""))[:128]
    return ""
