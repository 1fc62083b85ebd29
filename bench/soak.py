"""Hours of ordinary talk with a scam now and then: does memory grow, do handles or tasks, how much does a message keep?

    uv run python -m bench.soak                     an hour at 200 updates a second
    uv run python -m bench.soak --minutes 10

The school's clock runs faster than the machine's, so that retention and upkeep have something to do.
"""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer

from bench import traffic
from bench.figures import cpu_seconds, handles, resident_mb, show, slope, threads
from bench.processes import bot, playground
from bench.warning import strike

MINUTES = 60.0
RATE = 200.0
GROUPS = 500
# Every so many seconds the clock is moved on by a quarter of an hour.
_STEP, _MOVED = 10.0, 900


@dataclass(frozen=True, slots=True)
class Look:
    """The bot's process at one moment; `hours` since the first."""

    hours: float
    messages: int
    resident: float
    handles: int
    threads: int
    database: float


def run(minutes: float = MINUTES, rate: float = RATE) -> list[dict[str, Any]]:
    looks: list[Look] = []
    struck = warned = 0
    with playground() as server, server.control() as control:
        traffic.open_groups(control, GROUPS)
        with (
            tempfile.TemporaryDirectory() as folder,
            bot("bench.guard_bot", server, folder=folder, clocked=True) as process,
        ):
            traffic.settle(control)
            talk = traffic.ordinary(10**9, GROUPS)
            began, sent, spent = time.monotonic(), 0, cpu_seconds(process.pid)
            moved = began
            while (now := time.monotonic()) - began < minutes * 60:
                batch = [next(talk) for _ in range(int(rate))]
                traffic.done(control.post("/messages", json={"messages": batch, "quiet": True}))
                sent += len(batch)
                if now - moved >= _STEP:
                    moved = now
                    control.post("/clock", json={"advance": _MOVED}).raise_for_status()
                    struck += 1
                    warned += strike(control, struck % GROUPS) is not None
                    looks.append(_look(process.pid, Path(folder), (now - began) / 3600, sent))
                time.sleep(max(0.0, now + 1.0 - time.monotonic()))
            behind = _behind(control)
            used = cpu_seconds(process.pid) - spent
    return [_row(looks, struck, warned, behind, used, rate)]


def _look(pid: int, folder: Path, hours: float, messages: int) -> Look:
    size = sum(file.stat().st_size for file in folder.glob("classguard.db*")) / 1e6
    return Look(hours, messages, resident_mb(pid), handles(pid), threads(pid), size)


def _behind(control: httpx.Client) -> int:
    """Updates not yet fetched at the end."""
    return int(control.get("/idle", params={"quiet": 0.0, "timeout": 0.1}).json()["pending"])


def _row(
    looks: list[Look], struck: int, warned: int, behind: int, used: float, rate: float
) -> dict[str, Any]:
    # The first third fills caches that are bounded.
    settled = looks[len(looks) // 3 :]
    hours = [look.hours for look in settled]
    millions = (settled[-1].messages - settled[0].messages) / 1e6 or 1.0
    return {
        "minutes": looks[-1].hours * 60,
        "messages": looks[-1].messages,
        "asked/s": rate,
        "school days": len(looks) * _MOVED / 86_400,
        "scams": struck,
        "warned": warned,
        "behind": behind,
        "first MB": looks[0].resident,
        "last MB": looks[-1].resident,
        "MB/hour": slope(hours, [look.resident for look in settled]),
        "handles": looks[-1].handles - settled[0].handles,
        "threads": looks[-1].threads - settled[0].threads,
        "database MB/million": (settled[-1].database - settled[0].database) / millions,
        "CPU ms/update": used / looks[-1].messages * 1e3,
    }


def main(
    minutes: Annotated[float, typer.Option(help="How long it lasts.")] = MINUTES,
    rate: Annotated[float, typer.Option(help="Ordinary messages a second.")] = RATE,
) -> list[dict[str, Any]]:
    rows = run(minutes, rate)
    show("Soak", [{"what": name, "figure": value} for name, value in rows[0].items()])
    return rows


if __name__ == "__main__":
    typer.run(main)
