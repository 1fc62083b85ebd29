"""What is stored of what DingTalk tells, under a number of its own; and the notes the bot takes itself."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from typing import Any

import orjson

from bot.platforms.arrivals import Raw
from bot.platforms.dingtalk.reading import NOTE

# A message's body at most.
_LONGEST = 500_000


def raw(kind: str, told: Mapping[str, Any], lane: str, number: str) -> Raw:
    body = orjson.dumps({kind: told})
    if len(body) > _LONGEST:
        body = orjson.dumps({kind: {name: _short(value) for name, value in told.items()}})
    named = number or hashlib.sha256(body).hexdigest()
    recalled = "recalled:" if "recall" in str(told.get("type")) else ""
    return Raw(f"{recalled}{lane}:{named}"[-128:], lane[:128], body)


def _short(value: object) -> object:
    return value[:50_000] if isinstance(value, str) else value if isinstance(value, int | float) else None


def note_of(address: str, title: str, *, heard: bool) -> Raw:
    told = {"address": address, "title": title, "heard": heard}
    return Raw(f"note:{address}:{time.time_ns()}"[:128], address[:128], orjson.dumps({NOTE: told}))
