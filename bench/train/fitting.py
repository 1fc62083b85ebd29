"""Finds the numbers under which most cases stand clear of the wrong level, not far from what a person would have set."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from bench.train.model import MOST_ASKED, WEIGHTS, Model, Numbers

_STEPS, _ROUNDS = 60, 2
_PACE = 0.03
# How far past its threshold a message should be; how dear it is to leave the first guess; what a harmless message counts.
_CLEAR = 0.3
_STAY = 0.1
_HARMLESS = 0.3


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far each number may go: no sign ever turns, and the caps keep any one kind of evidence below an alarm."""

    low: Numbers
    high: Numbers

    @classmethod
    def around(cls, first: Numbers) -> Bounds:
        """Weights between a third and twice the first guess; caps and thresholds within a step a person would accept."""
        weights = first[WEIGHTS]
        near, far = weights / 3, weights * 2
        cap, support, begins, caution, alarm = first[MOST_ASKED:]
        low = np.concatenate(
            [np.minimum(near, far), [cap - 0.5, support - 0.4, begins - 0.2, caution - 0.2, alarm - 0.09]]
        )
        high = np.concatenate([np.maximum(near, far), [cap, support, begins, caution, alarm]])
        return cls(low, high)


def fit(model: Model, first: Numbers, counted: Numbers) -> Numbers:
    """The best vector for the examples that are counted (a truth value each), starting from the first guess."""
    bounds = Bounds.around(first)
    dear = _STAY / (np.abs(first) + 0.3) ** 2
    vector = first.copy()
    for _ in range(_ROUNDS):
        items = model.items(vector)
        share = _shares(model, counted)[items.example]
        speed, force = np.zeros_like(vector), np.zeros_like(vector)
        for step in range(1, _STEPS + 1):
            margins, sums = model.margins(vector, items)
            short = np.maximum(0.0, _CLEAR - margins)
            slope = model.slope(vector, items, sums, -2 * short * share) + 2 * dear * (vector - first)
            speed = 0.9 * speed + 0.1 * slope
            force = 0.99 * force + 0.01 * slope**2
            stride = speed / (1 - 0.9**step) / (np.sqrt(force / (1 - 0.99**step)) + 1e-6)
            vector = np.clip(vector - _PACE * stride, bounds.low, bounds.high)
    return vector


def _shares(model: Model, counted: Numbers) -> Numbers:
    """What every example counts: kinds alike however many cases they have, and a harmless one is seldom near any threshold, so it weighs less."""
    kinds = [(one.case.label, one.case.kind) for one in model.examples]
    sizes: dict[tuple[str, str], int] = {}
    for kind, counts in zip(kinds, counted, strict=True):
        sizes[kind] = sizes.get(kind, 0) + bool(counts)
    of_label = {
        label: sum(1 for kind, size in sizes.items() if kind[0] == label and size)
        for label in ("scam", "benign")
    }
    cost = {"scam": 1.0, "benign": _HARMLESS}
    return np.array(
        [
            cost[kind[0]] / (of_label[kind[0]] * sizes[kind] ** 0.5) if counts else 0.0
            for kind, counts in zip(kinds, counted, strict=True)
        ]
    )
