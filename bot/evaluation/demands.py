"""Thresholds somebody demands of an evaluation, for use in a pipeline."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

AT_LEAST: Mapping[str, Callable[[Mapping[str, Any]], float | None]] = {
    "scam": lambda summary: summary["scam"]["share"],
    "benign": lambda summary: summary["benign"]["share"],
    "recognised": lambda summary: summary["identity"]["recognised"]["share"],
    "spared": lambda summary: summary["identity"]["spared"]["share"],
}
AT_MOST: Mapping[str, Callable[[Mapping[str, Any]], float]] = {
    "alarms": lambda summary: summary["benign_alarms"],
    "over_alarms": lambda summary: summary["over_alarms"],
    "public": lambda summary: summary["lines"]["public"],
}


class UnknownDemand(ValueError):
    """A threshold nobody knows how to measure."""


def parse_demand(text: str) -> tuple[str, float]:
    """`scam=0.95` as a name and a number."""
    name, _, number = text.partition("=")
    if name not in AT_LEAST and name not in AT_MOST:
        raise UnknownDemand(f"{text}: the name is one of {', '.join((*AT_LEAST, *AT_MOST))}")
    try:
        return name, float(number)
    except ValueError:
        raise UnknownDemand(f"{text}: write {name}=NUMBER") from None


def unmet(demands: Iterable[tuple[str, float]], summary: Mapping[str, Any]) -> list[str]:
    """What is demanded and not reached. What was not measured is not reached."""
    failed: list[str] = []
    for name, bound in demands:
        if name in AT_LEAST:
            share = AT_LEAST[name](summary)
            if share is None or share < bound:
                failed.append(
                    f"{name} is {'not measured' if share is None else f'{share:.4f}'}, demanded at least {bound:g}"
                )
        elif (count := AT_MOST[name](summary)) > bound:
            failed.append(f"{name} is {count:g}, demanded at most {bound:g}")
    return failed
