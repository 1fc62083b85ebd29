"""An incident for the police: a timeline to read and to print, the plain data, the pictures, and a checksum of each."""

from __future__ import annotations

import io
import json
from base64 import b64decode
from collections.abc import Mapping
from contextlib import suppress
from hashlib import sha256
from importlib.resources import files
from typing import Any
from unicodedata import category
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from jinja2 import Environment

from bot.papers.fonts import NoFont
from bot.papers.sheet import Sheet

# The first bytes of what a picture may be.
_KINDS = {b"\xff\xd8\xff": "jpg", b"\x89PNG": "png", b"RIFF": "webp", b"GIF8": "gif"}


def draw(facts: Mapping[str, Any], language: str) -> bytes:
    """A ZIP archive. Without a Chinese font it holds everything but the PDF."""
    pictures = [_named(number, b64decode(data)) for number, data in enumerate(facts.get("enclosed", ()), 1)]
    contents: dict[str, bytes] = {"timeline.html": _page(facts, pictures, language).encode()}
    with suppress(NoFont):
        contents["timeline.pdf"] = _printed(facts, pictures)
    records = (json.dumps(one, ensure_ascii=False) for one in (*facts["records"], *_listed(pictures)))
    contents["records.jsonl"] = "".join(f"{line}\n" for line in records).encode("utf-8", "replace")
    contents |= {name: data for name, data in pictures if data}
    contents["SHA256SUMS.txt"] = "".join(
        f"{sha256(data).hexdigest()}  {name}\n" for name, data in sorted(contents.items())
    ).encode()
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, data in contents.items():
            archive.writestr(ZipInfo(name), data, ZIP_DEFLATED)
    return out.getvalue()


def _named(number: int, data: bytes) -> tuple[str, bytes]:
    ending = next((ending for magic, ending in _KINDS.items() if data.startswith(magic)), "bin")
    return f"pictures/{number}.{ending}", data


def _listed(pictures: list[tuple[str, bytes]]) -> list[dict[str, str]]:
    return [
        {
            "record": "picture",
            "file": name if data else "",
            "sha256": sha256(data).hexdigest() if data else "",
        }
        for name, data in pictures
    ]


def _page(facts: Mapping[str, Any], pictures: list[tuple[str, bytes]], language: str) -> str:
    """Whatever anybody wrote is escaped; the page loads nothing but the pictures beside it and runs nothing."""
    template = files("bot.papers").joinpath("evidence.html.j2").read_text(encoding="utf-8")
    shown = [name if data else "" for name, data in pictures]
    environment = Environment(autoescape=True, trim_blocks=True)
    environment.filters["visible"] = _visible
    page = environment.from_string(template)
    return page.render(facts=facts, words=facts["words"], pictures=shown, language=language)


def _visible(text: str) -> str:
    """Characters that hide or turn round what stands beside them, by their numbers."""
    return "".join(
        f"[U+{ord(char):04X}]" if category(char) in ("Cc", "Cf", "Cs") and char not in "\n\t" else char
        for char in text
    )


def _printed(facts: Mapping[str, Any], pictures: list[tuple[str, bytes]]) -> bytes:
    words = facts["words"]
    sheet = Sheet(facts["title"], footer=facts["title"])
    sheet.heading(facts["title"])
    sheet.paragraph(f"{words['made']}: {facts['made']}", faint=True)
    sheet.rows([(label, value) for label, value in facts["about"]])
    sheet.heading(words["timeline"], 15)
    for entry in facts["entries"]:
        _told(sheet, entry, pictures, words)
    if facts["reasons"]:
        sheet.heading(words["reasons"], 15)
        for reason in facts["reasons"]:
            sheet.paragraph(f"• {reason}", 10.5)
    sheet.rule()
    sheet.paragraph(facts["note"], 10, faint=True)
    return sheet.bytes()


def _told(
    sheet: Sheet, entry: Mapping[str, Any], pictures: list[tuple[str, bytes]], words: Mapping[str, str]
) -> None:
    sheet.paragraph(f"{entry['at']}   {entry['head']}", 10, faint=True)
    for line in (entry["text"], *entry["lines"]):
        if line.strip():
            sheet.paragraph(line, 11)
    for number in entry["pictures"]:
        name, data = pictures[number] if number < len(pictures) else ("", b"")
        if data:
            sheet.picture(data, 60)
        sheet.paragraph(f"{words['picture']}: {name}" if data else words["missing"], 9, faint=True)
