"""Weigh evidence: groups with caps, and the four levels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from patterns.model import Evidence, Level


@dataclass(frozen=True, slots=True)
class Weights:
    """weights.yaml as a value."""

    thresholds: Mapping[str, float]
    caps: Mapping[str, float]
    signals: Mapping[str, float]
    against: float
    against_claim: float
    against_lookalike: float


@dataclass(frozen=True, slots=True)
class Sum:
    """What the evidence adds up to, group by group."""

    likeness: float = 0.0
    claim: float = 0.0
    request: float = 0.0
    support: float = 0.0
    against: float = 0.0
    change: float = 0.0
    doubt: float = 0.0
    tells: int = 0
    cap: float = 0.0

    @property
    def identity(self) -> float:
        """How much somebody passes for another, by likeness and by what the name claims."""
        return min(max(0.0, self.likeness + self.claim), self.cap)

    @property
    def asked(self) -> float:
        """How much of the request is left after what speaks for the sender."""
        return max(0.0, self.request + self.against)

    @property
    def total(self) -> float:
        return self.identity + self.asked + self.support


def add_up(evidence: Iterable[Evidence], weights: Weights) -> Sum:
    """Each group's sum, within its cap. A signal counts once, however often it was met."""
    best: dict[str, dict[str, float]] = {}
    for one in evidence:
        group = best.setdefault(one.group, {})
        group[one.signal] = max(one.weight, group.get(one.signal, one.weight))
    sums = {group: sum(found.values()) for group, found in best.items()}
    found = Sum(
        likeness=sums.get("likeness", 0.0),
        claim=sums.get("claim", 0.0),
        request=min(sums.get("request", 0.0), weights.caps["request"]),
        support=min(sums.get("support", 0.0), weights.caps["support"]),
        change=sums.get("change", 0.0),
        doubt=sums.get("doubt", 0.0),
        tells=len(best.get("tell", ())),
        cap=weights.caps["identity"],
    )
    if found.likeness >= weights.thresholds["identity"]:
        floor = weights.against_lookalike
    else:
        floor = weights.against_claim if found.identity >= weights.thresholds["identity"] else weights.against
    return replace(found, against=max(sums.get("against", 0.0), floor))


def level_of(total: Sum, weights: Weights) -> Level:
    """The level the sums reach; docs/detection.md says it in words."""
    at = weights.thresholds
    impostor = total.identity >= at["identity"]
    if total.tells or (impostor and total.asked >= at["request"] and total.total >= at["alarm"]):
        return Level.ALARM
    if total.asked >= at["caution"] or total.change >= at["change"]:
        return Level.CAUTION
    known_face = total.likeness >= at["notice"] or (impostor and total.asked > 0)
    return Level.NOTICE if known_face or total.doubt >= at["doubt"] else Level.CLEAR
