"""A code without a margin on a dark ground: its edge runs into the ground, until it is cut out along what is bright."""

from __future__ import annotations

from PIL import Image

_DARK = 64
_BRIGHT = 128
# The picture is searched in cells: so many along its longer side.
_CELLS = 48
_LEAST_CELLS = 9

Cell = tuple[int, int]


def freed(grey: Image.Image) -> Image.Image | None:
    """The largest bright patch of a picture whose edge is dark, cut out; None where there is nothing to free.

    The outermost row and column of a code always hold bright modules beside its finders, so the patch is the whole code.
    """
    if not _lies_on_dark(grey):
        return None
    bright = grey.point(lambda shade: 255 if shade >= _BRIGHT else 0)
    step = max(1, max(grey.size) // _CELLS)
    patch = _largest(bright.reduce(step))
    if len(patch) < _LEAST_CELLS:
        return None
    columns, rows = [x for x, _ in patch], [y for _, y in patch]
    left, top = max(0, min(columns) - 1) * step, max(0, min(rows) - 1) * step
    right = min(grey.width, (max(columns) + 2) * step)
    bottom = min(grey.height, (max(rows) + 2) * step)
    box = bright.crop((left, top, right, bottom)).getbbox()
    if box is None:
        return None
    return grey.crop((left + box[0], top + box[1], left + box[2], top + box[3]))


def _lies_on_dark(grey: Image.Image) -> bool:
    width, height = grey.size
    edges = (
        (0, 0, width, 1),
        (0, height - 1, width, height),
        (0, 0, 1, height),
        (width - 1, 0, width, height),
    )
    return all(_mean(grey.crop(edge)) < _DARK for edge in edges)


def _mean(part: Image.Image) -> int:
    return part.reduce(part.size).tobytes()[0]


def _largest(cells: Image.Image) -> set[Cell]:
    """The most cells that touch one another and hold something bright."""
    free = {(at % cells.width, at // cells.width) for at, shade in enumerate(cells.tobytes()) if shade}
    best: set[Cell] = set()
    while free:
        patch: set[Cell] = set()
        edge = [free.pop()]
        while edge:
            x, y = edge.pop()
            patch.add((x, y))
            near = {(x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)} & free
            free -= near
            edge.extend(near)
        best = max(best, patch, key=len)
    return best
