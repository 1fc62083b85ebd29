"""A short run of the fuzzer: no exception, every quotation in its place, nothing slow by itself."""

from __future__ import annotations

from bench.fuzz import TARGETS, fuzz, growing
from patterns.loading import warm_up


def test_two_thousand_odd_inputs_raise_nothing() -> None:
    warm_up()
    report, inputs = fuzz(2_000, seed=7)
    assert report.failed == []
    assert report.inputs == 2_000
    assert len(inputs.pool) > len(growing(7).pool)


def test_a_failure_is_noted_with_its_input() -> None:
    def breaks(text: str) -> None:
        raise ValueError

    report, _ = fuzz(10, seed=1, targets=(breaks,))
    assert len(report.failed) == 10 and report.failed[0][:2] == ("ValueError", "breaks")
    assert len(TARGETS) == 4
