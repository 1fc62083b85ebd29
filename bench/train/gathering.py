"""What the judge sees in every case, gathered once: after this, trying other weights costs a multiplication."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from bench.train.traced import Traced, parts_of
from bot.evaluation.cases import LabelledCase, read_cases
from bot.evaluation.replay import line_case
from patterns import loading
from patterns.conversation import EMPTY
from patterns.judge import judge
from patterns.model import Level, Verdict
from patterns.rulebook import Rulebook
from patterns.scoring import Weights, add_up

CASES = Path(__file__).parents[2] / "tests" / "cases"
FILES = (
    "scam",
    "benign",
    "own",
    "held_scam",
    "held_benign",
    "fresh_scam",
    "fresh_benign",
    "harmless",
    "talk",
)
LINES = ("everyday", "money")
FITTED = ("request", "support", "against")


@dataclass(frozen=True, slots=True)
class Seen:
    """One judged message: what no weight changes, and for each fitted group how often each weight is in its sum."""

    identity: float
    floor: float
    impostor: bool
    told: bool
    least: Level
    sums: dict[str, dict[str, float]] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled case and what was seen in its messages, up to the one at which it is judged."""

    case: LabelledCase
    seen: tuple[Seen, ...]


def in_force() -> Weights:
    """The weights the judge goes by, every rule's among them."""
    return replace(loading.weights(), rules={rule.id: rule.weight for rule in loading.rulebook().rules})


def gather(weights: Weights) -> list[Example]:
    """Every labelled case and every harmless line of the repository, judged with these weights."""
    traced = replace(weights, signals={name: Traced.of(name, one) for name, one in weights.signals.items()})
    rules = loading.rulebook().rules
    book = Rulebook.of(
        replace(rule, weight=Traced.of(rule.id, weights.rules.get(rule.id, rule.weight))) for rule in rules
    )
    with loading.trying(traced):
        return [_example(one, book, traced) for one in cases()]


def cases() -> Iterator[LabelledCase]:
    """All there is to learn from."""
    for name in FILES:
        yield from (one for one in read_cases(CASES / f"{name}.jsonl") if isinstance(one, LabelledCase))
    for name in LINES:
        for line in filter(None, (CASES / f"{name}.txt").read_text("utf-8").splitlines()):
            yield line_case(line, kind=name)


def _example(case: LabelledCase, book: Rulebook, weights: Weights) -> Example:
    last = case.expected_at if case.label == "scam" else len(case.messages) - 1
    verdicts = list(_verdicts(case, book))[: last + 1]
    return Example(case, tuple(_seen(verdict, weights) for verdict in verdicts if verdict.evidence))


def _verdicts(case: LabelledCase, book: Rulebook) -> Iterator[Verdict]:
    context = replace(case.context, rules=book)
    conversation = EMPTY
    for message in case.messages:
        verdict = judge(message, context, conversation)
        conversation = conversation.after(message, verdict)
        yield verdict


def _seen(verdict: Verdict, weights: Weights) -> Seen:
    total = add_up(verdict.evidence, weights)
    at = weights.thresholds
    impostor = total.identity >= at["identity"]
    looks = total.likeness >= at["notice"] or total.doubt >= at["doubt"]
    least = Level.CAUTION if total.change >= at["change"] else Level.NOTICE if looks else Level.CLEAR
    floor = weights.against_claim if impostor else weights.against
    sums: dict[str, dict[str, float]] = {}
    for one in verdict.evidence:
        if one.group in FITTED:
            group = sums.setdefault(one.group, {})
            for name, share in parts_of(one.weight).items():
                group[name] = group.get(name, 0.0) + share
    lookalike = total.likeness >= at["identity"]
    return Seen(
        identity=float(total.identity),
        floor=weights.against_lookalike if lookalike else floor,
        impostor=impostor,
        told=total.tells > 0,
        least=least,
        sums=sums,
    )
