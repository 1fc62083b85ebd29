"""What the QQ side of the playground can give at most: a client that counts frames without looking into them."""

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
    async with connect(account["url"], additional_headers=headers, proxy=None, compression=None) as socket:
        while True:
            frame = await socket.recv(decode=False)
            handled += b'"meta_event"' not in frame
            if handled in milestones:
                print(json.dumps({"handled": handled, "at": time.time()}), flush=True)


if __name__ == "__main__":
    asyncio.run(main(set(map(int, sys.argv[1:]))))
