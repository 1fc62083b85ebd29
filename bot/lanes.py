"""Work in order within a lane, and side by side across lanes."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

import structlog

log = structlog.get_logger(__name__)

Job = TypeVar("Job")

# Of so many turns one is for the lanes that give way, however many others wait.
FAIR = 4
# The longest that jobs which never wait may keep the event loop, in seconds.
BREATH = 0.005


class Lanes(Generic[Job]):
    """`work` returns None when the job is finished, or how many seconds to rest before trying it again.

    A lane is worked by one worker at a time and goes to the back of the queue after a few jobs:
    a chat with many waiting updates delays nobody but itself. A resting lane holds no worker.
    Lanes that go `ahead` are taken before the others, and three times as often while both wait.
    """

    def __init__(
        self,
        work: Callable[[Job], Awaitable[float | None]],
        *,
        ahead: Callable[[Hashable], bool] = lambda lane: False,
        workers: int = 64,
        turn: int = 8,
        limit: int = 2_000,
    ) -> None:
        self._work = work
        self._ahead = ahead
        self._workers = workers
        self._turn = turn
        self._limit = limit
        self._jobs: dict[Hashable, deque[Job]] = {}
        self._ready = asyncio.Semaphore(0)
        self._first: deque[Hashable] = deque()
        self._others: deque[Hashable] = deque()
        self._turns = 0
        self._room = asyncio.Event()
        self._room.set()
        self._idle = asyncio.Event()
        self._idle.set()
        self._stopping = False
        self._breathed = 0.0
        self._tasks: list[asyncio.Task[None]] = []
        self.waiting = 0

    def put(self, lane: Hashable, job: Job) -> None:
        queue = self._jobs.get(lane)
        if queue is None:
            self._jobs[lane] = deque((job,))
            self._line_up(lane)
        else:
            queue.append(job)
        self.waiting += 1
        self._idle.clear()
        if self.waiting >= self._limit:
            self._room.clear()

    async def room(self) -> None:
        """Wait until there is room for more: what is not fetched yet is safe where it is."""
        await self._room.wait()

    async def idle(self) -> None:
        """Wait until nothing waits and nothing is being worked on."""
        await self._idle.wait()

    def start(self) -> None:
        self._tasks = [asyncio.create_task(self._worker()) for _ in range(self._workers)]

    async def stop(self, grace: float) -> None:
        """Let the jobs in hand finish; leave the rest where they are."""
        self._stopping = True
        for _ in self._tasks:
            self._ready.release()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _worker(self) -> None:
        while not self._stopping:
            await self._ready.acquire()
            if not self._stopping:
                await self._take_turn(self._next())
            await self._breathe()

    async def _breathe(self) -> None:
        """Jobs that never wait would otherwise keep everyone else waiting."""
        if time.monotonic() - self._breathed > BREATH:
            await asyncio.sleep(0)
            self._breathed = time.monotonic()

    async def _take_turn(self, lane: Hashable) -> None:
        queue = self._jobs[lane]
        for _ in range(self._turn):
            rest = await self._try(queue[0])
            if rest is not None:
                asyncio.get_running_loop().call_later(rest, self._line_up, lane)
                return
            queue.popleft()
            self._finished_one()
            if not queue:
                del self._jobs[lane]
                return
            await self._breathe()
            if self._stopping:
                return
        self._line_up(lane)

    def _line_up(self, lane: Hashable) -> None:
        (self._first if self._ahead(lane) else self._others).append(lane)
        self._ready.release()

    def _next(self) -> Hashable:
        self._turns += 1
        queues = (self._first, self._others) if self._turns % FAIR else (self._others, self._first)
        return next(queue for queue in queues if queue).popleft()

    async def _try(self, job: Job) -> float | None:
        try:
            return await self._work(job)
        except Exception:
            # `work` deals with its own failures; one it did not foresee must not stop the lane.
            log.exception("job_failed")
            return None

    def _finished_one(self) -> None:
        self.waiting -= 1
        if self.waiting < self._limit:
            self._room.set()
        if self.waiting == 0:
            self._idle.set()
