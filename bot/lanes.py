"""Work in order within a lane, and side by side across lanes."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Iterator
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
    One worker goes from lane to lane for as long as its jobs never wait; when one does, the next worker goes on.
    Lanes that go `ahead` are taken before the others, and three times as often while both wait. A lane with a job that
    is `pressing` goes before all until it is empty; of four turns two are for such lanes while every kind waits.
    """

    def __init__(
        self,
        work: Callable[[Job], Awaitable[float | None]],
        *,
        ahead: Callable[[Hashable], bool] = lambda lane: False,
        workers: int = 64,
        turn: int = 8,
        limit: int = 10_000,
    ) -> None:
        self._work = work
        self._ahead = ahead
        self._workers = workers
        self._turn = turn
        self._limit = limit
        self._jobs: dict[Hashable, deque[Job]] = {}
        self._pressed: deque[Hashable] = deque()
        self._first: deque[Hashable] = deque()
        self._others: deque[Hashable] = deque()
        # Where each lane stands that is lined up; one that was picked out still stands in its old place, too.
        self._stands: dict[Hashable, deque[Hashable]] = {}
        self._pressing: set[Hashable] = set()
        self._turns = 0
        self._room = asyncio.Event()
        self._room.set()
        self._idle = asyncio.Event()
        self._idle.set()
        self._started = False
        self._stopping = False
        self._called = False
        self._breathing = False
        self._breathed = 0.0
        self._on_duty: object = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.waiting = 0

    def put(self, lane: Hashable, job: Job, *, pressing: bool = False) -> None:
        if pressing:
            self._pick_out(lane)
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

    def behind(self, lane: Hashable) -> list[Job]:
        """What waits in a lane for the job in hand, in order."""
        return list(self._jobs.get(lane, ()))[1:]

    async def room(self) -> None:
        """Wait until there is room for more: what is not fetched yet is safe where it is."""
        await self._room.wait()

    async def idle(self) -> None:
        """Wait until nothing waits and nothing is being worked on."""
        await self._idle.wait()

    def start(self) -> None:
        self._started = True
        self._call()

    async def stop(self, grace: float) -> None:
        """Let the jobs in hand finish; leave the rest where they are."""
        self._stopping = True
        if tasks := list(self._tasks):
            _, late = await asyncio.wait(tasks, timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _call(self) -> None:
        """Somebody is to go on when the event loop comes round: whoever is on duty now waits by then, or has ended."""
        if self._started and self._stands and not self._called:
            self._called = True
            asyncio.get_running_loop().call_soon(self._relieve)

    def _relieve(self) -> None:
        self._called = False
        if self._stands and not self._stopping and not self._breathing and len(self._tasks) < self._workers:
            self._tasks.add(asyncio.create_task(self._worker()))

    async def _worker(self) -> None:
        me = asyncio.current_task()
        assert me is not None
        self._on_duty = me
        try:
            while self._stands and self._on_duty is me and not self._stopping:
                self._call()
                await self._take_turn(self._next())
                await self._draw_breath()
        finally:
            # There may have been no worker left to relieve the last who waited: this one is free now.
            self._tasks.discard(me)
            self._call()

    async def breathe(self) -> None:
        """Jobs that never wait would otherwise keep everyone else waiting."""
        if self._is_breathless():
            await asyncio.sleep(0)
            self._breathed = time.monotonic()

    async def _draw_breath(self) -> None:
        """A worker's own breath is no waiting: nobody needs to go on in its place."""
        if self._is_breathless():
            self._breathing = True
            await self.breathe()
            self._breathing = False
            self._call()

    def _is_breathless(self) -> bool:
        return time.monotonic() - self._breathed > BREATH

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
                self._pressing.discard(lane)
                return
            await self._draw_breath()
            if self._stopping:
                return
        self._line_up(lane)

    def _pick_out(self, lane: Hashable) -> None:
        self._pressing.add(lane)
        if self._stands.get(lane, self._pressed) is not self._pressed:
            self._stand(lane, self._pressed)

    def _line_up(self, lane: Hashable) -> None:
        if lane in self._pressing:
            queue = self._pressed
        else:
            queue = self._first if self._ahead(lane) else self._others
        self._stand(lane, queue)
        self._call()

    def _stand(self, lane: Hashable, queue: deque[Hashable]) -> None:
        self._stands[lane] = queue
        queue.append(lane)

    def _next(self) -> Hashable:
        """Whose turn it is, of those that stand somewhere."""
        self._turns += 1
        match self._turns % FAIR:
            case 0:
                queues = (self._others, self._pressed, self._first)
            case 2:
                queues = (self._first, self._pressed, self._others)
            case _:
                queues = (self._pressed, self._first, self._others)
        return next(lane for queue in queues for lane in self._standing(queue))

    def _standing(self, queue: deque[Hashable]) -> Iterator[Hashable]:
        while queue:
            lane = queue.popleft()
            if self._stands.get(lane) is queue:
                del self._stands[lane]
                yield lane

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
