"""The real bot with a counting observer, reporting when it has handled so many messages."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bot import thrift

# As the command line does it.
with thrift.loading():
    from bot import logs
    from bot.actions import Action
    from bot.app import App
    from bot.config import Config
    from bot.events import Event, MessageSeen
    from handlers.seen import Seen


async def main(milestones: set[int]) -> None:
    handled = 0

    def count(event: Event, seen: Seen | None, actions: Sequence[Action], milliseconds: float) -> None:
        nonlocal handled
        if isinstance(event, MessageSeen):
            handled += 1
            if handled in milestones:
                print(json.dumps({"handled": handled, "at": time.time()}), flush=True)

    telegram = {
        "token": os.environ["CLASSGUARD_TELEGRAM_TOKEN"],
        "base_url": os.environ["BENCH_BASE_URL"],
        "base_file_url": os.environ["BENCH_BASE_FILE_URL"],
    }
    account = os.environ.get("BENCH_ACCOUNT")
    where = json.loads(account) if account else {"telegram": telegram}
    folder = Path(os.environ["BENCH_FOLDER"])
    clock = {"clock_url": os.environ.get("BENCH_CLOCK_URL", "")}
    config = Config.model_validate({**where, "data": folder, "playground": clock})
    app = App(config, observer=count)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, app.stop)
    await app.run()


if __name__ == "__main__":
    logs.set_up("error", json=True)
    asyncio.run(main(set(map(int, sys.argv[1:]))))
