"""A picture opened within limits, as a phone would show it."""

from __future__ import annotations

import io
from collections.abc import Iterator

from PIL import Image, ImageFile

from bot.media.reading import Limits

# A phone shows the upper half of a picture that was cut off, so we look at it too.
ImageFile.LOAD_TRUNCATED_IMAGES = True

_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
# No side is longer than this when a picture is looked at, and cameras' pictures are unpacked at a fraction of their size.
LARGEST, LARGE = 4_100, 2_000


class TooManyPixels(Exception):
    """It says that it is larger than anything a phone takes or shows."""


def frames(data: bytes, limits: Limits) -> Iterator[Image.Image]:
    """The first frames, on white where they are transparent. Raises nearly anything when the picture is damaged."""
    with Image.open(io.BytesIO(data), formats=_FORMATS) as image:
        width, height = image.size
        if width * height > limits.pixels:
            raise TooManyPixels
        yield from _frames(image, limits.frames)


def _frames(image: Image.Image, most: int) -> Iterator[Image.Image]:
    for number in range(most):
        if number:
            try:
                image.seek(number)
            except EOFError:
                return
        elif image.format == "JPEG":
            image.draft("RGB", (LARGE, LARGE))
        yield _on_white(_manageable(image))
        if not getattr(image, "is_animated", False):
            return


def _manageable(image: Image.Image) -> Image.Image:
    """Larger pictures than any camera's are made smaller before they are unpacked further."""
    factor = -(-max(image.size) // LARGEST)
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
