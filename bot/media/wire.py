"""What goes over the pipes between the guard and the processes that decode: lengths, tasks, readings."""

from __future__ import annotations

import json
import struct
from dataclasses import asdict

from bot.media.reading import Reading

# A task and how many bytes of picture follow it; how many bytes of answer follow.
HEAD = struct.Struct(">BI")
LENGTH = struct.Struct(">I")
READY = b"ready"


def pack(reading: Reading) -> bytes:
    return json.dumps(asdict(reading)).encode()


def unpack(body: bytes) -> Reading:
    told = json.loads(body)
    return Reading(tuple(told["payloads"]), told["portrait"], told["words"], told["reason"])
