"""A tip as a picture: a few words, large, on a quiet ground."""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import partial

from PIL import Image, ImageDraw, ImageFont

from bot.papers.fonts import chinese, signs
from bot.papers.glyphs import unadorned
from bot.papers.lines import broken

WIDTH, HEIGHT, MARGIN = 1080, 720, 84
_GROUND, _BAND, _INK, _PALE = (247, 244, 236), (33, 82, 92), (38, 40, 42), (120, 126, 128)
_SIZES = (64, 56, 48, 42, 36)


def draw(facts: Mapping[str, str], _language: str) -> bytes:
    known = signs(chinese())
    head, text, foot = (unadorned(facts[name], known) for name in ("head", "text", "foot"))
    image = Image.new("RGB", (WIDTH, HEIGHT), _GROUND)
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 0, WIDTH, 112), fill=_BAND)
    pen.text((MARGIN, 56), head, font=_font(44), fill=_GROUND, anchor="lm")
    size, rows = _fitted(pen, text)
    top = 112 + (HEIGHT - 112 - 90 - len(rows) * size * 1.5) / 2
    for number, row in enumerate(rows):
        pen.text((MARGIN, top + number * size * 1.5), row, font=_font(size), fill=_INK)
    pen.text((MARGIN, HEIGHT - 56), foot, font=_font(30), fill=_PALE, anchor="lm")
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _fitted(pen: ImageDraw.ImageDraw, text: str) -> tuple[int, list[str]]:
    """The largest size at which the text fits, and its lines."""
    for size in _SIZES:
        rows = list(broken(text, partial(pen.textlength, font=_font(size)), WIDTH - 2 * MARGIN))
        if len(rows) * size * 1.5 <= HEIGHT - 112 - 120:
            return size, rows
    return _SIZES[-1], rows[:8]


def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(chinese()), size)
