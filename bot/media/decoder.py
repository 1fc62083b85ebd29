"""Pictures handed to worker processes: bounded in time, a stuck or crashed worker replaced, readings remembered."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections import OrderedDict
from contextlib import suppress
from pathlib import Path

from bot.media.reading import Limits, Reading, Task
from bot.media.wire import HEAD, LENGTH, READY, unpack

__all__ = ["Decoder", "Reading"]

_ROOT = Path(__file__).parents[2]
_START_SECONDS = 30.0
_LONGEST_ANSWER = 4 * 1024 * 1024
# What a machine under load may be to blame for: such a picture gets another chance.
_MAY_PASS = frozenset({"timeout", "crashed", "no_memory"})
_REMEMBERED = 4_096
_REMEMBERED_CHARACTERS = 4_000_000


class Decoder:
    """Reads pictures without ever holding up the event loop. Callers wait while all workers are busy."""

    def __init__(self, workers: int = 1, seconds: float = 5.0, limits: Limits = Limits()) -> None:  # noqa: B008  (frozen)
        self._workers = [_Worker() for _ in range(workers)]
        self._seconds = seconds
        self._limits = limits
        self._idle: asyncio.LifoQueue[_Worker] = asyncio.LifoQueue()
        self._under_way: dict[str, asyncio.Task[Reading]] = {}
        self._tasks: set[asyncio.Task[Reading]] = set()
        self._known = _Known()
        self._open = False

    async def start(self, *, ahead: bool = True) -> None:
        """Have the workers ready before the first picture comes; or, not `ahead`, with the first that comes."""
        self._open = True
        if ahead:
            await asyncio.gather(*(worker.start() for worker in self._workers), return_exceptions=True)
        for worker in self._workers:
            self._idle.put_nowait(worker)

    async def close(self) -> None:
        """End the workers; whoever still waits is told `closed`."""
        self._open = False
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(worker.stop() for worker in self._workers))

    async def read(self, unique_id: str, data: bytes, task: Task = Task.CODES) -> Reading:
        """The same file is decoded once, however often and by however many it is asked for."""
        key = f"{task.value}:{unique_id}" if unique_id else ""
        if (known := self._known.get(key)) is not None:
            return known
        if not data:
            return Reading(reason="empty")
        if len(data) > self._limits.size:
            return Reading(reason="too_large")
        if not self._open:
            return Reading(reason="closed")
        decoding = self._under_way.get(key) if key else None
        if decoding is None:
            decoding = self._begin(key, data, task)
        try:
            return await asyncio.shield(decoding)
        except asyncio.CancelledError:
            if self._open:
                raise
            return Reading(reason="closed")

    def _begin(self, key: str, data: bytes, task: Task) -> asyncio.Task[Reading]:
        decoding = asyncio.create_task(self._decode(key, data, task))
        self._tasks.add(decoding)
        decoding.add_done_callback(self._tasks.discard)
        if key:
            self._under_way[key] = decoding
            decoding.add_done_callback(lambda _: self._under_way.pop(key, None))
        return decoding

    async def _decode(self, key: str, data: bytes, task: Task) -> Reading:
        worker = await self._idle.get()
        try:
            reading = await worker.read(data, task, self._seconds)
        finally:
            self._idle.put_nowait(worker)
        if reading.reason not in _MAY_PASS:
            self._known.keep(key, reading)
        return reading


class _Worker:
    """One process at a time; when it dies or has to be ended, the next picture starts another."""

    def __init__(self) -> None:
        self._process: Process | None = None

    async def start(self) -> Process:
        # Nothing of our own environment goes along: it holds secrets, and what is decoded is hostile.
        environment = {
            name: value
            for name, value in os.environ.items()
            if name in {"PATH", "SYSTEMROOT", "LD_LIBRARY_PATH"}
        }
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot.media.worker",
            stdin=PIPE, stdout=PIPE, stderr=DEVNULL,
            env=environment | {"PYTHONPATH": str(_ROOT)}, start_new_session=True, limit=_LONGEST_ANSWER,
        )  # fmt: skip
        async with asyncio.timeout(_START_SECONDS):
            if await _receive(self._process) != READY:
                raise ConnectionError
        return self._process

    async def read(self, data: bytes, task: Task, seconds: float) -> Reading:
        try:
            process = self._process or await self.start()
            async with asyncio.timeout(seconds):
                return await _ask(process, data, task)
        except TimeoutError:
            await self.stop()
            return Reading(reason="timeout")
        except (OSError, EOFError, ValueError):
            await self.stop()
            return Reading(reason="crashed")
        except asyncio.CancelledError:
            await self.stop()
            raise

    async def stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            process.kill()
        await process.communicate()


async def _ask(process: Process, data: bytes, task: Task) -> Reading:
    assert process.stdin is not None
    process.stdin.write(HEAD.pack(task, len(data)) + data)
    await process.stdin.drain()
    return unpack(await _receive(process))


async def _receive(process: Process) -> bytes:
    assert process.stdout is not None
    (size,) = LENGTH.unpack(await process.stdout.readexactly(LENGTH.size))
    return await process.stdout.readexactly(min(size, _LONGEST_ANSWER))


class _Known:
    """The latest readings, bounded in number and in characters."""

    def __init__(self) -> None:
        self._readings: OrderedDict[str, Reading] = OrderedDict()
        self._characters = 0

    def get(self, key: str) -> Reading | None:
        if key not in self._readings:
            return None
        self._readings.move_to_end(key)
        return self._readings[key]

    def keep(self, key: str, reading: Reading) -> None:
        if not key or key in self._readings:
            return
        self._readings[key] = reading
        self._characters += _weight(reading)
        while len(self._readings) > _REMEMBERED or self._characters > _REMEMBERED_CHARACTERS:
            _, oldest = self._readings.popitem(last=False)
            self._characters -= _weight(oldest)


def _weight(reading: Reading) -> int:
    return sum(map(len, reading.payloads)) + len(reading.words)
