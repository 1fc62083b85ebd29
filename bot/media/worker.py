"""The process in which pictures are decoded: a task, a length and a picture in, a length and a reading out, until the pipe ends."""

from __future__ import annotations

import json
import os
import struct
import sys
from contextlib import suppress
from dataclasses import asdict
from typing import BinaryIO

from bot.media.decode import Reading, Task, decode

HEAD = struct.Struct(">BI")
LENGTH = struct.Struct(">I")
READY = b"ready"
_MEMORY = 1_500 * 1024 * 1024


def pack(reading: Reading) -> bytes:
    return json.dumps(asdict(reading)).encode()


def unpack(body: bytes) -> Reading:
    told = json.loads(body)
    return Reading(tuple(told["payloads"]), told["portrait"], told["words"], told["reason"])


def serve(pipe_in: BinaryIO, pipe_out: BinaryIO) -> None:
    """Answer until there is nothing more to read."""
    _send(pipe_out, READY)
    while len(head := pipe_in.read(HEAD.size)) == HEAD.size:
        task, size = HEAD.unpack(head)
        _send(pipe_out, pack(decode(pipe_in.read(size), task=Task(task))))


def _send(pipe: BinaryIO, body: bytes) -> None:
    pipe.write(LENGTH.pack(len(body)) + body)
    pipe.flush()


def _bound_memory() -> None:
    """A picture that unpacks into gigabytes fails here, not on the whole machine."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, hard))


if __name__ == "__main__":
    _bound_memory()
    with suppress(BrokenPipeError, KeyboardInterrupt):
        serve(sys.stdin.buffer, sys.stdout.buffer)
    # At an ordinary end zxing-cpp's binding fills the operator's log with what it takes for leaks.
    os._exit(0)
