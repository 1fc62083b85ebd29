"""The QR codes in one picture: found as it is, or by looking again in other light."""

from __future__ import annotations

import time
from collections.abc import Iterator

import zxingcpp
from PIL import Image, ImageFilter, ImageOps

from bot.media.opening import LARGE

_CODES = zxingcpp.BarcodeFormats(
    [zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.MicroQRCode, zxingcpp.BarcodeFormat.RMQRCode]
)
_LONGEST_CODE = 4_296
# Smaller pictures are enlarged when nothing is found.
_SMALL = 700
# Second looks are for a code that fills a good part of the picture; this size shows it, and costs little.
_SECOND = 1_280
_QUIET = 24


def codes(frame: Image.Image, deadline: float) -> list[str]:
    """The codes of the first look that shows any; later looks are for pictures that hide them."""
    for look in _looks(frame):
        results = zxingcpp.read_barcodes(look, formats=_CODES, text_mode=zxingcpp.TextMode.Plain)
        found = sorted(
            (r for r in results if r.valid and r.text),
            key=lambda r: (r.position.top_left.y, r.position.top_left.x),
        )
        if found:
            return [result.text[:_LONGEST_CODE] for result in found]
        if time.monotonic() > deadline:
            return []
    return []


def _looks(frame: Image.Image) -> Iterator[Image.Image]:
    """The picture as it is, then whatever most often brings out a code: size, quiet zone, contrast, a colour, blur."""
    grey = frame.convert("L")
    large = max(grey.size) > LARGE
    near = grey.copy()
    near.thumbnail((LARGE, LARGE))
    yield near
    if large:
        yield grey
    if max(grey.size) < _SMALL:
        near = grey.resize((grey.width * 3, grey.height * 3), Image.Resampling.BICUBIC)
        yield near
    near.thumbnail((_SECOND, _SECOND))
    stretched = ImageOps.expand(ImageOps.autocontrast(near, cutoff=2), _QUIET, fill=255)
    yield stretched
    yield stretched.filter(ImageFilter.GaussianBlur(1.5))
    for channel in frame.split():
        channel.thumbnail((_SECOND, _SECOND))
        yield ImageOps.autocontrast(channel, cutoff=2)
