"""Levels do not hang on a number, a name, a particle, the order of clauses, or the way a word is written."""

from __future__ import annotations

import random

import pytest

from bench.disguises import disguised_case, scams
from bench.disguising import DISGUISES
from bench.perturbed import again
from bench.perturbing import WAYS, other_numbers, other_order
from bot.evaluation.replay import replay
from patterns.model import Level


@pytest.mark.parametrize("way", WAYS)
def test_a_case_said_a_little_differently_keeps_its_level(way: str) -> None:
    scam = [after.ok for _, after in again("scam", (way,))]
    harmless = list(again("benign", (way,)))
    assert sum(scam) >= 0.97 * len(scam)
    assert sum(not after.ok for _, after in harmless) <= 0.005 * len(harmless)
    assert [one.case.id for before, one in harmless if one.level is Level.ALARM > before.level] == []


@pytest.mark.parametrize("disguise", DISGUISES)
def test_a_disguised_scam_is_still_noticed(disguise: str) -> None:
    found = []
    for case in scams()[::4]:
        changed = disguised_case(case, (disguise,), random.Random(case.id))
        if changed.messages != case.messages:
            found.append(replay(changed).ok)
    assert sum(found) >= 0.95 * len(found)


def test_dates_classes_and_accounts_are_no_numbers_to_change() -> None:
    text = "3月5日三(2)班交45元，10:30截止，卡号6222000011112222"
    changed = other_numbers(text, random.Random(3))
    assert changed != text
    assert changed.replace(changed.split("交")[1].split("元")[0], "45", 1) == text


def test_only_neighbouring_clauses_change_places() -> None:
    text = "大家好，材料费45元，今天交，谢谢"
    assert sorted(other_order(text, random.Random(1))) == sorted(text)
