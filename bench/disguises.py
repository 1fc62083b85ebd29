"""What of the scams and the false names is still seen once they are disguised by program."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from bench import corpus
from bench.disguising import DISGUISES, disguised
from bench.figures import show
from bot.evaluation.cases import LabelledCase, NamePair, read_cases
from bot.evaluation.replay import compare, replay
from bot.intervals import wilson
from patterns.loading import warm_up

_SEEDS = 3


@cache
def scams() -> tuple[LabelledCase, ...]:
    """The development scams that are noticed undisguised."""
    found = (one for one in read_cases(corpus.CASES / "scam.jsonl") if isinstance(one, LabelledCase))
    return tuple(one for one in found if replay(one).ok)


@cache
def pairs() -> tuple[NamePair, ...]:
    """The false names that are recognised undisguised."""
    found = (one for name in ("identity", "names") for one in read_cases(corpus.CASES / f"{name}.jsonl"))
    return tuple(one for one in found if isinstance(one, NamePair) and one.impersonates and compare(one).ok)


def disguised_case(case: LabelledCase, names: Sequence[str], chance: random.Random) -> LabelledCase:
    """The same scam, its texts disguised; what a code, a link or a file says stays."""
    messages = tuple(replace(one, text=disguised(one.text, names, chance)) for one in case.messages)
    return replace(case, messages=messages)


def missed(names: Sequence[str], seed: int) -> Iterator[tuple[bool, LabelledCase]]:
    """Every scam that is changed by these disguises, and whether it is still noticed."""
    for case in scams():
        changed = disguised_case(case, names, random.Random(f"{seed}{case.id}"))
        if changed.messages != case.messages:
            yield replay(changed).ok, changed


def _named(names: Sequence[str], seed: int) -> Iterator[tuple[bool, str]]:
    for pair in pairs():
        candidate = disguised(pair.candidate, names, random.Random(f"{seed}{pair.id}"))
        if candidate != pair.candidate:
            yield compare(replace(pair, candidate=candidate)).ok, candidate


def _share(found: list[bool]) -> str:
    if not found:
        return "–"
    low, high = wilson(sum(found), len(found))
    return f"{sum(found)} of {len(found)} ({low:.1%} – {high:.1%})"


def _row(what: str, rounds: Sequence[tuple[Sequence[str], int]]) -> dict[str, Any]:
    noticed = [ok for names, seed in rounds for ok, _ in missed(names, seed)]
    known = [ok for names, seed in rounds for ok, _ in _named(names, seed)]
    return {
        "disguise": what,
        "scams still noticed": _share(noticed),
        "false names still recognised": _share(known),
    }


def run() -> list[dict[str, Any]]:
    warm_up()
    rows = [_row(name, [((name,), 0)]) for name in DISGUISES]
    for several in (2, 3, 4):
        rounds = [
            (random.Random(f"{several}{seed}").sample(list(DISGUISES), several), seed)
            for seed in range(_SEEDS * 2)
        ]
        rows.append(_row(f"{several} at random", rounds))
    return rows


def main() -> list[dict[str, Any]]:
    rows = run()
    show("Scams and false names disguised by program", rows)
    return rows
