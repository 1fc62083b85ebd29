"""`uv run python -m bench.train [--write]`: fit, report tuned and unseen figures, write weights.yaml."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np

from bench.figures import show
from bench.train.fitting import fit
from bench.train.folds import Figures, by_family, by_kind, figures, unseen
from bench.train.gathering import FITTED, gather
from bench.train.model import CAPS, THRESHOLDS, WEIGHTS, Model, Numbers, Scale
from bench.train.writing import write
from bot.intervals import wilson
from patterns import loading
from patterns.scoring import Weights


def first_guess() -> Weights:
    """What the rules' and the signals' own files say, under the caps and thresholds of weights.yaml's first version."""
    learnt = loading.weights()
    rules = {rule.id: rule.weight for rule in loading.rules() if rule.group in FITTED}
    return replace(
        learnt,
        signals=loading.first_weights(),
        rules=rules,
        caps={**learnt.caps, "request": 6.0, "support": 1.4},
        thresholds={**learnt.thresholds, "request": 1.2, "caution": 4.5, "alarm": 9.5},
    )


def fitted_names() -> tuple[str, ...]:
    """Everything whose weight is fitted. What makes a false identity, a tell or a doubt stays as set by hand."""
    coded = (name for name, (group, _) in loading.signal_texts().items() if group in FITTED)
    return tuple(sorted({*coded, *(rule.id for rule in loading.rules() if rule.group in FITTED)}))


def _level(first: Numbers, scale: Scale) -> Numbers:
    """The first guess without any judgement in it: within a group every weight the same."""
    group = {name: group for name, (group, _) in loading.signal_texts().items()}
    group |= {rule.id: rule.group for rule in loading.rules()}
    even = first.copy()
    for name in FITTED:
        places = [at for at, one in enumerate(scale.names) if group[one] == name and first[at]]
        even[places] = np.median(first[places])
    return even


def _row(what: str, found: Figures) -> dict[str, Any]:
    low, high = wilson(found.reached, found.scams)
    _, most = wilson(found.exceeded, found.harmless)
    return {
        "numbers": what,
        "scams reaching their level": f"{found.reached} of {found.scams} ({low:.1%} – {high:.1%})",
        "harmless exceeding theirs": f"{found.exceeded} of {found.harmless} (at most {most:.1%})",
    }


def _report(model: Model, first: Numbers, best: Numbers) -> Iterator[tuple[str, Figures]]:
    every = model.examples
    yield "as first guessed", figures(every, model.right(first))
    yield "fitted, on what they were fitted to", figures(every, model.right(best))
    yield "fitted without the family judged", unseen(model, by_family, lambda kept: fit(model, first, kept))
    yield "fitted without the kind judged", unseen(model, by_kind, lambda kept: fit(model, first, kept))
    even = _level(first, model.scale)
    yield "all alike in their group, not fitted", figures(every, model.right(even))
    yield (
        "from all alike, without the kind judged",
        unseen(model, by_kind, lambda kept: fit(model, even, kept)),
    )


def numbers(vector: Numbers, scale: Scale) -> dict[str, dict[str, float]]:
    """A vector as the sections of weights.yaml; of the rules only those that were moved, the others keep their own."""
    weights = dict(zip(scale.names, vector[WEIGHTS], strict=True))
    known = scale.weights.rules
    rules = {
        name: float(one) for name, one in weights.items() if name in known and round(one, 2) != known[name]
    }
    signals = {name: float(one) for name, one in scale.weights.signals.items()}
    signals |= {name: float(one) for name, one in weights.items() if name not in known}
    rest = vector[-len(CAPS) - len(THRESHOLDS) :]
    return {
        "thresholds": dict(zip(THRESHOLDS, map(float, rest[len(CAPS) :]), strict=True)),
        "caps": dict(zip(CAPS, map(float, rest[: len(CAPS)]), strict=True)),
        "signals": signals,
        "rules": rules,
    }


def _better(one: Figures, other: Figures) -> bool:
    """Better in something and worse in nothing: at equal figures a person's numbers are the quieter ones."""
    gains = (one.reached - other.reached, other.exceeded - one.exceeded)
    return max(gains) > 0 and min(gains) >= 0


def main() -> None:
    options = argparse.ArgumentParser(prog="bench.train", description=__doc__)
    options.add_argument(
        "--write",
        action="store_true",
        help="write patterns/weights.yaml: the fit if it judges unseen kinds better, else the first guess",
    )
    chosen = options.parse_args()
    loading.warm_up()
    weights = first_guess()
    scale = Scale(fitted_names(), weights)
    model = Model(scale, gather(weights))
    first = scale.vector()
    best = fit(model, first, np.ones(len(model.examples)))
    found = dict(_report(model, first, best))
    show("What evidence weighs, fitted and judged", [_row(what, one) for what, one in found.items()])
    better = _better(found["fitted without the kind judged"], found["as first guessed"])
    print(
        "Unseen kinds are judged better: the fit is taken."
        if better
        else "Unseen kinds are judged no better: the first guess stays."
    )
    if chosen.write:
        write(numbers(best if better else first, scale))


if __name__ == "__main__":
    main()
