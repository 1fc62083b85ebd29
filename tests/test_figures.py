"""Sums and days as people type them."""

from __future__ import annotations

from datetime import date

import pytest

from handlers.figures import day_of, sum_of


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("86.50", "86.5"),
        ("¥120", "120"),
        ("每人86元", "86"),
        ("1,200", "1200"),
        ("0.00", None),
        ("+5", None),
        ("", None),
    ],
)
def test_a_sum_is_read_as_people_type_it(typed: str, value: str | None) -> None:
    assert sum_of(typed) == value


def test_a_day_without_a_year_is_the_next_one_there_is() -> None:
    today = date(2026, 12, 20)
    assert day_of("12月31日", today) == date(2026, 12, 31)
    assert day_of("1-5", today) == date(2027, 1, 5)
    assert day_of("12-19", today) is None
    assert day_of("2027/3/1", today) == date(2027, 3, 1)
