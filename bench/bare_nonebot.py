"""The yardstick on QQ: a NoneBot application with one empty handler, reporting when it has handled so many messages."""

from __future__ import annotations

import json
import os
import signal
import sys
import time

import nonebot
from nonebot.adapters.onebot.v11 import Adapter, Bot, MessageEvent
from nonebot.plugin import on_message


def main(milestones: set[int]) -> None:
    (account,) = json.loads(os.environ["BENCH_ACCOUNT"])["onebot"]
    nonebot.init(
        driver="~websockets",
        log_level="ERROR",
        onebot_ws_urls={account["url"]},
        onebot_access_token=account["token"],
    )
    driver = nonebot.get_driver()
    driver.register_adapter(Adapter)

    @driver.on_bot_connect
    async def end_at_once(bot: Bot) -> None:
        # Winding down after so many messages takes it half a minute.
        signal.signal(signal.SIGTERM, signal.SIG_DFL)

    handled = 0

    async def empty(event: MessageEvent) -> None:
        nonlocal handled
        handled += 1
        if handled in milestones:
            print(json.dumps({"handled": handled, "at": time.time()}), flush=True)

    on_message().append_handler(empty)
    nonebot.run()


if __name__ == "__main__":
    main(set(map(int, sys.argv[1:])))
