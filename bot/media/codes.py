"""The QR codes in one picture: found as it is, or by looking again in other light."""

from __future__ import annotations

import time
from collections.abc import Iterator

import zxingcpp
from PIL import Image, ImageFilter, ImageOps, ImageStat

from bot.media.ground import freed
from bot.media.opening import LARGE

_CODES = zxingcpp.BarcodeFormats(
    [zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.MicroQRCode, zxingcpp.BarcodeFormat.RMQRCode]
)
_LONGEST_CODE = 4_296
# Smaller pictures are enlarged when nothing is found.
_SMALL = 700
# Second looks are for a code that fills a good part of the picture; this size shows it, and costs little.
_SECOND = 1_280
# Colours are kept coarser than light by every camera.
_COLOURS = 800
_QUIET = 24
# So many shades a colour must lie away from grey somewhere; JPEG alone makes fewer.
_COLOURED = 24


def codes(frame: Image.Image, deadline: float) -> list[str]:
    """The codes of the first look that shows any; later looks are for pictures that hide them, until `deadline` (monotonic)."""
    for look in _looks(frame):
        if found := _read(look):
            return found
        if time.monotonic() > deadline:
            return []
    return []


def _read(look: Image.Image) -> list[str]:
    results = zxingcpp.read_barcodes(look, formats=_CODES, text_mode=zxingcpp.TextMode.Plain)
    found = sorted(
        (r for r in results if r.valid and r.text),
        key=lambda r: (r.position.top_left.y, r.position.top_left.x),
    )
    return [result.text[:_LONGEST_CODE] for result in found]


def _looks(frame: Image.Image) -> Iterator[Image.Image]:
    """The picture as it is, then whatever most often brings out a code, the cheap looks first."""
    grey = frame.convert("L")
    yield _at_most(grey, LARGE)
    near = _at_most(grey, _SECOND)
    stretched = ImageOps.expand(ImageOps.autocontrast(near, cutoff=2), _QUIET, fill=255)
    yield stretched
    if (bare := freed(near)) is not None:
        yield ImageOps.expand(bare, _QUIET, fill=255)
    if max(grey.size) < _SMALL:
        yield from _enlarged(stretched)
    yield from _colours(frame)
    yield stretched.reduce(2)
    if max(grey.size) > LARGE:
        yield grey


def _enlarged(stretched: Image.Image) -> Iterator[Image.Image]:
    large = stretched.resize((stretched.width * 3, stretched.height * 3), Image.Resampling.BICUBIC)
    yield large
    yield large.filter(ImageFilter.GaussianBlur(2.5))


def _colours(frame: Image.Image) -> Iterator[Image.Image]:
    """What differs in colour alone: equally bright colours are one grey, but never one in both of these."""
    for channel in _at_most(frame, _COLOURS).convert("YCbCr").split()[1:]:
        darkest, lightest = ImageStat.Stat(channel).extrema[0]
        if lightest - darkest >= _COLOURED:
            yield ImageOps.autocontrast(channel, cutoff=2)


def _at_most(image: Image.Image, side: int) -> Image.Image:
    """Not much larger than `side`, by whole steps: the mean of four pixels costs a tenth of a smooth resize."""
    factor = -(-max(image.size) // side)
    return image if factor == 1 else image.reduce(factor)
