"""Sums and days as people type them."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

_SUM = re.compile(
    r"^(?:[¥$€£]|rmb|hk\$|nt\$|s\$|rm|hkd|twd|sgd|myr|cny)? ?(\d{1,6}(?:\.\d{1,2})?) ?(?:元|圆|圓|块|塊|yuan|dollars?|/人)?$"
)
_LARGEST = 100_000
_FULL = re.compile(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$")
_SHORT = re.compile(r"^(\d{1,2})[-/.月](\d{1,2})[日号]?$")
_FURTHEST = 366


def sum_of(typed: str) -> str | None:
    """A plain number ("86.5"), or None for what no fee can cost: nothing, too much, a figure nobody writes."""
    bare = unicodedata.normalize("NFKC", typed).casefold().replace(",", "").replace("每人", "").strip()
    found = _SUM.match(bare)
    value = float(found[1]) if found else 0.0
    if found is None or not 0 < value <= _LARGEST:
        return None
    whole, _, part = found[1].partition(".")
    part = part.rstrip("0")
    return f"{int(whole)}.{part}" if part else str(int(whole))


def day_of(typed: str, today: date) -> date | None:
    """The day meant, this year's or the next one's; None when there is no such day, or it is past or too far off."""
    bare = "".join(unicodedata.normalize("NFKC", typed).split())
    full, short = _FULL.match(bare), _SHORT.match(bare)
    if full:
        day = _day(int(full[1]), int(full[2]), int(full[3]))
    elif short:
        day = _day(today.year, int(short[1]), int(short[2]))
        if day is not None and (today - day).days > _FURTHEST // 2:
            day = _day(today.year + 1, int(short[1]), int(short[2]))
    else:
        return None
    return day if day is not None and 0 <= (day - today).days <= _FURTHEST else None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
