"""The fingerprint of a profile picture's looks: nearly the same for the same picture in another size or quality."""

from __future__ import annotations

from PIL import Image

_SHAPE, _COLOURS = 16, 4
_LOOK = 64
# Less light and shade than this and the bits are noise.
_FLAT = 24
# A letter on colour: how far a background's row may vary, how little the letter must differ from it, how much it may fill.
_SAME_ROW = 28
_LETTER = 60
_LETTER_FILLS = 0.5
_MOSTLY = 0.7

Colour = tuple[int, int, int]


def portrait(image: Image.Image) -> str:
    """As patterns/portraits.py reads it; empty for a plain colour or a single letter on one, which say nothing
    about anybody.
    """
    small = image.convert("RGB")
    small.thumbnail((256, 256))
    if _is_default(small.resize((_LOOK, _LOOK), Image.Resampling.BOX)):
        return ""
    grey = small.convert("L").resize((_SHAPE + 1, _SHAPE), Image.Resampling.LANCZOS).tobytes()
    if max(grey) - min(grey) < _FLAT:
        return ""
    return f"{_brightening(grey):064x}{_colours(small).hex()}"


def _brightening(grey: bytes) -> int:
    """A bit for each field that is darker than the one to its right."""
    bits = 0
    for row in range(0, len(grey), _SHAPE + 1):
        for at in range(row, row + _SHAPE):
            bits = bits << 1 | (grey[at] < grey[at + 1])
    return bits


def _colours(image: Image.Image) -> bytes:
    """How each field's red, green and blue differ from the picture's own, which a filter changes as a whole."""
    raw = image.resize((_COLOURS, _COLOURS), Image.Resampling.BOX).tobytes()
    means = [sum(raw[channel::3]) // (len(raw) // 3) for channel in range(3)]
    return bytes(min(255, max(0, value - means[at % 3] + 128)) for at, value in enumerate(raw))


def _is_default(image: Image.Image) -> bool:
    """The picture an account has before anybody chose one: a letter or figure of one colour on a plain or graded ground."""
    raw = image.tobytes()
    rows = [
        [(raw[at], raw[at + 1], raw[at + 2]) for at in range(start, start + 3 * _LOOK, 3)]
        for start in range(0, len(raw), 3 * _LOOK)
    ]
    letter: list[Colour] = []
    for row in rows:
        ground = row[0]
        if _distance(ground, row[-1]) > _SAME_ROW:
            return False
        letter += [colour for colour in row if _distance(colour, ground) > _LETTER]
    if len(letter) > _LETTER_FILLS * _LOOK * _LOOK:
        return False
    return _one_colour(letter)


def _one_colour(letter: list[Colour]) -> bool:
    """Edges are blends of letter and ground, so a part of the pixels may be anything."""
    if not letter:
        return True
    middle = tuple(sorted(colour[channel] for colour in letter)[len(letter) // 2] for channel in range(3))
    near = sum(_distance(colour, (middle[0], middle[1], middle[2])) <= _LETTER for colour in letter)
    return near >= _MOSTLY * len(letter)


def _distance(one: Colour, other: Colour) -> int:
    return max(abs(one[0] - other[0]), abs(one[1] - other[1]), abs(one[2] - other[2]))
