"""The words in a picture, read on this machine where the extra `ocr` is installed."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import cache
from typing import Any

from PIL import Image

# A phone's screenshot at this size has letters of twenty pixels; larger costs time and shows no more.
_LONGEST_SIDE = 1_280
_MOST = 4_000
_LEAST_SURE = 0.5
# Lines whose middles are nearer than this part of a line's height stand beside one another.
_SAME_ROW = 0.6
# A line that ends this near the right edge of the text, in its own heights, goes on in the next.
_FULL = 2.5


def words(frame: Image.Image) -> str:
    """What is written in the picture, a line for each paragraph, from top to bottom. Empty when there is nothing."""
    import numpy as np

    picture = frame.convert("RGB")
    picture.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    # It was trained on the order of colours that its own loader gives: blue first.
    told = _engine()(np.ascontiguousarray(np.asarray(picture)[:, :, ::-1]))
    if told.txts is None:
        return ""
    found = zip(told.txts, told.boxes, told.scores, strict=True)
    return paragraphs([_line(text, box) for text, box, sure in found if sure >= _LEAST_SURE])[:_MOST]


@cache
def _engine() -> Any:
    from rapidocr import RapidOCR

    logging.disable(logging.WARNING)
    # One core: the rest of the machine is for the guard.
    return RapidOCR(
        params={
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            # As it is, not blown up until the shorter side has 736 pixels.
            "Det.limit_type": "max",
            "Det.limit_side_len": _LONGEST_SIDE,
            "Global.use_cls": False,
        }
    )


@dataclass(frozen=True, slots=True)
class Line:
    """Words beside one another, and where they stand, in pixels."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    @property
    def height(self) -> float:
        return max(1.0, self.bottom - self.top)


def paragraphs(lines: list[Line]) -> str:
    """The lines in reading order, those put together that a narrow column has broken."""
    rows = _rows(lines)
    if not rows:
        return ""
    edge = max(row.right for row in rows)
    text, before = rows[0].text, rows[0]
    for row in rows[1:]:
        if edge - before.right <= _FULL * before.height and _beneath(before, row):
            text += _joint(text, row.text) + row.text
        else:
            text += "\n" + row.text
        before = row
    return text


def _beneath(before: Line, row: Line) -> bool:
    """Set in the same size, right below, and not further in: what a paragraph's next line is."""
    height = before.height
    alike = abs(row.height - height) < height / 2 and row.top - before.bottom <= 1.5 * height
    return alike and -_FULL * height <= row.left - before.left <= height / 2


def _rows(lines: list[Line]) -> list[Line]:
    rows: list[Line] = []
    for line in sorted(lines, key=lambda one: (one.top + one.bottom, one.left)):
        last = rows[-1] if rows else None
        middle = (line.top + line.bottom) / 2
        if last is not None and abs(middle - (last.top + last.bottom) / 2) < _SAME_ROW * min(
            line.height, last.height
        ):
            first, second = (last, line) if last.left <= line.left else (line, last)
            rows[-1] = Line(
                f"{first.text} {second.text}",
                first.left,
                min(first.top, second.top),
                max(first.right, second.right),
                max(first.bottom, second.bottom),
            )
        else:
            rows.append(line)
    return rows


def _joint(before: str, after: str) -> str:
    """Latin words are kept apart, Han runs on."""
    return " " if before[-1:].isascii() and after[:1].isascii() else ""


def _line(text: str, box: Any) -> Line:
    xs, ys = [float(point[0]) for point in box], [float(point[1]) for point in box]
    return Line(text.strip(), min(xs), min(ys), max(xs), max(ys))
