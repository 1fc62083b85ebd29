"""Weigh evidence: groups with caps, and the four levels."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from patterns.model import Evidence, Level


@dataclass(frozen=True, slots=True)
class Weights:
    """weights.yaml as a value. `rules` are those the training has weighed; another keeps the weight in its own file."""

    thresholds: Mapping[str, float]
    caps: Mapping[str, float]
    signals: Mapping[str, float]
    rules: Mapping[str, float]
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
    heaviest: dict[tuple[str, str], float] = {}
    for one in evidence:
        key = (one.group, one.signal)
        if key not in heaviest or one.weight > heaviest[key]:
            heaviest[key] = one.weight
    sums: dict[str, float] = {}
    tells = 0
    for (group, _), weight in heaviest.items():
        sums[group] = sums.get(group, 0.0) + weight
        tells += group == "tell"
    likeness, claim = sums.get("likeness", 0.0), sums.get("claim", 0.0)
    return Sum(
        likeness=likeness,
        claim=claim,
        request=min(sums.get("request", 0.0), weights.caps["request"]),
        support=min(sums.get("support", 0.0), weights.caps["support"]),
        against=max(sums.get("against", 0.0), _floor(likeness, claim, weights)),
        change=sums.get("change", 0.0),
        doubt=sums.get("doubt", 0.0),
        tells=tells,
        cap=weights.caps["identity"],
    )


def _floor(likeness: float, claim: float, weights: Weights) -> float:
    """How far honest signs may pull a request down: little under a false name."""
    at = weights.thresholds["identity"]
    if likeness >= at:
        return weights.against_lookalike
    return weights.against_claim if likeness + claim >= at else weights.against


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
