"""What a profile picture looks like, in 64 bits: the same for the same picture in another size or quality."""

from __future__ import annotations

from PIL import Image

_WIDTH, _HEIGHT = 9, 8
_LOOK = 64
# Less light and shade than this and the bits are noise.
_FLAT = 24
# A letter on colour: how far a background's row may vary, how little the letter must differ from it, how much it may fill.
_SAME_ROW = 28
_LETTER = 60
_LETTER_FILLS = 0.5
_MOSTLY = 0.7
_NEIGHBOUR = 10

Colour = tuple[int, int, int]


def portrait(image: Image.Image) -> int | None:
    """The picture's difference hash; None for a plain colour or a single letter on one, which say nothing about anybody."""
    small = image.convert("RGB")
    small.thumbnail((256, 256))
    if _is_default(small.resize((_LOOK, _LOOK), Image.Resampling.BOX)):
        return None
    grey = small.convert("L").resize((_WIDTH, _HEIGHT), Image.Resampling.LANCZOS)
    values = grey.tobytes()
    if max(values) - min(values) < _FLAT:
        return None
    bits = 0
    for row in range(_HEIGHT):
        for column in range(_WIDTH - 1):
            at = row * _WIDTH + column
            bits = bits << 1 | (values[at] < values[at + 1])
    return bits


def alike(one: int, other: int) -> bool:
    """Do two portraits show the same picture?"""
    return (one ^ other).bit_count() <= _NEIGHBOUR


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
