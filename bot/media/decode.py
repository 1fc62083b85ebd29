"""From a picture's bytes to the QR codes in it; whatever strangers send, an answer and never an exception."""

from __future__ import annotations

import io
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import zxingcpp
from PIL import Image, ImageFile, ImageFilter, ImageOps, UnidentifiedImageError

from bot.media.portrait import portrait

# A phone shows the upper half of a picture that was cut off, so we look at it too.
ImageFile.LOAD_TRUNCATED_IMAGES = True

_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
_CODES = zxingcpp.BarcodeFormats(
    [zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.MicroQRCode, zxingcpp.BarcodeFormat.RMQRCode]
)
_MOST_CODES = 16
_LONGEST_CODE = 4_296
# Larger pictures are looked at in this size first; smaller ones are enlarged when nothing is found.
_LARGEST, _LARGE, _SMALL = 4_100, 2_000, 700
# Second looks are for a code that fills a good part of the picture; this size shows it, and costs little.
_SECOND = 1_280
_QUIET = 24


@dataclass(frozen=True, slots=True)
class Limits:
    """What one picture may cost. `seconds` bounds the second looks; a stuck decoder is the caller's to end."""

    size: int = 10 * 1024 * 1024
    pixels: int = 40_000_000
    frames: int = 3
    seconds: float = 2.0


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read. `reason` tells why there is nothing, one word: `empty`, `too_large`, `too_many_pixels`,
    `not_a_picture`, `damaged`, `no_memory`, and from the decoder `timeout`, `crashed`, `closed`.
    `no_ocr`: the picture is whole but holds no code, and words in pictures are not read.
    """

    payloads: tuple[str, ...] = ()
    portrait: int | None = None
    reason: str = ""


def decode(data: bytes, limits: Limits = Limits()) -> Reading:
    """Every QR code in the picture, top to bottom, and its portrait."""
    if not data:
        return Reading(reason="empty")
    if len(data) > limits.size:
        return Reading(reason="too_large")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _read(data, limits)
    except Image.DecompressionBombError:
        return Reading(reason="too_many_pixels")
    except UnidentifiedImageError:
        return Reading(reason="not_a_picture")
    except MemoryError:
        return Reading(reason="no_memory")
    except Exception:  # Decoders of damaged pictures raise nearly anything.
        return Reading(reason="damaged")


def _read(data: bytes, limits: Limits) -> Reading:
    with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
        width, height = image.size
        if width * height > limits.pixels:
            return Reading(reason="too_many_pixels")
        deadline = time.monotonic() + limits.seconds
        face: int | None = None
        found: dict[str, None] = {}
        for number, frame in enumerate(_frames(image, limits.frames)):
            if number == 0:
                face = portrait(frame)
            found |= dict.fromkeys(_codes(frame, deadline))
            if time.monotonic() > deadline:
                break
    # Words in the picture would be read here, and returned beside the codes.
    return Reading(tuple(found)[:_MOST_CODES], face, "" if found else "no_ocr")


def _frames(image: Image.Image, most: int) -> Iterator[Image.Image]:
    """The first frames, on white where they are transparent."""
    for number in range(most):
        if number:
            try:
                image.seek(number)
            except EOFError:
                return
        elif image.format == "JPEG":
            image.draft("RGB", (_LARGE, _LARGE))
        yield _on_white(_manageable(image))
        if not getattr(image, "is_animated", False):
            return


def _manageable(image: Image.Image) -> Image.Image:
    """Larger pictures than any camera's are made smaller before they are unpacked further."""
    factor = -(-max(image.size) // _LARGEST)
    if factor == 1:
        return image
    if image.mode in {"1", "P"}:
        image = image.convert("RGBA" if image.has_transparency_data else "L" if image.mode == "1" else "RGB")
    return image.reduce(factor)


def _on_white(image: Image.Image) -> Image.Image:
    """As a phone shows it where it is transparent."""
    if not image.has_transparency_data:
        return image.convert("RGB")
    clear = image.convert("RGBA")
    shown = Image.new("RGB", clear.size, "white")
    shown.paste(clear, mask=clear.getchannel("A"))
    return shown


def _codes(frame: Image.Image, deadline: float) -> list[str]:
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
    large = max(grey.size) > _LARGE
    near = grey.copy()
    near.thumbnail((_LARGE, _LARGE))
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
