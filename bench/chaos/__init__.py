"""Everything that really happens to a bot, in minutes: deaths, a bad line, a bad machine, a clock that jumps.

    uv run python -m bench.chaos                          the long run: 500 deaths, every trouble
    uv run python -m bench.chaos --kills 10 --seconds 3   the short one
    uv run python -m bench.chaos --only kills
    uv run python -m bench.chaos --platform onebot --kills 200      on QQ, through a OneBot implementation
    uv run python -m bench.chaos --only kills --database postgresql://…/empty

The real program, separate and killed with SIGKILL, against the playground's server over HTTP.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bench.chaos import kills, line, machine
from bench.figures import show
from bench.processes import TELEGRAM, playground
from bot.store import engines

KILLS = 500
SECONDS = 20.0
PARTS = ("kills", "migration", "line", "machine")


def run(
    deaths: int = KILLS, seconds: float = SECONDS, parts: tuple[str, ...] = PARTS, platform: str = TELEGRAM
) -> list[dict[str, Any]]:
    return list(_told(deaths, seconds, parts, platform))


def _told(
    deaths: int, seconds: float, parts: tuple[str, ...], platform: str = TELEGRAM, database: str = ""
) -> Iterator[dict[str, Any]]:
    """Row after row, as they come: the whole takes its time. Only deaths depend on the database."""
    url = engines.postgresql(database) if database else None
    with playground(platform) as server:
        if "kills" in parts:
            yield {"part": "killed at random moments", **kills.run(server, deaths, database=url)}
        if "migration" in parts:
            yield {"part": "killed while migrating", **kills.migrating_kills(server, max(5, deaths // 10))}
        if "line" in parts:
            yield from ({"part": "line", **row} for row in line.run(server, seconds))
    if "machine" in parts:
        yield from ({"part": "machine", **row} for row in machine.run(platform))


def main(
    deaths: int = KILLS,
    seconds: float = SECONDS,
    parts: tuple[str, ...] = PARTS,
    platform: str = TELEGRAM,
    database: str = "",
) -> list[dict[str, Any]]:
    rows = []
    for row in _told(deaths, seconds, parts, platform, database):
        rows.append(row)
        show(str(row["part"]), [{"what": name, "figure": value} for name, value in row.items()])
    return rows
