"""The cases the detector was built on are many, mostly harmless, and no two alike."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

CASES = Path(__file__).parent / "cases"
OWN = ("own", "held_scam", "held_benign", "fresh_scam", "fresh_benign", "harmless", "talk", "tells")
LATER = (
    "second_scam",
    "second_benign",
    "third_scam",
    "third_benign",
    "fourth_scam",
    "fourth_benign",
    "fifth_scam",
    "fifth_benign",
    "decisive",
)
DEVELOPMENT = ("scam", "benign")
ALIKE = 0.5
# Two short sentences share most of their five-character pieces by chance.
_SHORTEST = 8


def rows(*names: str) -> Iterator[tuple[str, str, str]]:
    """Id, label and kind of every case."""
    for name in names:
        for line in (CASES / f"{name}.jsonl").read_text("utf-8").splitlines():
            data = json.loads(line)
            yield f"{name} {data['id']}", data["label"], data["kind"]


@cache
def texts(name: str) -> dict[str, str]:
    """What is said in each case, as one text."""
    found = {}
    for line in (CASES / f"{name}.jsonl").read_text("utf-8").splitlines():
        data = json.loads(line)
        found[f"{name} {data['id']}"] = " ".join(one.get("text") or "" for one in data["messages"])
    return found


def lines() -> dict[str, str]:
    said = (CASES / "money.txt").read_text("utf-8").splitlines()
    return {f"money {number}": line for number, line in enumerate(said) if line}


def pieces(text: str) -> frozenset[str]:
    plain = "".join(char for char in text.casefold() if char.isalnum())
    return frozenset(plain[at : at + 5] for at in range(len(plain) - 4))


def pairs_alike(said: dict[str, str], others: dict[str, str] | None = None) -> set[str]:
    """Which of the texts share more than half of their pieces with another (of `others`, if given)."""
    sets = {name: pieces(text) for name, text in said.items()}
    against = sets if others is None else {name: pieces(text) for name, text in others.items()}
    holders: dict[str, list[str]] = defaultdict(list)
    for name, held in against.items():
        for piece in held:
            holders[piece].append(name)
    alike = set()
    for name, held in sets.items():
        if len(held) < _SHORTEST:
            continue
        shared = Counter(other for piece in held for other in holders[piece] if other != name)
        if any(count / len(held | against[other]) > ALIKE for other, count in shared.items()):
            alike.add(name)
    return alike


def test_there_are_many_own_cases_of_many_kinds_two_thirds_of_them_harmless() -> None:
    own = list(rows(*OWN))
    harmless = sum(label == "benign" for _, label, _ in own) + len(lines())
    assert len(own) >= 600
    assert len({kind for _, _, kind in own}) >= 40
    assert harmless / (len(own) + len(lines())) >= 2 / 3


def test_hardly_any_two_own_cases_are_alike() -> None:
    said = {name: text for file in (*OWN, *LATER) for name, text in texts(file).items()} | lines()
    alike = pairs_alike(said)
    assert len(alike) < 0.02 * len(said), sorted(alike)


def test_no_own_case_copies_a_development_case() -> None:
    said = {name: text for file in (*OWN, *LATER) for name, text in texts(file).items()} | lines()
    development = {name: text for file in DEVELOPMENT for name, text in texts(file).items()}
    assert pairs_alike(said, development) == set()


def test_ids_are_unique() -> None:
    assert [
        name
        for name, count in Counter(name for name, _, _ in rows(*OWN, *LATER, *DEVELOPMENT)).items()
        if count > 1
    ] == []
