"""WhatsApp's `_chat.txt`: "[31/12/2023, 22:15:03] Name: text" (iPhone) or "31/12/23, 22:15 - Name: text" (Android)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain, islice
from typing import BinaryIO

from bot.exports.model import Broken, Exported
from bot.exports.text_lines import encoding_of, numbered

_DATE = r"(\d{1,4})[/.\-](\d{1,2})[/.\-](\d{1,4}),? "
_TIME = r"(上午|下午|凌晨|早上|中午|晚上)?(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?:[ \u202f]?([AaPp])\.?\s?[Mm]\.?)?"
_HEAD = re.compile(rf"\u200e?(?:\[{_DATE}{_TIME}\] |{_DATE}{_TIME} - )(.*)", re.DOTALL)
_SENDER = re.compile(r"\u200e?([^:]{1,120}): (.*)", re.DOTALL)
_ATTACHED = re.compile(
    r"\u200e?<(?:attached|附件|附加档案)[:：] ?([^<>]{1,200})>|\u200e?([^\s/\\]{1,200}\.\w{1,5}) \([^()]{2,40}\)"
)
_OMITTED = re.compile(
    r"\u200e?<?(?:image omitted|图像已忽略|圖片已略去|Media omitted|媒體已省略|省略多媒体文件)>?"
)
_PICTURE_ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".gif")


def recognises(start: bytes) -> bool:
    text = start.decode(encoding_of(start), "ignore")
    return any(_HEAD.match(line) for line in text.splitlines()[:20])


def read(stream: BinaryIO) -> Iterator[Exported | Broken]:
    lines = numbered(stream)
    first = list(islice(lines, 500))
    month_first = _month_first(line for _, line in first)
    open_message: Exported | None = None
    for number, line in chain(first, lines):
        head = _HEAD.match(line)
        if head is None:
            if open_message is not None:
                open_message = replace(open_message, text=f"{open_message.text}\n{line}"[:65536])
            elif line.strip():
                yield Broken(f"line {number}", "text before the first message")
            continue
        if open_message is not None:
            yield _finished(open_message)
        opened = _opened(number, head, month_first)
        open_message = opened if isinstance(opened, Exported) else None
        if isinstance(opened, Broken):
            yield opened
    if open_message is not None:
        yield _finished(open_message)


def _month_first(lines: Iterator[str]) -> bool:
    """Whether dates are written 12/31: told by a second number above 12, else the world's 31/12."""
    heads = [head for head in map(_HEAD.match, lines) if head]
    return any(int(_parts(head)[1]) > 12 for head in heads if len(_parts(head)[0]) < 4)


def _parts(head: re.Match[str]) -> tuple[str, ...]:
    groups = head.groups()
    return groups[:8] if groups[0] else groups[8:16]


def _opened(number: int, head: re.Match[str], month_first: bool) -> Exported | Broken | None:
    spoken = _SENDER.match(head.groups()[-1])
    if spoken is None:
        return None
    try:
        when = _moment(_parts(head), month_first)
    except ValueError:
        return Broken(f"line {number}", "no such date")
    name = spoken[1].strip().removeprefix("~").strip()
    return Exported(
        place=f"line {number}",
        chat="",
        id=str(number),
        sender_id=name,
        sender=name,
        text=spoken[2],
        when=when,
    )


def _moment(parts: tuple[str, ...], month_first: bool) -> datetime:
    first, second, third, half, hour, minute, seconds, meridiem = parts
    if len(first) == 4:
        year, month, day = int(first), int(second), int(third)
    else:
        year = int(third) + (2000 if len(third) < 3 else 0)
        month, day = (int(first), int(second)) if month_first else (int(second), int(first))
    hours = int(hour)
    afternoon = half in ("下午", "晚上") or (half == "中午" and hours < 11) or (meridiem or "").lower() == "p"
    morning = half in ("上午", "凌晨", "早上") or (meridiem or "").lower() == "a"
    if afternoon and hours < 12:
        hours += 12
    elif morning and hours == 12:
        hours = 0
    return datetime(year, month, day, hours, int(minute), int(seconds or 0), tzinfo=UTC)


def _finished(message: Exported) -> Exported:
    attached = _ATTACHED.search(message.text)
    if attached is None:
        omitted = _OMITTED.fullmatch(message.text.strip())
        return replace(message, text="", is_picture=True) if omitted else message
    name = attached[1] or attached[2]
    text = (message.text[: attached.start()] + message.text[attached.end() :]).strip()
    picture = name.lower().endswith(_PICTURE_ENDINGS)
    return replace(message, text=text, media=name, is_picture=picture, file_name="" if picture else name)
