"""How soon a school's guard is on duty after a start, and what it costs while nothing happens."""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path
from typing import Any

from bench import traffic
from bench.figures import cpu_seconds, resident_mb, show
from bench.processes import bot, playground
from bench.records import guarded_for_long

GROUPS = 10_000
STARTS = 3
IDLE = 30.0


def run(groups: int = GROUPS, starts: int = STARTS, idle: float = IDLE) -> list[dict[str, Any]]:
    rows = []
    with playground() as server, server.control() as control, tempfile.TemporaryDirectory() as folder:
        traffic.open_groups(control, 1)
        guarded_for_long(Path(folder), groups)
        for number in range(starts):
            # It waits for the guard, as messages do that were written while it was away.
            traffic.send(control, traffic.ordinary(1, 1))
            began = time.time()
            with bot("bench.guard_bot", server, "1", folder=folder) as process:
                assert process.stdout is not None
                handled = json.loads(process.stdout.readline())["at"] - began
                worked = cpu_seconds(process.pid)
                row = {
                    "start": number + 1,
                    "groups": groups,
                    "first update after s": handled,
                    "CPU s": worked,
                }
                rows.append({**row, "resident MB": resident_mb(process.pid), "idle CPU %": 0.0})
                if number == starts - 1:
                    time.sleep(5)
                    before = cpu_seconds(process.pid)
                    time.sleep(idle)
                    rows[-1]["idle CPU %"] = 100 * (cpu_seconds(process.pid) - before) / idle
    return rows


def main() -> list[dict[str, Any]]:
    rows = run()
    show(f"From start to the first update handled, and at rest afterwards ({IDLE:.0f} s)", rows)
    return rows
