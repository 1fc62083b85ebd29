"""Whether levels hang on particular words: the labelled cases said a little differently, by program."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from bench import corpus
from bench.figures import show
from bench.perturbing import WAYS, perturbed
from bot.evaluation.cases import LabelledCase, read_cases
from bot.evaluation.replay import CaseResult, line_case, replay
from bot.intervals import wilson
from patterns.loading import warm_up
from patterns.model import Level

_SCAM = ("scam", "held_scam", "fresh_scam")
_HARMLESS = ("benign", "held_benign", "fresh_benign", "harmless", "talk")


@cache
def right(label: str) -> tuple[CaseResult, ...]:
    """The cases and lines of a label that are judged as they should be, as written."""
    files = _SCAM if label == "scam" else _HARMLESS
    cases = [
        one
        for name in files
        for one in read_cases(corpus.CASES / f"{name}.jsonl")
        if isinstance(one, LabelledCase)
    ]
    if label == "benign":
        said = (corpus.CASES / "money.txt").read_text("utf-8").splitlines()
        cases += [line_case(line, kind="line") for line in (*corpus.everyday(), *said) if line]
    return tuple(one for one in map(replay, cases) if one.ok)


def again(label: str, ways: Sequence[str]) -> Iterator[tuple[CaseResult, CaseResult]]:
    """Every case these ways change: as judged before, and as judged now."""
    for before in right(label):
        chance = random.Random(f"{ways}{before.case.id}")
        messages = tuple(replace(one, text=perturbed(one.text, ways, chance)) for one in before.case.messages)
        if messages != before.case.messages:
            yield before, replay(replace(before.case, messages=messages))


def run() -> list[dict[str, Any]]:
    warm_up()
    return [_row(name, (name,)) for name in WAYS] + [_row("all together", tuple(WAYS))]


def _row(what: str, ways: Sequence[str]) -> dict[str, Any]:
    scams = [after.ok for _, after in again("scam", ways)]
    harmless = list(again("benign", ways))
    worse = sum(not after.ok for _, after in harmless)
    alarms = sum(after.level is Level.ALARM > before.level for before, after in harmless)
    louder = sum(after.level >= Level.CAUTION > before.level for before, after in harmless)
    low, high = wilson(sum(scams), len(scams))
    return {
        "changed": what,
        "scams still noticed": f"{sum(scams)} of {len(scams)} ({low:.1%} – {high:.1%})",
        "harmless": len(harmless),
        "beyond their level": worse,
        "newly public": louder,
        "new alarms": alarms,
    }


def main() -> list[dict[str, Any]]:
    rows = run()
    show("The labelled cases, said a little differently", rows)
    return rows
