"""Is a file what it says it is? Judged by its name and its first bytes; it is never opened."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache

from patterns.artefacts.kinds import Artefact, Kind
from patterns.artefacts.tables import table, words

_LONGEST_NAME = 300
_LONGEST_HEAD = 65_536
_ENTRY = b"PK\x03\x04"
_MAGIC = (
    (b"\x7fELF", "linux"),
    (b"dex\n", "android"),
    (b"\xfe\xed\xfa\xce", "apple"),
    (b"\xfe\xed\xfa\xcf", "apple"),
    (b"\xce\xfa\xed\xfe", "apple"),
    (b"\xcf\xfa\xed\xfe", "apple"),
    (b"\xca\xfe\xba\xbe", "apple"),
    (b"L\x00\x00\x00\x01\x14\x02\x00", "shortcut"),
    (b"[InternetShortcut]", "shortcut"),
    (b"#!/", "linux"),
)
_ARCHIVE_MAGIC = (
    (b"Rar!\x1a\x07", "rar"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"MSCF", "cab"),
    (b"\x1f\x8b\x08", "gz"),
)
_OFFICE = frozenset(
    [
        "docx",
        "xlsx",
        "pptx",
        "docm",
        "xlsm",
        "pptm",
        "dotx",
        "xltx",
        "potx",
        "odt",
        "ods",
        "odp",
        "epub",
        "key",
        "pages",
        "numbers",
        "et",
        "wps",
        "dps",
        "ofd",
        "xmind",
        "ggb",
    ]
)
_PAGE_STARTS = (b"<!doctype html", b"<html", b"<script", b"<svg")
_MACROS = (b"vbaProject.bin", "_VBA_PROJECT".encode("utf-16-le"))
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True, slots=True)
class _Name:
    """`ending` is what a system goes by, `shown` the name without what cannot be seen, `masked` whether it plays tricks."""

    shown: str
    ending: str
    masked: bool


def judge_file(name: str, head: bytes = b"") -> Artefact:
    """`scheme` says more:

    of a program, what runs it (`windows`, `android`, `apple`, `linux`, `installer`, `disk_image`, `shortcut`, `profile`), `archived`
    when it lies in an archive, `disguised` when it pretends to be something else; of an archive, `locked` when it needs a
    password, else its format; of a document, `macros`, `page` when it is a web page, else nothing.
    """
    told = _name(name[-_LONGEST_NAME:])
    head = head[:_LONGEST_HEAD]
    runs, entries = _runs(told.ending, head), _entries(head)
    if runs:
        disguised = told.masked or _named_otherwise(told.ending)
        return Artefact(Kind.FILE_PROGRAM, f"file:{told.shown}", name, "disguised" if disguised else runs)
    if any(_ending(entry.decode("utf-8", "replace")) in _programs() for entry, _ in entries):
        return Artefact(Kind.FILE_PROGRAM, f"file:{told.shown}", name, "archived")
    archive = _archive(told, head, locked=any(locked for _, locked in entries))
    if archive:
        return Artefact(Kind.FILE_ARCHIVE, found=name, scheme=archive)
    return Artefact(Kind.FILE_DOCUMENT, found=name, scheme=_document(told.ending, head))


def is_program(name: str) -> bool:
    """Does a file of this name run?"""
    return bool(_runs(_name(name[-_LONGEST_NAME:]).ending, b""))


def _name(name: str) -> _Name:
    """The real ending is the last, after blanks, dots and marks that turn the writing round are gone."""
    plain = unicodedata.normalize("NFKC", name).replace("。", ".")
    visible = "".join(char for char in plain if unicodedata.category(char) not in {"Cc", "Cf", "Zl", "Zp"})
    hidden = any(char in _TURNING or unicodedata.category(char) == "Cc" for char in name)
    shown = visible.strip().rstrip(". ").casefold()
    stem, dot, ending = shown.rpartition(".")
    if not dot:
        return _Name(shown, "", hidden)
    ending = ending.strip()
    earlier = _ending(stem)
    masked = hidden or stem != stem.rstrip() or (earlier in _words("trusted") and ending in _programs())
    return _Name(shown, ending, masked)


# Marks that turn the writing round, so that gpj.exe reads exe.jpg.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")


def _ending(name: str) -> str:
    _, dot, ending = name.strip().rstrip(". /").casefold().rpartition(".")
    return ending if dot else ""


def _runs(ending: str, head: bytes) -> str:
    """What would run it, by its bytes first: they do not lie."""
    by_bytes = next((system for magic, system in _MAGIC if head.startswith(magic)), "")
    if head.startswith(b"MZ") and (b"PE\0\0" in head[:4096] or b"DOS mode" in head[:512] or len(head) < 512):
        by_bytes = "windows"
    if head.startswith(_ENTRY) and (b"AndroidManifest.xml" in head or b"classes.dex" in head):
        by_bytes = "android"
    if b"<key>PayloadType</key>" in head and b"<plist" in head:
        by_bytes = "profile"
    return by_bytes or _programs().get(ending, "")


def _named_otherwise(ending: str) -> bool:
    """A program whose name claims to be a picture, a paper or an archive."""
    return ending not in _programs() and ending in _words("trusted") | _words("pages") | _words("macros")


def _entries(head: bytes) -> list[tuple[bytes, bool]]:
    """Names of the first files in a zip and whether they are locked, as far as the bytes at hand reach."""
    if not head.startswith(_ENTRY):
        return []
    entries, at = [], 0
    while (at := head.find(_ENTRY, at)) >= 0 and at + 30 <= len(head):
        flags = int.from_bytes(head[at + 6 : at + 8], "little")
        size = int.from_bytes(head[at + 26 : at + 28], "little")
        entries.append((head[at + 30 : at + 30 + size], bool(flags & 1)))
        at += 30
    return entries


def _archive(told: _Name, head: bytes, locked: bool) -> str:
    """The archive's format, or `locked`; empty for what is none."""
    by_bytes = next((kind for magic, kind in _ARCHIVE_MAGIC if head.startswith(magic)), "")
    if head.startswith(_ENTRY) and told.ending not in _OFFICE:
        by_bytes = "zip"
    kind = by_bytes or (told.ending if told.ending in _words("archives") else "")
    if not kind:
        return ""
    says_so = any(word in told.shown for word in table("files")["locked"])
    return "locked" if locked or says_so or _rar_locked(head) else kind


def _rar_locked(head: bytes) -> bool:
    """Both rar formats tell in their first blocks when names or contents are locked."""
    if head.startswith(b"Rar!\x1a\x07\x01\x00"):
        return len(head) > 13 and head[13] == 4
    if head.startswith(b"Rar!\x1a\x07\x00") and len(head) > 24:
        main = int.from_bytes(head[10:12], "little")
        file = int.from_bytes(head[23:25], "little") if head[22:23] == b"\x74" else 0
        return bool(main & 0x0080 or file & 0x0004)
    return False


def _document(ending: str, head: bytes) -> str:
    opening = head[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if ending in _words("pages") or opening.startswith(_PAGE_STARTS):
        return "page"
    office = head.startswith((_ENTRY, _OLE))
    if ending in _words("macros") or (office and any(sign in head for sign in _MACROS)):
        return "macros"
    return ""


@cache
def _programs() -> dict[str, str]:
    """What runs a file, by its ending."""
    return {
        ending: system for system, endings in table("files")["programs"].items() for ending in words(endings)
    }


@cache
def _words(name: str) -> frozenset[str]:
    return words(table("files")[name])
