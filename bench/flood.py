"""Floods: of talk in thousands of groups, in one group, of joins, of pictures, of scams; and a scam elsewhere meanwhile.

uv run python -m bench.flood                  a minute each
uv run python -m bench.flood --seconds 5      the short one
"""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

from bench import books, corpus, pipeline, traffic
from bench.figures import children, percentile, resident_mb, show
from bench.processes import Server, bot, playground
from bench.records import guarded_for_long
from bench.warning import SCAM, strike

GROUPS = 5_000
SECONDS = 60.0
SCAMS = 20
# Of what the pipeline managed just now.
SHARE = 0.6
_ELSEWHERE = 30  # groups kept out of the floods, for the scams

Flood = Callable[[httpx.Client, int, float], None]


def _talk(control: httpx.Client, number: int, rate: float) -> None:
    """The number-th of a steady stream of batches in all groups."""
    size = max(1, int(rate / 10))
    first = number * size
    batch = [
        {"chat": f"g{at % GROUPS}", "from": f"p{at // GROUPS % 10}", "text": text}
        for at, text in zip(range(first, first + size), _lines(first), strict=False)
    ]
    traffic.done(control.post("/messages", json={"messages": batch, "quiet": True}))


def _one_group(control: httpx.Client, number: int, rate: float) -> None:
    size = max(1, int(rate / 10))
    batch = [
        {"chat": "g0", "from": f"p{at % 10}", "text": text}
        for at, text in zip(range(size), _lines(number * size), strict=False)
    ]
    traffic.done(control.post("/messages", json={"messages": batch, "quiet": True}))


def _joins(control: httpx.Client, number: int, rate: float) -> None:
    for at in range(max(1, int(rate / 10))):
        key = f"new{time.monotonic_ns()}-{number}-{at}"
        traffic.done(control.post("/users", json={"key": key, "first_name": f"新家长{at}"}))
        traffic.done(control.post("/members", json={"chat": "g0", "user": key}))


def _pictures(control: httpx.Client, number: int, rate: float) -> None:
    photo = {"qr": f"https://class.example/{number}", "caption": f"第{number}张"}
    message = {"chat": f"g{number % 10}", "from": f"p{number % 10}", "photo": photo}
    traffic.done(control.post("/messages", json={"messages": [message], "quiet": True}))


def _scams(control: httpx.Client, number: int, rate: float) -> None:
    """One clone that does not stop."""
    if number == 0:
        traffic.done(control.post("/users", json={"key": "flooder", "first_name": "王丽老师"}))
        traffic.done(control.post("/members", json={"chat": "g1", "user": "flooder"}))
    message = {"chat": "g1", "from": "flooder", "text": f"{SCAM}{'！' * (number % 5)}"}
    traffic.done(control.post("/messages", json={"messages": [message]}))


def _lines(first: int) -> Iterator[str]:
    everyday = corpus.everyday()
    return cycle([*everyday[first % len(everyday) :], *everyday[: first % len(everyday)]])


def run(seconds: float = SECONDS, rate: float = 0.0, only: Collection[str] = ()) -> list[dict[str, Any]]:
    """`rate` of the first flood in updates a second; measured first when not given. `only` these floods, or all."""
    with playground() as server, server.control() as control:
        rate = rate or SHARE * pipeline.rate_of_guard(server, control)
        # What, how many a second, how many calls a second.
        floods: dict[str, tuple[Flood, float, float]] = {
            f"talk in {GROUPS:,} groups": (_talk, rate, 10.0),
            "talk in one group": (_one_group, 5_000 / 60, 10.0),
            "joins in one group": (_joins, 1_000 / 60, 10.0),
            "pictures": (_pictures, 500 / 60, 500 / 60),
            "scams by one clone": (_scams, 5.0, 5.0),
        }
        groups = GROUPS + _ELSEWHERE * len(floods)
        traffic.open_groups(control, groups)
        with tempfile.TemporaryDirectory() as folder:
            guarded_for_long(Path(folder), groups)
            with bot("bench.guard_bot", server, folder=folder) as process:
                traffic.settle(control, 600)
                rows = [
                    _flooded(server, control, process.pid, Path(folder), name, *flood, seconds, at)
                    for at, (name, flood) in enumerate(floods.items())
                    if not only or name in only
                ]
    return rows


def _flooded(
    server: Server,
    control: httpx.Client,
    pid: int,
    folder: Path,
    name: str,
    flood: Flood,
    rate: float,
    calls: float,
    seconds: float,
    at: int,
) -> dict[str, Any]:
    scams = max(3, int(SCAMS * seconds / SECONDS))
    database = folder / "classguard.db"
    before = books.taken(database)
    with _flooding(server, flood, rate, calls) as called, _watched(pid) as seen:
        began = time.monotonic()
        waits = []
        for number in range(scams):
            waits.append(strike(control, GROUPS + _ELSEWHERE * at + number % _ELSEWHERE))
            time.sleep(max(0.0, began + (number + 1) * seconds / scams - time.monotonic()))
    traffic.settle(control, 240)
    stored, lost = books.taken(database), _left(database)
    times = [60_000.0 if wait is None else wait for wait in waits]
    return {
        "flood": name,
        "asked/s": rate,
        "updates": stored - before,
        "calls": called[0],
        "scams": scams,
        "warned": sum(wait is not None for wait in waits),
        "p50 ms": percentile(times, 0.5),
        "p99 ms": percentile(times, 0.99),
        "main MB": max(seen["main"]),
        "worker MB": max(seen["worker"]),
        "not done": lost,
        "in the scammed group": len(_said(control, "g1")) if flood is _scams else 0,
    }


@contextmanager
def _flooding(server: Server, flood: Flood, rate: float, calls: float) -> Iterator[list[int]]:
    """Call after call, evenly, from a thread with a connection of its own; gives how many were made."""
    over, called = threading.Event(), [0]

    def pour() -> None:
        with server.control() as control:
            due = time.monotonic()
            while not over.is_set():
                flood(control, called[0], rate)
                called[0] += 1
                due += 1 / calls
                over.wait(max(0.0, due - time.monotonic()))

    pourer = threading.Thread(target=pour, daemon=True)
    pourer.start()
    try:
        yield called
    finally:
        over.set()
        pourer.join(30)


@contextmanager
def _watched(pid: int) -> Iterator[dict[str, list[float]]]:
    """Memory of the main process and of its largest child, twice a second."""
    over = threading.Event()
    seen: dict[str, list[float]] = {"main": [0.0], "worker": [0.0]}

    def watch() -> None:
        while not over.wait(0.5):
            seen["main"].append(resident_mb(pid))
            seen["worker"].append(max((resident_mb(child) for child in children(pid)), default=0.0))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join(5)


def _said(control: httpx.Client, chat: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = control.get("/said", params={"chat": chat, "count": 0}).json()["messages"]
    return [one for one in found if not one["deleted"]]


def _left(database: Path, seconds: float = 60.0) -> int:
    """Updates and messages still not finished after a while."""
    end = time.monotonic() + seconds
    while (left := books.waiting(database)) and time.monotonic() < end:
        time.sleep(0.5)
    return max(left, books.read(database).unfinished)


def main(
    seconds: Annotated[float, typer.Option(help="How long each flood lasts.")] = SECONDS,
    rate: Annotated[
        float, typer.Option(help="Updates a second of the first; 0 measures 0.6 of the pipeline.")
    ] = 0.0,
) -> list[dict[str, Any]]:
    rows = run(seconds, rate)
    show("Floods", rows)
    return rows


if __name__ == "__main__":
    typer.run(main)
