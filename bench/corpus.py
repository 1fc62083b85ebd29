"""The messages benchmarks run on: the development cases, split as the figures are reported."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

CASES = Path(__file__).parent.parent / "tests" / "cases"


@cache
def everyday() -> tuple[str, ...]:
    return tuple(line for line in (CASES / "everyday.txt").read_text("utf-8").splitlines() if line)


@cache
def texts(label: str) -> tuple[str, ...]:
    """Every non-empty message text of `scam` or `benign` cases."""
    rows = map(json.loads, (CASES / f"{label}.jsonl").read_text("utf-8").splitlines())
    return tuple(message["text"] for row in rows for message in row["messages"] if message.get("text"))
