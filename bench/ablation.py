"""What each signal decides: the labelled cases and ordinary lines judged again without it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from typing import Any

from bench import corpus
from bench.figures import show
from bot.evaluation.cases import LabelledCase, read_cases
from bot.evaluation.replay import CaseResult, line_case, replay
from patterns import loading, signals
from patterns.case import Case
from patterns.loading import warm_up
from patterns.model import Evidence
from patterns.rulebook import Rulebook

_LINES = ("everyday", "money")
Signal = Callable[[Case], Iterator[Evidence]]


@cache
def judged() -> tuple[CaseResult, ...]:
    """Every labelled case and ordinary line, as judged with all signals."""
    cases = [
        one
        for file in sorted(corpus.CASES.glob("*.jsonl"))
        for one in read_cases(file)
        if isinstance(one, LabelledCase)
    ]
    for name in _LINES:
        lines = (corpus.CASES / f"{name}.txt").read_text("utf-8").splitlines()
        cases += [line_case(line, kind="line") for line in lines if line]
    return tuple(map(replay, cases))


def names() -> list[str]:
    """Every signal that can speak for or against: the coded ones and the rules that count."""
    rules = [rule.id for rule in loading.rulebook().rules if rule.group not in ("reading", "reply", "name")]
    return sorted({*loading.signal_texts(), *rules})


def decides(signal: str) -> tuple[CaseResult, ...]:
    """The cases in which it spoke and whose levels are others without it, as judged with it."""
    spoke = [one for one in judged() if signal in one.evidence]
    if signal in loading.signal_texts():
        with silenced(signal):
            return tuple(one for one in spoke if replay(one.case).levels != one.levels)
    others = Rulebook.of(rule for rule in loading.rulebook().rules if rule.id != signal)
    return tuple(one for one in spoke if replay(_with(others, one.case)).levels != one.levels)


def _with(rules: Rulebook, case: LabelledCase) -> LabelledCase:
    return replace(case, context=replace(case.context, rules=rules))


@contextmanager
def silenced(signal: str) -> Iterator[None]:
    """Judge for a while as if a coded signal had never been written."""

    def quiet(one: Signal) -> Signal:
        return lambda case: (found for found in one(case) if found.signal != signal)

    who, rest = signals.WHO, signals.THE_REST
    signals.WHO, signals.THE_REST = tuple(map(quiet, who)), tuple(map(quiet, rest))
    try:
        yield
    finally:
        signals.WHO, signals.THE_REST = who, rest


def run() -> list[dict[str, Any]]:
    warm_up()
    spoke: dict[str, int] = defaultdict(int)
    for one in judged():
        for name in one.evidence:
            spoke[name] += 1
    rows = [_row(name, spoke[name]) for name in names()]
    return sorted(rows, key=lambda row: (row["decides"], row["signal"]))


def _row(signal: str, spoke: int) -> dict[str, Any]:
    changed = decides(signal)
    scams = sum(one.case.label == "scam" for one in changed)
    return {
        "signal": signal,
        "speaks in": spoke,
        "decides": len(changed),
        "scams": scams,
        "harmless": len(changed) - scams,
    }


def main() -> list[dict[str, Any]]:
    rows = run()
    show("Cases whose level changes without a signal", rows)
    return rows
