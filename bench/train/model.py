"""The judge's sums as one multiplication, the levels they reach, and how far every message is from the wrong one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from bench.train.gathering import FITTED, Example
from patterns.model import Level
from patterns.scoring import Weights

Numbers = Any
CAPS = ("request", "support")
THRESHOLDS = ("request", "caution", "alarm")
# Where they stand at the end of a vector.
WEIGHTS = slice(0, -5)
MOST_ASKED, MOST_SUPPORT, BEGINS, CAUTION, ALARM = range(-5, 0)
_NEVER = -1e6


@dataclass(frozen=True, slots=True)
class Scale:
    """What is fitted, in the order of a vector: weights, then the caps, then the thresholds."""

    names: tuple[str, ...]
    weights: Weights

    def vector(self) -> Numbers:
        w = self.weights
        return np.array(
            [
                *(float(w.rules[name] if name in w.rules else w.signals[name]) for name in self.names),
                *(w.caps[name] for name in CAPS),
                *(w.thresholds[name] for name in THRESHOLDS),
            ]
        )


@dataclass(frozen=True, slots=True)
class Items:
    """Messages that decide whether an example is right: its number, its row, its goal, and +1 to reach it or -1 not to."""

    example: Numbers
    row: Numbers
    alarm: Numbers
    sign: Numbers


@dataclass(frozen=True, slots=True)
class Sums:
    """Every message's sums under one vector, and which of them a cap or a floor holds."""

    asked: Numbers
    total: Numbers
    request_free: Numbers
    against_free: Numbers
    support_free: Numbers


class Model:
    """All messages of some examples as matrices."""

    def __init__(self, scale: Scale, examples: Sequence[Example]) -> None:
        self.scale = scale
        self.examples = examples
        rows = [seen for example in examples for seen in example.seen]
        place = {name: at for at, name in enumerate(scale.names)}
        self.parts = {group: np.zeros((len(rows), len(scale.names))) for group in FITTED}
        for number, row in enumerate(rows):
            for group, parts in row.sums.items():
                for name, share in parts.items():
                    self.parts[group][number, place[name]] += share
        self._identity = np.array([row.identity for row in rows])
        self._floor = np.array([row.floor for row in rows])
        self._impostor = np.array([row.impostor for row in rows], dtype=bool)
        self._told = np.array([row.told for row in rows], dtype=bool)
        self._least = np.array([int(row.least) for row in rows])
        counts = np.cumsum([0, *(len(example.seen) for example in examples)])
        self._spans = [range(int(a), int(b)) for a, b in pairwise(counts)]

    def sums(self, vector: Numbers) -> Sums:
        weights, cap, most = vector[WEIGHTS], vector[MOST_ASKED], vector[MOST_SUPPORT]
        request, against, support = (
            self.parts[group] @ weights for group in ("request", "against", "support")
        )
        asked = np.maximum(0.0, np.minimum(request, cap) + np.maximum(against, self._floor))
        total = self._identity + asked + np.minimum(support, most)
        return Sums(asked, total, request < cap, against > self._floor, support < most)

    def levels(self, vector: Numbers) -> list[Level]:
        """The level every example reaches."""
        sums = self.sums(vector)
        begins, caution = vector[BEGINS], vector[CAUTION]
        level = self._least.copy()
        level[self._impostor & (sums.asked > 0) & (level < Level.NOTICE)] = Level.NOTICE
        level[(sums.asked >= caution) & (level < Level.CAUTION)] = Level.CAUTION
        poses = self._impostor & (sums.asked >= begins) & (sums.total >= vector[ALARM])
        level[self._told | poses] = Level.ALARM
        return [Level(int(max((level[at] for at in span), default=0))) for span in self._spans]

    def right(self, vector: Numbers) -> list[bool]:
        """Is each example's level as it should be?"""
        pairs = zip(self.examples, self.levels(vector), strict=True)
        return [
            reached <= one.case.expected if one.case.label == "benign" else reached >= one.case.expected
            for one, reached in pairs
        ]

    def items(self, vector: Numbers) -> Items:
        """Of a scam the message that comes nearest to its level, of a harmless case every message."""
        heights = {alarm: self._height(self.sums(vector), vector, alarm) for alarm in (False, True)}
        found: list[tuple[int, int, bool, float]] = []
        for number, (example, span) in enumerate(zip(self.examples, self._spans, strict=True)):
            harmless = example.case.label == "benign"
            goal = max(example.case.expected + 1, Level.CAUTION) if harmless else example.case.expected
            if not span or not Level.CAUTION <= goal <= Level.ALARM or self._decided(span, goal):
                continue
            alarm = goal == Level.ALARM
            height = heights[alarm]
            rows = span if harmless else [max(span, key=lambda at: float(height[at]))]
            sign = -1.0 if harmless else 1.0
            found += [(number, at, alarm, sign) for at in rows if height[at] > _NEVER]
        table = np.array(found, dtype=float).reshape(-1, 4)
        return Items(table[:, 0].astype(int), table[:, 1].astype(int), table[:, 2].astype(bool), table[:, 3])

    def _decided(self, span: range, goal: int) -> bool:
        """Has a hard tell or a likeness brought it there, whatever the rest weighs?"""
        return any(self._told[at] or self._least[at] >= goal for at in span)

    def _height(self, sums: Sums, vector: Numbers, alarm: bool) -> Numbers:
        """How far each message is above the level, below it when negative."""
        over = np.minimum(sums.asked - vector[BEGINS], sums.total - vector[ALARM])
        alarming = np.where(self._impostor, over, _NEVER)
        return alarming if alarm else np.maximum(alarming, sums.asked - vector[CAUTION])

    def margins(self, vector: Numbers, items: Items) -> tuple[Numbers, Sums]:
        """How far every item is on its right side."""
        sums = self.sums(vector)
        low, high = self._height(sums, vector, False), self._height(sums, vector, True)
        return items.sign * np.where(items.alarm, high[items.row], low[items.row]), sums

    def slope(self, vector: Numbers, items: Items, sums: Sums, steepness: Numbers) -> Numbers:
        """The gradient of a sum over the items, given how steeply each of them counts."""
        row, pull = items.row, steepness * items.sign
        over_begin, over_alarm = sums.asked[row] - vector[BEGINS], sums.total[row] - vector[ALARM]
        alarming = np.where(self._impostor[row], np.minimum(over_begin, over_alarm), _NEVER)
        by_alarm = items.alarm | (alarming > sums.asked[row] - vector[CAUTION])
        by_total = by_alarm & (over_alarm < over_begin)
        slope = np.zeros(len(vector))
        for group, free in (("request", sums.request_free), ("against", sums.against_free)):
            slope[WEIGHTS] += self.parts[group][row].T @ (pull * free[row])
        slope[WEIGHTS] += self.parts["support"][row].T @ (pull * by_total * sums.support_free[row])
        slope[MOST_ASKED] += (pull * ~sums.request_free[row]).sum()
        slope[MOST_SUPPORT] += (pull * by_total * ~sums.support_free[row]).sum()
        slope[BEGINS] -= (pull * (by_alarm & ~by_total)).sum()
        slope[CAUTION] -= (pull * ~by_alarm).sum()
        slope[ALARM] -= (pull * by_total).sum()
        return slope
