"""From a picture's bytes to what was asked of it; whatever strangers send, an answer and never an exception."""

from __future__ import annotations

import time
import warnings

from PIL import Image, UnidentifiedImageError

from bot.media.codes import codes
from bot.media.opening import TooManyPixels, frames
from bot.media.portrait import portrait
from bot.media.reading import Limits, Reading, Task, words_are_read
from bot.media.words import words

__all__ = ["Limits", "Reading", "Task", "decode"]

_MOST_CODES = 16
_LIMITS = Limits()


def decode(data: bytes, limits: Limits = _LIMITS, task: Task = Task.CODES) -> Reading:
    """Every QR code in the picture, top to bottom; or its portrait; or its words."""
    if not data:
        return Reading(reason="empty")
    if len(data) > limits.size:
        return Reading(reason="too_large")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _read(data, limits, task)
    except (TooManyPixels, Image.DecompressionBombError):
        return Reading(reason="too_many_pixels")
    except UnidentifiedImageError:
        return Reading(reason="not_a_picture")
    except MemoryError:
        return Reading(reason="no_memory")
    except Exception:  # Decoders of damaged pictures raise nearly anything.
        return Reading(reason="damaged")


def _read(data: bytes, limits: Limits, task: Task) -> Reading:
    if task is Task.PORTRAIT:
        return Reading(portrait=portrait(next(frames(data, limits))))
    if task is Task.WORDS:
        return _worded(next(frames(data, limits)))
    deadline = time.monotonic() + limits.seconds
    found: dict[str, None] = {}
    for frame in frames(data, limits):
        found |= dict.fromkeys(codes(frame, deadline))
        if time.monotonic() > deadline:
            break
    return Reading(tuple(found)[:_MOST_CODES], reason="" if found else "no_code")


def _worded(frame: Image.Image) -> Reading:
    if not words_are_read():
        return Reading(reason="no_ocr")
    found = words(frame)
    return Reading(words=found, reason="" if found else "no_words")
