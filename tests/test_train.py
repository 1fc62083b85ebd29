"""The training is honest about the judge it speaks for, and writes a file a person can read."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from bench.train.__main__ import first_guess, fitted_names
from bench.train.fitting import Bounds, fit
from bench.train.folds import by_family, by_kind
from bench.train.gathering import Example, Seen, gather, in_force
from bench.train.model import CAUTION, Model, Scale
from bench.train.traced import Traced, parts_of
from bench.train.writing import FILE, rewritten
from bot.evaluation.replay import line_case, replay
from patterns import loading
from patterns.model import Level


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    return [one for one in gather(in_force()) if one.case.lang]


def test_the_sums_say_of_every_case_what_the_judge_says(examples: list[Example]) -> None:
    scale = Scale(fitted_names(), in_force())
    reached = Model(scale, examples).levels(scale.vector())
    for example, level in zip(examples[::7], reached[::7], strict=True):
        told = replay(example.case)
        last = example.case.expected_at if example.case.label == "scam" else len(told.levels) - 1
        assert told.levels[min(last, len(told.levels) - 1)] is level, example.case.id


def test_the_first_guess_weighs_every_signal() -> None:
    assert first_guess().signals.keys() == loading.signal_texts().keys()


def test_a_traced_number_knows_its_parts() -> None:
    sum_ = 0 + Traced.of("code_pays", 3.0) + Traced.of("denies", -2.0) * 0.25 + 1.0
    assert float(sum_) == 3.5
    assert parts_of(sum_) == {"code_pays": 1.0, "denies": 0.25}


def test_no_number_leaves_its_bounds_or_turns_its_sign() -> None:
    scale = Scale(fitted_names(), in_force())
    first = scale.vector()
    bounds = Bounds.around(first)
    assert np.all(bounds.low <= bounds.high)
    assert np.all(np.sign(bounds.low[:-5]) * np.sign(bounds.high[:-5]) >= 0)


@pytest.mark.parametrize(("label", "lighter"), [("benign", True), ("scam", False)])
def test_what_should_stay_quiet_grows_lighter_and_what_should_be_heard_heavier(
    label: str, lighter: bool
) -> None:
    case = replace(
        line_case("打折", kind="talk"), label=label, expected=Level.CLEAR if lighter else Level.CAUTION
    )
    seen = Seen(0.0, -6.0, False, False, Level.CLEAR, {"request": {"code_pays": 1.0, "scans": 1.0}})
    scale = Scale(("code_pays", "scans"), in_force())
    first = scale.vector()
    found = fit(Model(scale, [Example(case, (seen,))]), first, np.ones(1))
    before, after = first[:2].sum() - first[CAUTION], found[:2].sum() - found[CAUTION]
    assert bool(after < before) is lighter


def test_a_case_is_never_judged_with_numbers_that_saw_its_kind(examples: list[Example]) -> None:
    kinds = {by_kind(one) for one in examples}
    families = {by_family(one) for one in examples}
    assert len(kinds) > 100 and 5 < len(families) < 10


def test_new_numbers_keep_the_order_and_the_comments() -> None:
    text = "# why\ncaps:\n  request: 6.0  # most\nrules:\n  scans: 1.2\n  jokes: -1.0\n"
    found = rewritten(text, {"caps": {"request": 5.5}, "rules": {"scans": 1.25, "pleads": 2.0}})
    assert found == "# why\ncaps:\n  request: 5.5  # most\nrules:\n  scans: 1.25\n  pleads: 2.0\n"


def test_the_file_is_as_the_training_writes_it() -> None:
    text = FILE.read_text("utf-8")
    assert rewritten(text, {}) == text


def test_every_weight_in_the_file_is_somebodys() -> None:
    weights = loading.weights()
    assert weights.rules.keys() <= {rule.id for rule in loading.rules()}
    assert weights.signals.keys() == loading.signal_texts().keys()
    for rule in loading.rules():
        learnt = weights.rules.get(rule.id, rule.weight)
        assert learnt * rule.weight > 0 or learnt == rule.weight == 0, rule.id
