"""The process in which pictures are decoded: a task, a length and a picture in, a length and a reading out, until the pipe ends."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import BinaryIO

from bot.media.decode import decode
from bot.media.reading import Task
from bot.media.wire import HEAD, LENGTH, READY, pack

# What a worker may take, in bytes of address space; reading words takes 1.2 GB of it, 450 MB of them in use.
_MEMORY = 2_000 * 1024 * 1024


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
    with os.fdopen(os.dup(1), "wb") as answers, suppress(BrokenPipeError, KeyboardInterrupt):
        # What a library prints is no answer.
        os.dup2(2, 1)
        serve(sys.stdin.buffer, answers)
    # At an ordinary end zxing-cpp's binding fills the operator's log with what it takes for leaks.
    os._exit(0)
