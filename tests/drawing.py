"""Whether this machine can draw papers: a Chinese font may be missing."""

from __future__ import annotations

import pytest

from bot.papers import fonts


def _has_font() -> bool:
    try:
        fonts.chinese()
    except fonts.NoFont:
        return False
    return True


needs_font = pytest.mark.skipif(not _has_font(), reason="this machine has no Chinese font")
