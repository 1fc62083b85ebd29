"""Updates a second through the playground's server, beside an application with one empty handler on the same server,
made with the library most bots of the platform are made with: python-telegram-bot, or NoneBot.
"""

from __future__ import annotations

import json
import os
import signal
import time
from typing import IO, Any

import httpx

from bench import traffic
from bench.figures import cpu_seconds, show
from bench.processes import TELEGRAM, Server, bot, playground

UPDATES = 20_000
GROUPS = 200
# What the guard is run beside, the yardstick last.
BESIDE = {
    TELEGRAM: {"python-telegram-bot": "bench.bare_bot"},
    "onebot": {"frames read as JSON": "bench.reading_onebot", "NoneBot": "bench.bare_nonebot"},
}


def run(updates: int = UPDATES, groups: int = GROUPS, platform: str = TELEGRAM) -> list[dict[str, Any]]:
    """What the server gives at most comes first, the guard last, the yardstick before it."""
    with playground(platform) as server, server.control() as control:
        if server.on_telegram:
            ceiling = _ceiling(server, control, updates, groups)
        else:
            ceiling = _rate(f"bench.deaf_{platform}", server, control, updates, groups)
        rows: list[dict[str, Any]] = [{"what": "server alone", **ceiling}]
        for what, module in {**BESIDE[platform], "Class Guard": "bench.guard_bot"}.items():
            rows.append({"what": what, **_rate(module, server, control, updates, groups)})
    for row in rows:
        row["ratio to bare"] = row["updates/s"] / rows[-2]["updates/s"]
    return rows


def _ceiling(server: Server, control: httpx.Client, updates: int, groups: int) -> dict[str, Any]:
    """The rate at which a client that does nothing else can fetch and confirm updates."""
    traffic.open_groups(control, groups)
    traffic.send(control, traffic.ordinary(updates, groups))
    url = f"{server.told['base_url']}{server.told['token']}/getUpdates"
    with httpx.Client(timeout=60) as client:
        offset, fetched, before = 0, 0, cpu_seconds(server.pid)
        own, start = time.process_time(), time.perf_counter()
        while fetched < updates:
            body = client.post(url, json={"offset": offset, "limit": 100, "timeout": 0}).json()["result"]
            if not body:
                break
            offset, fetched = body[-1]["update_id"] + 1, fetched + len(body)
        spent = time.perf_counter() - start
        client.post(url, json={"offset": offset, "limit": 1, "timeout": 0})
    return {
        "updates/s": fetched / spent,
        "bot CPU µs/update": (time.process_time() - own) / fetched * 1e6,
        "server CPU µs/update": (cpu_seconds(server.pid) - before) / fetched * 1e6,
    }


def _rate(module: str, server: Server, control: httpx.Client, updates: int, groups: int) -> dict[str, Any]:
    """Start the bot, let it meet every group once, then hand it everything and time first to last handled."""
    traffic.open_groups(control, groups)
    warm = groups * 2
    with bot(module, server, str(warm), str(warm + updates)) as process:
        assert process.stdout is not None
        server.await_bot(control)
        traffic.send(control, traffic.ordinary(warm, groups))
        _milestone(process.stdout)
        traffic.settle(control)
        # Held still while the updates are put in, so that the server has nothing to do but serve it.
        os.kill(process.pid, signal.SIGSTOP)
        traffic.send(control, traffic.ordinary(updates, groups))
        server_before, bot_before = cpu_seconds(server.pid), cpu_seconds(process.pid)
        start = time.time()
        os.kill(process.pid, signal.SIGCONT)
        ended = _milestone(process.stdout)
        return {
            "updates/s": updates / (ended - start),
            "bot CPU µs/update": (cpu_seconds(process.pid) - bot_before) / updates * 1e6,
            "server CPU µs/update": (cpu_seconds(server.pid) - server_before) / updates * 1e6,
        }


def _milestone(lines: IO[str]) -> float:
    """When it has handled so many; what else a bot says on its way is passed over."""
    return float(next(json.loads(line)["at"] for line in lines if line.startswith("{")))


def rate_of_guard(server: Server, control: httpx.Client, updates: int = 10_000) -> float:
    """Updates a second the guard handles now, on this machine with this load."""
    return float(_rate("bench.guard_bot", server, control, updates, GROUPS)["updates/s"])


def main(platform: str = TELEGRAM) -> list[dict[str, Any]]:
    rows = run(platform=platform)
    show(f"Pipeline on {platform}: {UPDATES:,} ordinary updates from {GROUPS} groups", rows)
    ceiling, bare = rows[0]["updates/s"], rows[-2]["updates/s"]
    print(f"server ceiling is {ceiling / bare:.1f} times the bare rate (the ratio is valid from 3 times on)")
    return rows
