"""The text export of QQ for computers: a header, then "date time name(number)" and the message below it.

Shape as written by QQ 9: 消息分组 / 消息对象 sections between rules of "=", a message head such as
`2024-03-01 10:22:33 【管理员】王老师(12345678)` or `... 王老师<name@mail>`, text lines, a blank line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import BinaryIO

from bot.exports.model import Broken, Exported
from bot.exports.text_lines import encoding_of, numbered

_HEAD = re.compile(
    r"(\d{4}-\d{2}-\d{2} {1,2}\d{1,2}:\d{2}:\d{2}) (?:【[^】]{0,20}】)?(.{0,200}?)(?:\((\d{4,13})\)|<([^<>\s]{3,80})>)\s*"
)
_DATED = re.compile(r"\d{4}-\d{2}-\d{2} {1,2}\d{1,2}:\d{2}:\d{2}\s")
_OBJECT = "消息对象:"
_PICTURE = "[图片]"


def recognises(start: bytes) -> bool:
    text = start.decode(encoding_of(start), "ignore")
    return "消息记录" in text[:200] or any(_HEAD.fullmatch(line) for line in text.splitlines()[:40])


def read(stream: BinaryIO) -> Iterator[Exported | Broken]:
    chat = ""
    open_message: Exported | None = None
    body: list[str] = []
    for number, line in numbered(stream):
        head = _HEAD.fullmatch(line)
        if head is None and not _DATED.match(line) and not line.startswith(("======", _OBJECT)):
            body.append(line)
            continue
        if open_message is not None:
            yield _with_text(open_message, body)
        open_message, body = None, []
        if head is not None:
            message = _opened(number, chat, head)
            if isinstance(message, Broken):
                yield message
            else:
                open_message = message
        elif line.startswith(_OBJECT):
            chat = line.removeprefix(_OBJECT).strip()
        elif _DATED.match(line):
            yield Broken(f"line {number}", "a message head without a sender")
    if open_message is not None:
        yield _with_text(open_message, body)


def _opened(number: int, chat: str, head: re.Match[str]) -> Exported | Broken:
    stamp, name, qq, mail = head.groups()
    try:
        when = datetime.strptime(" ".join(stamp.split()), "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return Broken(f"line {number}", f"no such date: {stamp}")
    return Exported(
        place=f"line {number}",
        chat=chat,
        id=str(number),
        sender_id=qq or mail,
        sender=name.strip(),
        when=when,
    )


def _with_text(message: Exported, body: list[str]) -> Exported:
    text = "\n".join(body).strip()
    return Exported(
        place=message.place,
        chat=message.chat,
        id=message.id,
        sender_id=message.sender_id,
        sender=message.sender,
        when=message.when,
        text=text.replace(_PICTURE, "").strip(),
        is_picture=_PICTURE in text,
    )
