"""What receiving alone costs on QQ: a client that reads every frame as JSON and does nothing, reporting when so many messages came."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time

from websockets.asyncio.client import connect


async def main(milestones: set[int]) -> None:
    (account,) = json.loads(os.environ["BENCH_ACCOUNT"])["onebot"]
    headers = {"Authorization": f"Bearer {account['token']}"}
    handled = 0
    async with connect(account["url"], additional_headers=headers, proxy=None) as socket:
        async for frame in socket:
            if json.loads(frame)["post_type"] != "message":
                continue
            handled += 1
            if handled in milestones:
                print(json.dumps({"handled": handled, "at": time.time()}), flush=True)


if __name__ == "__main__":
    asyncio.run(main(set(map(int, sys.argv[1:]))))
