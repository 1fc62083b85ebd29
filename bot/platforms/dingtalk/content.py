"""What a message to the robot is made of. Pure; fields as `dingtalk-stream` 0.24.3 and DingTalk's documents name them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from bot.events import Picture
from patterns.model import Attachment, AttachmentKind

LONGEST = 8_000
_PICTURE_ENDINGS = frozenset((".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp"))
_MOST = 5
_MOST_FORWARDED = 50

Json = Mapping[str, Any]


@dataclass(slots=True)
class Content:
    """A message taken apart; `authors` are the names under which forwarded parts were written."""

    texts: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)
    forwarded: bool = False
    unknown: str = ""

    @property
    def text(self) -> str:
        return "".join(self.texts).strip()[:LONGEST]


def for_the_robot(text: str, *, pictured: bool) -> bool:
    """Whether what names the robot in a group that is heard is answered as the robot was told it: it alone is told where
    a picture is fetched, shown or quoted. A command is taken as it was overheard.
    """
    return pictured and not text.lstrip().startswith(("/", "／"))


def content_of(kind: object, told: object, text: object = None) -> Content:
    """`told` is what DingTalk calls `content`, `text` the text of a message that is nothing else."""
    content = Content()
    data: Json = told if isinstance(told, dict) else {}
    match kind:
        case "text":
            given = text if isinstance(text, dict) else data
            content.texts.append(str(given.get("content") or given.get("text") or ""))
        case "richText":
            _rich(content, data.get("richText"))
        case "picture" | "image":
            _picture(content, data)
        case "file":
            _file(content, data)
        case "audio":
            content.attachments.append(Attachment(AttachmentKind.VOICE))
            content.texts.append(str(data.get("recognition") or ""))
        case "video" | "location":
            content.attachments.append(Attachment(AttachmentKind.OTHER))
        case "chatRecord":
            _forwarded(content, data.get("chatRecord"), str(data.get("summary") or ""))
        case "markdown" | "link" | "interactiveCard" | "actionCard":
            words = (str(data.get(name) or "") for name in ("title", "text", "markdown"))
            content.texts.append("\n".join(filter(None, words)))
            _link(content, data)
        case _:
            content.unknown = str(kind)[:40]
    return content


def _rich(content: Content, parts: object) -> None:
    for part in parts if isinstance(parts, list) else ():
        if not isinstance(part, dict):
            continue
        if part.get("downloadCode") or part.get("pictureDownloadCode"):
            _picture(content, part)
        else:
            content.texts.append(str(part.get("text") or ""))


def _picture(content: Content, data: Json) -> None:
    content.attachments.append(Attachment(AttachmentKind.IMAGE))
    code = str(data.get("downloadCode") or data.get("pictureDownloadCode") or "")
    if code and len(content.pictures) < _MOST:
        content.pictures.append(Picture(code, code))


def _file(content: Content, data: Json) -> None:
    name = str(data.get("fileName") or "")
    pictured = PurePosixPath(name).suffix.lower() in _PICTURE_ENDINGS
    content.attachments.append(
        Attachment(AttachmentKind.IMAGE) if pictured else Attachment(AttachmentKind.FILE, name)
    )
    code = str(data.get("downloadCode") or "")
    if code and len(content.pictures) < _MOST:
        content.pictures.append(Picture(code, code, name=name, is_file=not pictured))


def _link(content: Content, data: Json) -> None:
    address = str(data.get("messageUrl") or data.get("singleURL") or data.get("url") or "")
    if address:
        content.attachments.append(Attachment(AttachmentKind.LINK, address))


def _forwarded(content: Content, record: object, summary: str) -> None:
    """Messages passed on together; each a line, with who wrote it."""
    content.forwarded = True
    parts = _listed(record)
    if not parts:
        content.texts.append(summary)
    for part in parts[:_MOST_FORWARDED]:
        said = part.get("content")
        kind = part.get("msgType") or part.get("msgtype") or "text"
        inner = content_of(kind, said, {"content": said} if isinstance(said, str) else None)
        content.texts.append(f"{inner.text}\n")
        content.attachments += inner.attachments
        content.pictures += inner.pictures[: _MOST - len(content.pictures)]
        content.authors.append(str(part.get("senderNick") or part.get("sender") or ""))


def _listed(record: object) -> Sequence[Json]:
    """DingTalk sends the list as a string."""
    if isinstance(record, str):
        try:
            record = json.loads(record)
        except ValueError:
            return []
    return [part for part in record if isinstance(part, dict)] if isinstance(record, list) else []
