"""How sure a proportion is."""

from __future__ import annotations

from math import sqrt

_Z = 1.959964


def wilson(hits: int, n: int) -> tuple[float, float]:
    """The 95 % Wilson interval of hits out of n."""
    if n == 0:
        return 0.0, 1.0
    share = hits / n
    scale = 1 + _Z * _Z / n
    middle = (share + _Z * _Z / (2 * n)) / scale
    half = _Z * sqrt(share * (1 - share) / n + _Z * _Z / (4 * n * n)) / scale
    return max(0.0, middle - half), min(1.0, middle + half)
