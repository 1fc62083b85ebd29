"""Short forms of `bench flood` and `bench soak`: a scam elsewhere is warned of while talk pours in."""

from __future__ import annotations

import pytest

from bench import flood, soak


def test_a_scam_is_warned_of_while_thousands_of_groups_talk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flood, "GROUPS", 300)
    rows = flood.run(1, 100, only=("talk in 300 groups", "scams by one clone"))
    assert len(rows) == 2
    for row in rows:
        assert row["warned"] == row["scams"], row
        assert row["not done"] == 0, row
        assert row["main MB"] < 250, row
        assert row["worker MB"] < 120, row
    (scams,) = [row for row in rows if row["flood"].startswith("scams")]
    assert scams["in the scammed group"] <= 2


def test_an_hour_can_be_made_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soak, "GROUPS", 20)
    monkeypatch.setattr(soak, "_STEP", 0.5)
    (row,) = soak.run(minutes=0.06, rate=20)
    assert row["warned"] == row["scams"] >= 2
    assert row["threads"] <= 2
