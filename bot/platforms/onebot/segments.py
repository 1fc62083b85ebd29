"""What a QQ message is made of: an array of segments, or the same as one string of CQ codes. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from bot.events import Picture
from bot.platforms.onebot.people import person_id
from patterns.model import Attachment, AttachmentKind, Person

PICTURE_BYTES = 10_000_000
FILE_BYTES = 2_000_000
# A forwarded conversation may hold forwarded conversations.
DEEPEST = 3
LONGEST = 8_000
EVERYBODY = "@全体成员"

_CQ = re.compile(r"\[CQ:([A-Za-z0-9_\-.]+)((?:,[^,\[\]]*)*)\]")
_ESCAPES = (("&#44;", ","), ("&#91;", "["), ("&#93;", "]"), ("&amp;", "&"))
_PICTURE_ENDINGS = frozenset((".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp"))
_AMOUNT = re.compile(r"(\d{1,7}(?:\.\d{1,2})?)\s*元|[¥￥]\s*(\d{1,7}(?:\.\d{1,2})?)")
_ADDRESSES = ("jumpUrl", "qqdocurl", "pcJumpUrl", "url")
_DEEPEST_CARD = 6

Segment = Mapping[str, Any]


@dataclass(slots=True)
class Content:
    """A message taken apart. `addressed` is set when it begins with a mention of the bot itself."""

    texts: list[str] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    mentioned: list[Person] = field(default_factory=list)
    forwards: list[str] = field(default_factory=list)
    authors: list[Person] = field(default_factory=list)
    reply_to: str | None = None
    mentions_all: bool = False
    addressed: bool = False
    unknown: set[str] = field(default_factory=set)

    @property
    def text(self) -> str:
        return "".join(self.texts).strip()[:LONGEST]


def segments_of(message: object) -> Sequence[Segment]:
    """The segments, whichever way they came; what is no segment is left out."""
    if isinstance(message, str):
        return list(_from_codes(message))
    if isinstance(message, list):
        return [one for one in message if isinstance(one, dict) and isinstance(one.get("type"), str)]
    return []


def _from_codes(text: str) -> Iterator[Segment]:
    position = 0
    for found in _CQ.finditer(text):
        if found.start() > position:
            yield _plain(text[position : found.start()])
        values = (part.partition("=") for part in found[2].split(",")[1:])
        yield {"type": found[1], "data": {name: _unescaped(value) for name, _, value in values}}
        position = found.end()
    if position < len(text):
        yield _plain(text[position:])


def _plain(text: str) -> Segment:
    return {"type": "text", "data": {"text": _unescaped(text)}}


def _unescaped(text: str) -> str:
    for escaped, char in _ESCAPES:
        text = text.replace(escaped, char)
    return text


def content_of(
    message: object,
    me: str,
    name: Callable[[int], str],
    forwards: Mapping[str, Any],
    depth: int = 0,
) -> Content:
    """`name` gives what the group calls a member, "" if unknown; `forwards` the forwarded conversations that were fetched, by id."""
    content = Content()
    for segment in segments_of(message):
        data = segment.get("data")
        _take(content, str(segment["type"]), data if isinstance(data, dict) else {}, me, name)
    for number in content.forwards[:5] if depth < DEEPEST else ():
        _open(content, forwards.get(number), me, forwards, depth)
    return content


def _take(content: Content, kind: str, data: Segment, me: str, name: Callable[[int], str]) -> None:
    match kind:
        case "text" | "markdown":
            content.texts.append(str(data.get("text") or data.get("content") or ""))
        case "at":
            _mention(content, data, me, name)
        case "reply":
            content.reply_to = str(data.get("id", "")) or None
        case "image":
            _picture(content, data)
        case "file":
            _file(content, data)
        case "forward":
            content.forwards.append(str(data.get("id") or data.get("res_id") or ""))
        case "record":
            content.attachments.append(Attachment(AttachmentKind.VOICE))
        case "redbag" | "wallet" | "hongbao":
            content.attachments.append(Attachment(AttachmentKind.RED_PACKET, str(data.get("title") or "")))
        case "json" | "xml":
            _card(content, str(data.get("data") or ""))
        case "share":
            _link(content, str(data.get("url") or ""), str(data.get("title") or ""))
        case "contact":
            content.attachments.append(Attachment(AttachmentKind.CONTACT, str(data.get("id") or "")))
        case "face" | "mface" | "dice" | "rps" | "poke" | "anonymous" | "shake" | "basic":
            pass
        case "video" | "location" | "music" | "node":
            content.attachments.append(Attachment(AttachmentKind.OTHER))
        case _:
            content.unknown.add(kind)


def _mention(content: Content, data: Segment, me: str, name: Callable[[int], str]) -> None:
    number = str(data.get("qq", ""))
    if number in ("all", "0"):
        content.mentions_all = True
        content.texts.append(f"{EVERYBODY} ")
    elif number == me:
        content.addressed = content.addressed or not "".join(content.texts).strip()
    elif number.isascii() and number.isdigit():
        called = name(int(number)) or str(data.get("name") or "").lstrip("@")
        content.mentioned.append(Person(person_id(number), called))
        # Whom nobody can name stays unnamed: a number would be read aloud wherever the message is quoted.
        content.texts.append(f"@{called or '…'} ")


def _picture(content: Content, data: Segment) -> None:
    content.attachments.append(Attachment(AttachmentKind.IMAGE))
    size = _number(data.get("file_size"))
    file = str(data.get("file") or "")
    source = str(data.get("url") or "") or file
    if source and (size is None or size <= PICTURE_BYTES):
        content.pictures.append(Picture(source, file or source, size))


def _file(content: Content, data: Segment) -> None:
    name = str(data.get("name") or data.get("file") or "")
    size = _number(data.get("file_size") or data.get("size"))
    source = str(data.get("url") or "") or str(data.get("file_id") or data.get("id") or "")
    pictured = PurePosixPath(name).suffix.lower() in _PICTURE_ENDINGS
    content.attachments.append(
        Attachment(AttachmentKind.IMAGE) if pictured else Attachment(AttachmentKind.FILE, name)
    )
    if source and (size is None or size <= (PICTURE_BYTES if pictured else FILE_BYTES)):
        content.pictures.append(Picture(source, source, size, name, not pictured))


def _link(content: Content, address: str, words: str) -> None:
    if address:
        content.attachments.append(Attachment(AttachmentKind.LINK, address))
    if words:
        content.texts.append(words)


def _card(content: Content, text: str) -> None:
    """A card of an app of QQ's: a group collection, a red packet, a shared page. What it shows in the list of
    chats (`prompt`) is what members read; amounts and addresses stand somewhere inside.
    """
    try:
        card = json.loads(text)
    except ValueError:
        found = re.findall(r'(?:brief|url)="([^"]{1,500})"', text)
        _link(content, next((one for one in found if "://" in one), ""), " ".join(found)[:500])
        return
    told = list(_strings(card)) if isinstance(card, dict) else []
    words = " ".join(
        dict.fromkeys(value for key, value in told if key in ("prompt", "title", "desc", "text"))
    )
    everything = f"{card.get('app', '') if isinstance(card, dict) else ''} {words}"
    if "群收款" in everything or "AA收款" in everything or "groupcollect" in everything.lower():
        amount = _AMOUNT.search(words)
        value = next((group for group in amount.groups() if group), "") if amount else ""
        content.attachments.append(Attachment(AttachmentKind.GROUP_COLLECT, value))
    elif "红包" in words:
        content.attachments.append(Attachment(AttachmentKind.RED_PACKET, words[:100]))
    addresses = dict.fromkeys(value for key, value in told if key in _ADDRESSES and value)
    content.attachments += [Attachment(AttachmentKind.LINK, address) for address in list(addresses)[:5]]
    content.texts.append(words[:1_000])


def _strings(node: object, key: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    if isinstance(node, str):
        yield key, node
    elif depth < _DEEPEST_CARD and isinstance(node, dict):
        for name, below in node.items():
            yield from _strings(below, str(name), depth + 1)
    elif depth < _DEEPEST_CARD and isinstance(node, list):
        for below in node:
            yield from _strings(below, key, depth + 1)


def _open(content: Content, nodes: object, me: str, forwards: Mapping[str, Any], depth: int) -> None:
    """A forwarded conversation, one line a message, with who wrote them."""
    for node in nodes if isinstance(nodes, list) else ():
        if not isinstance(node, dict):
            continue
        told = node.get("data") if node.get("type") == "node" else node
        if not isinstance(told, dict):
            continue
        inner = content_of(told.get("content") or told.get("message"), me, _nobody, forwards, depth + 1)
        content.texts.append(f"\n{inner.text}")
        content.attachments += inner.attachments
        content.pictures += inner.pictures[: max(0, 5 - len(content.pictures))]
        content.authors.append(_author(told))


def _author(told: Segment) -> Person:
    given = told.get("sender")
    sender: Mapping[str, Any] = given if isinstance(given, dict) else told
    number = str(sender.get("user_id") or told.get("user_id") or "")
    # QQ puts this number where it hides who wrote a message.
    known = number.isascii() and number.isdigit() and number not in ("0", "1094950020", "2854196310")
    return Person(person_id(number) if known else "", str(sender.get("nickname") or told.get("name") or ""))


def _nobody(number: int) -> str:
    return ""


def _number(value: object) -> int | None:
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None
