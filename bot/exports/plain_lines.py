"""Plain text: one message a line, every line from an ordinary member."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from bot.exports.model import Broken, Exported
from bot.exports.text_lines import numbered


def read(stream: BinaryIO) -> Iterator[Exported | Broken]:
    for number, line in numbered(stream):
        if line.strip():
            yield Exported(
                place=f"line {number}", chat="", id=str(number), sender_id="", sender="", text=line
            )
