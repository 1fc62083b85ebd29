"""An A4 sheet with headings, paragraphs, tables and pictures, its Chinese font embedded."""

from __future__ import annotations

import io
from collections.abc import Sequence

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import TTFFont
from PIL import Image

from bot.papers import glyphs
from bot.papers.fonts import chinese, further, signs
from bot.papers.lines import broken

_FAMILY = "chinese"
_INK, _GREY, _RED = (30, 30, 30), (110, 110, 110), (170, 30, 30)
MARGIN = 18.0
# A row must fit on a page.
_CELL = 800
_PADDING = 1.5
# Measured piece by piece a line may come out a hair longer.
_HAIR = 0.2


class Sheet:
    """Millimetres and points, as in print. `bytes()` gives the finished PDF."""

    def __init__(self, title: str, footer: str = "") -> None:
        font = chinese()
        self.pdf = _Numbered()
        self.pdf.set_title(title)
        self.pdf.set_margins(MARGIN, MARGIN)
        self.pdf.set_auto_page_break(auto=True, margin=MARGIN)
        self.pdf.add_font(_FAMILY, fname=str(font), collection_font_number=0)
        self._known = signs(font)
        self._helped = False
        self.pdf.foot = self._printable(footer)
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
        widths = self.pdf.epw * 0.28, self.pdf.epw * 0.72
        with self.pdf.table(
            col_widths=widths,
            first_row_as_headings=False,
            line_height=size * 0.6,
            padding=_PADDING,
            text_align=("L", "L"),
        ) as table:
            for both in rows:
                row = table.row()
                for text, width in zip(both, widths, strict=True):
                    row.cell(self._lines(text[:_CELL], width - 2 * _PADDING))
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
        drawn = bytes(self.pdf.output())
        for font in self.pdf.fonts.values():
            if isinstance(font, TTFFont):
                # The library leaves those open whose signs are pictures.
                font.close()
        return drawn

    def _write(self, text: str, size: float, colour: tuple[int, int, int], align: str, gap: float) -> None:
        self.pdf.set_font(_FAMILY, size=size)
        self.pdf.set_text_color(*colour)
        self.pdf.multi_cell(
            0, size * 0.6, self._lines(text, self.pdf.epw), align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT
        )
        self.pdf.set_text_color(*_INK)
        self.gap(gap)

    def _lines(self, text: str, room: float) -> str:
        """The text as the sheet can show it, its lines no wider than so many millimetres."""
        narrow = room - 2 * self.pdf.c_margin - _HAIR
        return "\n".join(broken(self._printable(text), self.pdf.get_string_width, narrow))

    def _printable(self, text: str) -> str:
        if not self._helped and any(ord(char) not in self._known for char in text):
            self._help_out()
        return glyphs.printable(text, self._known)

    def _help_out(self) -> None:
        """Further fonts take half a second and are wanted by few papers."""
        self._helped = True
        fonts = {font.stem.casefold(): font for font in further()}
        for name, font in fonts.items():
            self.pdf.add_font(name, fname=str(font))
            self._known |= signs(font)
        self.pdf.set_fallback_fonts(list(fonts))


class _Numbered(FPDF):
    """`foot` stands under every page, beside its number."""

    foot = ""

    def __init__(self) -> None:
        super().__init__(format="A4")

    def footer(self) -> None:
        self.set_y(-12)
        self.set_font(_FAMILY, size=8)
        self.set_text_color(*_GREY)
        self.cell(0, 6, f"{self.foot}  {self.page_no()}/{{nb}}".strip(), align="C")
