"""Resident memory at start and after half a million ordinary messages in two thousand groups."""

from __future__ import annotations

from itertools import islice
from typing import Any

from bench import traffic
from bench.figures import resident_mb, show
from bench.processes import bot, playground

MESSAGES = 500_000
GROUPS = 2_000
_AT_ONCE = 20_000


def run(messages: int = MESSAGES, groups: int = GROUPS) -> list[dict[str, Any]]:
    rows = []
    with playground() as server, server.control() as control:
        traffic.open_groups(control, groups)
        with bot("bench.guard_bot", server) as process:
            traffic.settle(control)
            rows.append(
                {"after": "start", "messages": 0, "groups": 0, "resident MB": resident_mb(process.pid)}
            )
            talk = traffic.ordinary(messages, groups)
            sent = 0
            while batch := list(islice(talk, _AT_ONCE)):
                traffic.send(control, iter(batch))
                traffic.settle(control, 120)
                sent += len(batch)
                if sent in (100_000, messages):
                    rows.append(
                        {
                            "after": "ordinary messages",
                            "messages": sent,
                            "groups": groups,
                            "resident MB": resident_mb(process.pid),
                        }
                    )
    return rows


def main() -> list[dict[str, Any]]:
    rows = run()
    show("Memory of the bot's main process", rows)
    return rows
