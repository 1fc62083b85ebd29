"""Lines of a text export in whatever encoding it was saved, numbered, of bounded length."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import BinaryIO

LONGEST_LINE = 64 * 1024


def encoding_of(start: bytes) -> str:
    """UTF-8 or UTF-16 by byte order mark or validity, otherwise the encoding of older Chinese exports."""
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start.removeprefix(codecs.BOM_UTF8))
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8-sig"


def numbered(stream: BinaryIO) -> Iterator[tuple[int, str]]:
    """Yield (line number, line without its end). A line beyond 64 KiB is cut, so memory stays flat."""
    start = stream.read(LONGEST_LINE)
    decoder = codecs.getincrementaldecoder(encoding_of(start))("replace")
    number, rest, chunk = 1, "", start
    while chunk:
        rest += decoder.decode(chunk)
        *whole, rest = rest.split("\n")
        for line in whole:
            yield number, line[:LONGEST_LINE].rstrip("\r")
            number += 1
        rest = rest[:LONGEST_LINE]
        chunk = stream.read(1 << 20)
    rest += decoder.decode(b"", final=True)
    if rest:
        yield number, rest[:LONGEST_LINE].rstrip("\r")
