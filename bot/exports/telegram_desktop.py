"""Telegram Desktop's `result.json`: one chat or a whole account, read object by object.

The file may be larger than memory and may be broken in the middle, so it is not parsed as one
document: each message object is decoded on its own, and after damage reading resumes at the next.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, BinaryIO

from bot.exports.model import Broken, Exported

_CHUNK = 1 << 20
_LARGEST_OBJECT = 8 << 20
_ARRAY = re.compile(r'"messages"\s*:\s*\[')
_NAME = re.compile(r'"name"\s*:\s*("(?:[^"\\]|\\.){0,500}")')
_NEXT_OBJECT = re.compile(r'\{\s*"id"\s*:')
_DECODER = json.JSONDecoder()


def recognises(start: bytes) -> bool:
    head = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    return head.startswith(b"{") and (b'"messages"' in start or b'"chats"' in start)


class _Window:
    """A sliding piece of the file: `text[at:]` is still to be read, `line` is the line number there."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._undecoded = b""
        self.text = ""
        self.at = 0
        self.line = 1
        self.ended = False

    def grow(self) -> None:
        chunk = self._stream.read(_CHUNK)
        self.ended = not chunk
        data = self._undecoded + chunk
        cut = len(data) if self.ended else _last_whole_character(data)
        self.text = self.text[self.at :] + data[:cut].decode("utf-8", "replace")
        self.at = 0
        self._undecoded = data[cut:]

    def move(self, to: int) -> None:
        to = min(max(to, self.at), len(self.text))
        self.line += self.text.count("\n", self.at, to)
        self.at = to

    @property
    def left(self) -> int:
        return len(self.text) - self.at

    @property
    def place(self) -> str:
        return f"line {self.line}"


def _last_whole_character(data: bytes) -> int:
    for back in range(1, min(4, len(data)) + 1):
        byte = data[-back]
        if byte < 0x80:
            return len(data)
        if byte >= 0xC0:
            width = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return len(data) - back if back < width else len(data)
    return len(data)


def read(stream: BinaryIO) -> Iterator[Exported | Broken]:
    window = _Window(stream)
    while (chat := _next_array(window)) is not None:
        for item in _objects(window):
            if isinstance(item, Broken):
                yield item
            else:
                place, found = item
                yield from _converted(place, chat, found)


def _next_array(window: _Window) -> str | None:
    """Move past the next `"messages": [` and return the name of the chat it belongs to."""
    name = ""
    while True:
        found = _ARRAY.search(window.text, window.at)
        names = _NAME.findall(window.text, window.at, found.start() if found else len(window.text))
        name = json.loads(names[-1], strict=False) if names else name
        if found:
            window.move(found.end())
            return name
        if window.ended:
            return None
        window.move(len(window.text) - 1024)
        window.grow()


def _objects(window: _Window) -> Iterator[tuple[str, dict[str, Any]] | Broken]:
    """Yield the objects of the array the window stands in, until its closing bracket."""
    while True:
        window.move(_after_separators(window.text, window.at))
        if not window.left and not window.ended:
            window.grow()
            continue
        if not window.left or window.text[window.at] == "]":
            window.move(window.at + 1)
            return
        try:
            found, end = _DECODER.raw_decode(window.text, window.at)
        except (json.JSONDecodeError, RecursionError) as error:
            if not window.ended and window.left < _LARGEST_OBJECT:
                window.grow()
                continue
            yield Broken(window.place, f"not valid JSON ({getattr(error, 'msg', 'nested too deeply')})")
            _resume(window)
            continue
        place = window.place
        window.move(end)
        yield place, found if isinstance(found, dict) else {}


def _after_separators(text: str, position: int) -> int:
    while position < len(text) and text[position] in " \t\r\n,":
        position += 1
    return position


def _resume(window: _Window) -> None:
    """Move to where the next message object begins after damage at the window's edge."""
    start = window.at + 1
    while (found := _NEXT_OBJECT.search(window.text, start)) is None and not window.ended:
        window.move(len(window.text) - 64)
        window.grow()
        start = window.at
    window.move(found.start() if found else len(window.text))


def _converted(place: str, chat: str, item: dict[str, Any]) -> Iterator[Exported | Broken]:
    try:
        when = datetime.fromisoformat(str(item["date"])).replace(tzinfo=UTC)
        if item.get("type") == "service":
            yield from _joins(place, chat, item, when)
            return
        if item.get("type") != "message":
            return
        yield _message(place, chat, item, when)
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        yield Broken(place, f"not a message as Telegram Desktop writes it ({type(error).__name__})")


def _joins(place: str, chat: str, item: dict[str, Any], when: datetime) -> Iterator[Exported]:
    if item.get("action") in ("join_group_by_link", "join_group_by_request"):
        name, account = str(item.get("actor") or ""), str(item.get("actor_id") or "")
        yield Exported(
            place=place,
            chat=chat,
            id=str(item.get("id")),
            sender_id=account,
            sender=name,
            when=when,
            joined=True,
        )


def _message(place: str, chat: str, item: dict[str, Any], when: datetime) -> Exported:
    text, links = _text(item.get("text", ""))
    photo, file = item.get("photo"), item.get("file")
    reply = item.get("reply_to_message_id")
    return Exported(
        place=place,
        chat=chat,
        id=str(item["id"]),
        sender_id=str(item.get("from_id") or item.get("from") or ""),
        sender=str(item.get("from") or ""),
        text=text,
        when=when,
        media=str(photo or file or ""),
        is_picture=bool(photo) or str(item.get("mime_type", "")).startswith("image/"),
        file_name=str(item.get("file_name") or (str(file).rsplit("/", 1)[-1] if file else "")),
        forwarded="forwarded_from" in item,
        reply_to=None if reply is None else str(reply),
        links=links,
    )


def _text(value: object) -> tuple[str, tuple[str, ...]]:
    """Join Telegram's list of plain and formatted pieces; a link hidden under words comes out beside them."""
    if isinstance(value, str):
        return value, ()
    pieces = value if isinstance(value, list) else []
    words, links = [], []
    for piece in pieces:
        if isinstance(piece, dict):
            words.append(str(piece.get("text", "")))
            if piece.get("href"):
                links.append(str(piece["href"]))
        else:
            words.append(str(piece))
    return "".join(words), tuple(links)
