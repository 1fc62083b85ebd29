"""The process in which one paper is drawn: an order in JSON comes in, its bytes go out."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pkgutil import iter_modules

from bot.papers import kinds
from bot.papers.fonts import NoFont

NO_FONT = 3


def draw(order: dict[str, object]) -> bytes:
    """Raises `NoFont` where the machine has no Chinese font, KeyError for a kind that does not exist."""
    known = {found.name for found in iter_modules(kinds.__path__)}
    if order["kind"] not in known:
        raise KeyError(order["kind"])
    drawn: bytes = import_module(f"{kinds.__name__}.{order['kind']}").draw(order["facts"], order["language"])
    return drawn


if __name__ == "__main__":
    try:
        sys.stdout.buffer.write(draw(json.load(sys.stdin.buffer)))
    except NoFont:
        sys.exit(NO_FONT)
