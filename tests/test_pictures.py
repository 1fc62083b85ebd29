"""The benchmark of pictures measures what it says."""

from __future__ import annotations

from bench.pictures import KINDS, measured


def test_every_kind_is_tried_and_most_codes_made_hard_to_read_are_read() -> None:
    figures = [measured(kind, 2) for kind in KINDS]
    assert [one["made hard by"] for one in figures] == [kind.name for kind in KINDS]
    assert sum(one["read"] for one in figures) >= 0.9 * sum(one["of"] for one in figures)
