"""Draws pictures: a face or initials for a profile, a code with a caption beside it, lines of text."""

from __future__ import annotations

import io
import random
import re
from functools import lru_cache
from pathlib import Path

import segno
from PIL import Image, ImageDraw, ImageFont

_FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
    "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
    "/System/Library/Fonts/PingFang.ttc",
    "C:/Windows/Fonts/msyh.ttc",
)
_COLOURS = ("#c0504d", "#b5762b", "#7f8c34", "#3a8f5c", "#2f8a97", "#3b6fb6", "#6a5aae", "#a1508f")
_SIDE = 320
_FACE = 160
_HAIR = ("#191614", "#3c281e", "#6e5037", "#c8c8cd")
_SKIN = ("#f0c8aa", "#dcaa82", "#c89678", "#e6be96")
_WIDEST_LINE = 28


@lru_cache(maxsize=16)
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """A font that has Chinese where the machine has one; Pillow's own otherwise."""
    for path in _FONTS:
        if Path(path).exists():
            return ImageFont.truetype(path, size)
    return ImageFont.load_default(size)


def _png(picture: Image.Image) -> bytes:
    encoded = io.BytesIO()
    picture.save(encoded, "PNG", compress_level=1)
    return encoded.getvalue()


def is_colour(text: str) -> bool:
    return re.fullmatch(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})", text) is not None


def initials(name: str, number: int, colour: str = "") -> bytes:
    """A profile picture as clients draw it: the first letters on a colour of one's own."""
    letters = [word[0] for word in name.split() if word[0].isalnum()]
    text = "".join(letters[:2] if name.isascii() else letters[:1]).upper() or "?"
    return _lettered(text, colour or _COLOURS[number % len(_COLOURS)])


@lru_cache(maxsize=256)
def face(number: int) -> bytes:
    """A profile picture of somebody in front of something; another for every number."""
    dice = random.Random(number)  # noqa: S311  (nothing secret)
    picture = Image.new("RGB", (_FACE, _FACE), _tint(dice, 90, 240))
    drawing = ImageDraw.Draw(picture)
    for _ in range(4):
        left, top = dice.uniform(-0.2, 1) * _FACE, dice.uniform(-0.2, 1) * _FACE
        wide, high = dice.uniform(0.2, 0.7) * _FACE, dice.uniform(0.2, 0.7) * _FACE
        drawing.ellipse((left, top, left + wide, top + high), fill=_tint(dice, 60, 255))
    x, y = dice.uniform(0.35, 0.65) * _FACE, dice.uniform(0.38, 0.52) * _FACE
    w = dice.uniform(0.14, 0.24) * _FACE
    h = w * dice.uniform(1.1, 1.4)
    drawing.ellipse((x - 2.2 * w, y + 0.8 * h, x + 2.2 * w, y + 4 * h), fill=_tint(dice, 20, 230))
    hair = y + dice.uniform(0.1, 1.5) * h
    drawing.ellipse((x - 1.25 * w, y - 1.3 * h, x + 1.25 * w, hair), fill=dice.choice(_HAIR))
    drawing.ellipse((x - w, y - h, x + w, y + h), fill=dice.choice(_SKIN))
    for eye in (x - 0.4 * w, x + 0.4 * w):
        drawing.ellipse((eye - 3, y - 5, eye + 3, y + 3), fill="#1e1919")
    drawing.arc((x - 0.4 * w, y + 0.1 * h, x + 0.4 * w, y + 0.6 * h), 10, 170, fill="#963232", width=3)
    return _png(picture)


def _tint(dice: random.Random, low: int, high: int) -> tuple[int, int, int]:
    return dice.randint(low, high), dice.randint(low, high), dice.randint(low, high)


@lru_cache(maxsize=128)
def _lettered(text: str, colour: str) -> bytes:
    picture = Image.new("RGB", (_SIDE, _SIDE), colour)
    ImageDraw.Draw(picture).text((_SIDE / 2, _SIDE / 2), text, fill="white", font=_font(140), anchor="mm")
    return _png(picture)


def code(payload: str, caption: str = "", scale: int = 8) -> bytes:
    """A QR code, with its caption drawn below."""
    encoded = io.BytesIO()
    segno.make_qr(payload, error="m").save(encoded, kind="png", scale=scale, border=4)
    symbol = Image.open(encoded).convert("RGB")
    if not caption:
        return _png(symbol)
    lines = _wrapped(caption)
    width = max(symbol.width, 24 * max(len(line) for line in lines) + 48)
    picture = Image.new("RGB", (width, symbol.height + 36 * len(lines) + 24), "white")
    picture.paste(symbol, ((width - symbol.width) // 2, 0))
    _write(picture, lines, symbol.height)
    return _png(picture)


def notice(text: str) -> bytes:
    """A screenshot-like picture with nothing but text."""
    lines = _wrapped(text)
    picture = Image.new("RGB", (24 * _WIDEST_LINE + 48, 36 * len(lines) + 48), "white")
    _write(picture, lines, 24)
    return _png(picture)


def _wrapped(text: str) -> list[str]:
    lines = []
    for line in text[:1_000].splitlines() or [""]:
        lines += [line[at : at + _WIDEST_LINE] for at in range(0, len(line), _WIDEST_LINE)] or [""]
    return lines


def _write(picture: Image.Image, lines: list[str], top: int) -> None:
    draw = ImageDraw.Draw(picture)
    for number, line in enumerate(lines):
        draw.text(
            (picture.width / 2, top + 36 * number + 18), line, fill="#222222", font=_font(24), anchor="mm"
        )
