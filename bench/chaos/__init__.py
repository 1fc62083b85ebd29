"""Everything that really happens to a bot, in minutes: deaths, a bad line, a bad machine, a clock that jumps.

    uv run python -m bench.chaos                          the long run: 500 deaths, every trouble
    uv run python -m bench.chaos --kills 10 --seconds 3   the short one
    uv run python -m bench.chaos --only kills

The real program, separate and killed with SIGKILL, against the playground's server over HTTP.
"""

from __future__ import annotations

from typing import Any

from bench.chaos import kills, line
from bench.figures import show
from bench.processes import playground

KILLS = 500
SECONDS = 20.0
PARTS = ("kills", "migration", "line", "machine")


def run(
    deaths: int = KILLS, seconds: float = SECONDS, parts: tuple[str, ...] = PARTS
) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    with playground() as server:
        if "kills" in parts:
            rows.append({"part": "killed at random moments", **kills.run(server, deaths)})
        if "migration" in parts:
            rows.append(
                {"part": "killed while migrating", **kills.migrating_kills(server, max(5, deaths // 10))}
            )
        if "line" in parts:
            rows += [{"part": "line", **row} for row in line.run(server, seconds)]
    return rows


def main(
    deaths: int = KILLS, seconds: float = SECONDS, parts: tuple[str, ...] = PARTS
) -> list[dict[str, Any]]:
    rows = run(deaths, seconds, parts)
    for row in rows:
        title = str(row.pop("part"))
        show(title, [{"what": name, "figure": value} for name, value in row.items()])
    return rows
