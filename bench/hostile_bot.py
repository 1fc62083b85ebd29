"""The real bot, watched while strangers do their worst: at its end it tells how long its loop ever stood still and what failed."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import signal
import time
from pathlib import Path
from typing import Any

from bot import logs
from bot.abilities import Abilities, Tempo
from bot.app import App
from bot.config import Config
from bot.platforms.telegram import platform


class Stillness:
    """How long the event loop once did nothing but one thing, in milliseconds of processor time, so that what
    the rest of the machine does is not counted.
    """

    def __init__(self) -> None:
        self.longest = 0.0
        self.at = ""
        self._collected = 0.0
        self._collecting = 0.0

    def watch(self) -> None:
        run = asyncio.Handle._run
        gc.callbacks.append(self._collects)

        def timed(handle: asyncio.Handle) -> None:
            self._collected = 0.0
            before = time.thread_time()
            run(handle)
            spent = (time.thread_time() - before) * 1000
            if spent > self.longest:
                self.longest = spent
                self.at = f"{_doing(handle)}, {self._collected:.0f} ms of it the collector's"

        asyncio.Handle._run = timed  # type: ignore[assignment]

    def _collects(self, phase: str, about: dict[str, int]) -> None:
        if phase == "start":
            self._collecting = time.thread_time()
        else:
            self._collected += (time.thread_time() - self._collecting) * 1000


def _doing(handle: asyncio.Handle) -> str:
    """What it was: a task by its coroutine."""
    task = getattr(handle._callback, "__self__", None)  # type: ignore[attr-defined]
    return repr(task.get_coro()) if isinstance(task, asyncio.Task) else repr(handle)


async def main() -> None:
    failures: dict[str, int] = {}

    def count(_logger: Any, method: str, event: Any) -> Any:
        if method in ("error", "exception", "critical"):
            name = str(event.get("event"))
            # Five thousand at once are more than it answers in a minute or two; that it says so is no failure.
            if name != "ailing":
                failures[name] = failures.get(name, 0) + 1
        return event

    # How fast the platform lets it talk is another matter, and would make this take hours.
    platform.ABILITIES = Abilities(tempo=Tempo(1_000.0, 1_000.0, 60_000))
    telegram = {
        "token": os.environ["CLASSGUARD_TELEGRAM_TOKEN"],
        "base_url": os.environ["BENCH_BASE_URL"],
        "base_file_url": os.environ["BENCH_BASE_FILE_URL"],
    }
    app = App(Config.model_validate({"telegram": telegram, "data": Path(os.environ["BENCH_FOLDER"])}))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, app.stop)
    stillness = Stillness()
    with logs.counted(count):
        running = asyncio.create_task(app.run())
        await app.ready.wait()
        stillness.watch()
        await running
    told = {"longest_stall_ms": stillness.longest, "at": stillness.at, "failures": failures}
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    logs.set_up("error", json=True)
    asyncio.run(main())
