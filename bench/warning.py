"""Time to warning: from the moment the update could be fetched to the moment the group's warning reached the server."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from bench import traffic
from bench.figures import percentile, show
from bench.processes import TELEGRAM, Server, bot, playground

GROUPS = 100
SCAMS = 60
LOAD = 300
SCAM = "各位家长，请今天中午前扫码交资料费380元，交完在群里发截图，谢谢配合。"


def run(scams: int = SCAMS, load: int = LOAD, platform: str = TELEGRAM) -> list[dict[str, Any]]:
    rows = []
    with playground(platform) as server, server.control() as control:
        for name, rate in (("idle", 0), (f"{load} updates/s", load)):
            traffic.open_groups(control, GROUPS + scams)
            met = (GROUPS + scams) * 2
            with bot("bench.guard_bot", server, str(met)) as guard:
                server.await_bot(control)
                # Every group has been met once: what a running bot is like.
                traffic.send(control, traffic.ordinary(met, GROUPS + scams))
                assert guard.stdout is not None
                guard.stdout.readline()
                traffic.settle(control)
                with _steadily(server, rate):
                    waits = [strike(control, GROUPS + number, server.rest) for number in range(scams)]
            rows.append(
                {
                    "load": name,
                    "scams": scams,
                    "warned": sum(wait is not None for wait in waits),
                    "p50 ms": percentile([wait or 60_000 for wait in waits], 0.5),
                    "p99 ms": percentile([wait or 60_000 for wait in waits], 0.99),
                }
            )
    return rows


def strike(control: httpx.Client, group: int, rest: float = 0.1) -> float | None:
    """A clone of the group's owner asks for money; milliseconds until the group is warned, None when it is not."""
    thief = f"thief{group}-{time.monotonic_ns()}"
    control.post("/users", json={"key": thief, "first_name": "王丽老师"}).raise_for_status()
    control.post("/members", json={"chat": f"g{group}", "user": thief}).raise_for_status()
    time.sleep(rest)
    sent = control.post("/messages", json={"chat": f"g{group}", "from": thief, "text": SCAM}).json()
    found = control.get("/said", params={"chat": f"g{group}", "reply_to": sent["message_id"], "wait": 20})
    warnings = [said for said in found.json()["messages"] if said["reply_to"] == sent["message_id"]]
    return (warnings[0]["arrived_at"] - sent["fetchable_at"]) * 1000 if warnings else None


@contextmanager
def _steadily(server: Server, rate: int) -> Iterator[None]:
    """Ordinary messages at a steady rate, from a thread with a connection of its own."""
    over = threading.Event()

    def speak() -> None:
        with server.control() as control:
            messages = traffic.ordinary(10**9, GROUPS)
            due = time.monotonic()
            while not over.is_set():
                batch = [next(messages) for _ in range(max(1, rate // 20))]
                control.post("/messages", json={"messages": batch, "quiet": True})
                due += len(batch) / rate
                time.sleep(max(0.0, due - time.monotonic()))

    speaker = threading.Thread(target=speak, daemon=True)
    if rate:
        speaker.start()
    try:
        yield
    finally:
        over.set()
        if rate:
            speaker.join(10)


def main(platform: str = TELEGRAM) -> list[dict[str, Any]]:
    rows = run(platform=platform)
    show(f"Time to warning on {platform}", rows)
    return rows
