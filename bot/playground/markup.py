"""Telegram's HTML: read into plain text with entities, as strictly as Telegram does, and written back."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import Any

Entity = dict[str, Any]

_TAGS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_WRITTEN = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "spoiler": "tg-spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "expandable_blockquote": "blockquote",
}
_PIECE = re.compile(
    r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)([^<>]*)>|&(#[0-9]{1,7}|#x[0-9a-fA-F]{1,6}|lt|gt|amp|quot);|<"
)
_ATTRIBUTE = re.compile(r"""\s*([a-zA-Z-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?""")


class BadMarkup(Exception):
    """Telegram would not take this markup; the message is in its words."""


@dataclass(slots=True)
class _Open:
    tag: str
    at: int
    attributes: dict[str, str] = field(default_factory=dict)


def length16(text: str) -> int:
    """Length as Telegram counts offsets: in UTF-16 code units."""
    return len(text) + sum(1 for character in text if ord(character) > 0xFFFF)


def _bytes_before(source: str, index: int) -> int:
    return len(source[:index].encode("utf-8", "surrogatepass"))


def parse_html(source: str) -> tuple[str, list[Entity]]:
    """Plain text and entities, or BadMarkup."""
    out: list[str] = []
    written = 0
    stack: list[_Open] = []
    entities: list[Entity] = []
    last = 0
    for piece in _PIECE.finditer(source):
        before = source[last : piece.start()]
        out.append(before)
        written += length16(before)
        last = piece.end()
        closing, tag, attributes, reference = piece.groups()
        if reference:
            character = html.unescape(piece.group())
            out.append(character)
            written += length16(character)
        elif tag is None:
            raise BadMarkup(f"Unclosed start tag at byte offset {_bytes_before(source, piece.start())}")
        elif closing:
            _close(source, piece.start(), tag.lower(), stack, entities, written)
        else:
            stack.append(_opened(source, piece.start(), tag.lower(), attributes, written))
    rest = source[last:]
    out.append(rest)
    if stack:
        raise BadMarkup(f'Can\'t find end tag corresponding to start tag "{stack[-1].tag}"')
    return _trimmed("".join(out), entities)


def _opened(source: str, index: int, tag: str, attributes: str, written: int) -> _Open:
    found = {
        name.lower(): html.unescape(double or single or bare)
        for name, double, single, bare in _ATTRIBUTE.findall(attributes)
    }
    if tag == "span" and found.get("class") == "tg-spoiler":
        found["as"] = "tg-spoiler"
    elif tag == "tg-emoji" and "emoji-id" in found:
        pass
    elif tag not in _TAGS:
        raise BadMarkup(f'Unsupported start tag "{tag}" at byte offset {_bytes_before(source, index)}')
    return _Open(tag, written, found)


def _close(
    source: str, index: int, tag: str, stack: list[_Open], entities: list[Entity], written: int
) -> None:
    offset = _bytes_before(source, index)
    if not stack:
        raise BadMarkup(f"Unexpected end tag at byte offset {offset}")
    opened = stack.pop()
    if opened.tag != tag:
        raise BadMarkup(
            f'Unmatched end tag at byte offset {offset}, expected "</{opened.tag}>", found "</{tag}>"'
        )
    if written > opened.at:
        entities.extend(_entity(opened, written - opened.at))


def _entity(opened: _Open, length: int) -> list[Entity]:
    entity: Entity = {"offset": opened.at, "length": length}
    if opened.tag == "tg-emoji":
        return [entity | {"type": "custom_emoji", "custom_emoji_id": opened.attributes["emoji-id"]}]
    kind = _TAGS[opened.attributes.get("as", opened.tag)]
    if kind == "text_link":
        url = opened.attributes.get("href", "")
        if not url:
            return []
        if person := re.fullmatch(r"tg://user\?id=(\d{1,15})", url):
            return [entity | {"type": "text_mention", "user": {"id": int(person[1])}}]
        return [entity | {"type": kind, "url": url}]
    if kind == "blockquote" and "expandable" in opened.attributes:
        kind = "expandable_blockquote"
    return [entity | {"type": kind}]


def _trimmed(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Telegram drops white space at both ends; entities shrink with it."""
    kept = text.strip()
    shift = length16(text[: len(text) - len(text.lstrip())])
    size = length16(kept)
    fitted = []
    for entity in sorted(entities, key=lambda one: (one["offset"], -one["length"])):
        start = max(entity["offset"] - shift, 0)
        end = min(entity["offset"] + entity["length"] - shift, size)
        if end > start:
            fitted.append({"type": entity["type"], "offset": start, "length": end - start} | _extra(entity))
    return kept, fitted


def _extra(entity: Entity) -> Entity:
    return {name: value for name, value in entity.items() if name not in ("type", "offset", "length")}


def to_html(text: str, entities: list[Entity]) -> str:
    """The text with its entities as HTML again; everything else is escaped."""
    units = text.encode("utf-16-le", "surrogatepass")
    marks: list[tuple[tuple[int, bool, int, int], str]] = []
    for number, entity in enumerate(entities):
        if tags := _tags(entity):
            start, length = entity["offset"], entity["length"]
            # At one place ends come before beginnings, inner ends before outer, outer beginnings before inner.
            marks.append(((start, True, -length, number), tags[0]))
            marks.append(((start + length, False, length, -number), tags[1]))
    out: list[str] = []
    last = 0
    for (at, *_), tag in sorted(marks):
        out.append(_escaped(units[last * 2 : at * 2]))
        out.append(tag)
        last = at
    out.append(_escaped(units[last * 2 :]))
    return "".join(out)


def _escaped(units: bytes) -> str:
    return html.escape(units.decode("utf-16-le", "surrogatepass"), quote=False)


def _tags(entity: Entity) -> tuple[str, str] | None:
    kind = entity["type"]
    if kind in _WRITTEN:
        tag = _WRITTEN[kind]
        return f"<{tag}{' expandable' if kind == 'expandable_blockquote' else ''}>", f"</{tag}>"
    if kind == "text_link":
        return f'<a href="{html.escape(entity["url"])}">', "</a>"
    if kind == "text_mention":
        return f'<a href="tg://user?id={entity["user"]["id"]}">', "</a>"
    return None
