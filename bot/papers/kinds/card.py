"""A tip as a picture: a few words, large, on a quiet ground."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping

from PIL import Image, ImageDraw, ImageFont

from bot.papers.fonts import chinese
from bot.papers.sheet import printable

WIDTH, HEIGHT, MARGIN = 1080, 720, 84
_GROUND, _BAND, _INK, _PALE = (247, 244, 236), (33, 82, 92), (38, 40, 42), (120, 126, 128)
_SIZES = (64, 56, 48, 42, 36)


def draw(facts: Mapping[str, str], _language: str) -> bytes:
    image = Image.new("RGB", (WIDTH, HEIGHT), _GROUND)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, WIDTH, 112), fill=_BAND)
    pen.text((MARGIN, 56), printable(facts["head"]), font=_font(44), fill=_GROUND, anchor="lm")
    size, rows = _fitted(pen, printable(facts["text"]))
    top = 112 + (HEIGHT - 112 - 90 - len(rows) * size * 1.5) / 2
    for number, row in enumerate(rows):
        pen.text((MARGIN, top + number * size * 1.5), row, font=_font(size), fill=_INK)
    pen.text((MARGIN, HEIGHT - 56), printable(facts["foot"]), font=_font(30), fill=_PALE, anchor="lm")
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _fitted(pen: ImageDraw.ImageDraw, text: str) -> tuple[int, list[str]]:
    """The largest size at which the text fits, and its lines."""
    for size in _SIZES:
        rows = list(_broken(pen, text, size))
        if len(rows) * size * 1.5 <= HEIGHT - 112 - 120:
            return size, rows
    return _SIZES[-1], rows[:8]


def _broken(pen: ImageDraw.ImageDraw, text: str, size: int) -> Iterator[str]:
    """Lines broken between words where there are blanks, else between any two characters."""
    font, row = _font(size), ""
    for piece in _pieces(text):
        if (
            row
            and pen.textlength(row + piece, font=font) > WIDTH - 2 * MARGIN
            and piece not in "，。、？！；：”」）"
        ):
            yield row.rstrip()
            row = ""
        row += piece.lstrip() if not row else piece
    yield row


def _pieces(text: str) -> Iterator[str]:
    word = ""
    for char in text:
        if char.isascii() and not char.isspace():
            word += char
            continue
        if word:
            yield word
            word = ""
        yield char
    if word:
        yield word


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(chinese()), size)
