"""An A4 sheet with headings, paragraphs, tables and pictures, its Chinese font embedded."""

from __future__ import annotations

import io
from collections.abc import Sequence

from fpdf import FPDF
from fpdf.enums import WrapMode, XPos, YPos
from PIL import Image

from bot.papers.fonts import chinese

_FAMILY = "chinese"
_INK, _GREY, _RED = (30, 30, 30), (110, 110, 110), (170, 30, 30)
MARGIN = 18.0
# A row must fit on a page.
_CELL = 800


class Sheet:
    """Millimetres and points, as in print. `bytes()` gives the finished PDF."""

    def __init__(self, title: str, footer: str = "") -> None:
        self.pdf = _Numbered(footer)
        self.pdf.set_title(title)
        self.pdf.set_margins(MARGIN, MARGIN)
        self.pdf.set_auto_page_break(auto=True, margin=MARGIN)
        self.pdf.add_font(_FAMILY, fname=str(chinese()), collection_font_number=0)
        self.pdf.add_page()

    def heading(self, text: str, size: float = 20, *, loud: bool = False, centred: bool = False) -> None:
        if self.pdf.get_y() > self.pdf.h - 3 * MARGIN:
            # Not alone at the foot of a page.
            self.pdf.add_page()
        self._write(text, size, _RED if loud else _INK, "C" if centred else "L", gap=3)

    def paragraph(self, text: str, size: float = 11.5, *, faint: bool = False, centred: bool = False) -> None:
        self._write(text, size, _GREY if faint else _INK, "C" if centred else "L", gap=2)

    def rows(self, rows: Sequence[tuple[str, str]], size: float = 11) -> None:
        """Labels on the left, what they are about on the right."""
        self.pdf.set_font(_FAMILY, size=size)
        width = self.pdf.epw
        with self.pdf.table(
            col_widths=(width * 0.28, width * 0.72),
            first_row_as_headings=False,
            line_height=size * 0.6,
            padding=1.5,
            text_align=("L", "L"),
        ) as table:
            for label, value in rows:
                row = table.row()
                row.cell(printable(label))
                row.cell(printable(value[:_CELL]))
        self.gap(3)

    def picture(self, data: bytes, width: float) -> None:
        """Centred, in its own proportions; left out when it is no picture."""
        try:
            with Image.open(io.BytesIO(data)) as opened:
                opened.thumbnail((1600, 1600))
                image = opened.convert("RGB")
        except (OSError, ValueError, Image.DecompressionBombError):
            return
        self.pdf.image(image, x=(self.pdf.w - width) / 2, w=width)
        self.gap(3)

    def gap(self, millimetres: float) -> None:
        self.pdf.ln(millimetres)

    def rule(self) -> None:
        y = self.pdf.get_y()
        self.pdf.set_draw_color(*_GREY)
        self.pdf.line(MARGIN, y, self.pdf.w - MARGIN, y)
        self.gap(4)

    def bytes(self) -> bytes:
        return bytes(self.pdf.output())

    def _write(self, text: str, size: float, colour: tuple[int, int, int], align: str, gap: float) -> None:
        self.pdf.set_font(_FAMILY, size=size)
        self.pdf.set_text_color(*colour)
        self.pdf.multi_cell(
            0,
            size * 0.6,
            printable(text),
            align=align,
            # Words of letters stay whole; Chinese breaks anywhere.
            wrapmode=WrapMode.WORD if _is_latin(text) else WrapMode.CHAR,
            new_x=XPos.LMARGIN,
            new_y=YPos.NEXT,
        )
        self.pdf.set_text_color(*_INK)
        self.gap(gap)


class _Numbered(FPDF):
    def __init__(self, footer: str) -> None:
        super().__init__(format="A4")
        self._footer = footer

    def footer(self) -> None:
        self.set_y(-12)
        self.set_font(_FAMILY, size=8)
        self.set_text_color(*_GREY)
        self.cell(0, 6, printable(f"{self._footer}  {self.page_no()}/{{nb}}".strip()), align="C")


def _is_latin(text: str) -> bool:
    return sum(char.isascii() for char in text) > 0.9 * len(text)


def printable(text: str) -> str:
    """What a font of the basic plane can show; the rest as a mark, so that nothing vanishes unseen."""
    return "".join(
        char if ord(char) < 0x10000 and (char.isprintable() or char == "\n") else "□" for char in text
    )
