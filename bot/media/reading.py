"""What may be asked of a picture, what it may cost, and what is answered."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from importlib.util import find_spec


class Task(IntEnum):
    """What to look for in a picture."""

    CODES = 0
    PORTRAIT = 1
    WORDS = 2


@dataclass(frozen=True, slots=True)
class Limits:
    """What one picture may cost. `seconds` bounds the second looks; a stuck decoder is the caller's to end."""

    size: int = 10 * 1024 * 1024
    pixels: int = 40_000_000
    frames: int = 3
    seconds: float = 2.0


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: `payloads` of codes, the `portrait` (patterns/portraits.py), the `words`, a line of the picture a line.

    `reason` tells why there is nothing, one word: `empty`, `too_large`, `too_many_pixels`, `not_a_picture`,
    `damaged`, `no_memory`, `no_ocr` (words are not read here), and from the decoder `timeout`, `crashed`, `closed`.
    `no_code`, `no_words`: the picture is whole and holds none.
    """

    payloads: tuple[str, ...] = ()
    portrait: str = ""
    words: str = ""
    reason: str = ""


def words_are_read() -> bool:
    """Whether the extra `ocr` is installed, without loading it."""
    return find_spec("rapidocr") is not None and find_spec("onnxruntime") is not None
