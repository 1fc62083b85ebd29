"""Learns the tenor of collecting from the labelled cases: `uv run --group train python -m bench.tenor [--write]`.

Without --write it says how much of what another writer's scams ask is heard, each file judged by a model that has not
read it, at the threshold one in a hundred everyday lines exceeds.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import normalize as to_length_one

from bench.figures import show
from bot.evaluation.cases import LabelledCase, read_cases
from bot.intervals import wilson
from patterns import loading
from patterns.model import Level
from patterns.normalize import normalize
from patterns.tenor import Tenor, phrases

CASES = Path(__file__).parents[1] / "tests" / "cases"
LINES = ("everyday", "money")
WRITTEN = loading.HERE / "tables" / "tenor.yaml"
_SEEN_AT_LEAST = 3
_KEPT = 4000
_LOOSELY = 20.0
_FALSELY = 0.01
_HEADING = """\
# Written by `uv run --group train python -m bench.tenor --write`: how much a phrase tells of somebody collecting (above 0)
# or only talking (below). A number is written 0. `patterns/tenor.py` says how they are added up.
"""


@dataclass(frozen=True, slots=True)
class Saying:
    """A message as the judge reads it, and whether it collects."""

    writer: str
    text: str
    collects: bool


def sayings() -> list[Saying]:
    """Of a scam the message at which it shows; of what is harmless every one."""
    found: list[Saying] = []
    for file in sorted(CASES.glob("*.jsonl")):
        writer = file.stem.removesuffix("_scam").removesuffix("_benign").replace("benign", "scam")
        for case in read_cases(file):
            if isinstance(case, LabelledCase):
                found += (Saying(writer, text, case.label == "scam") for text in _said(case))
    for name in LINES:
        lines = (CASES / f"{name}.txt").read_text("utf-8").splitlines()
        found += (Saying(name, normalize(line).text, False) for line in lines if line)
    return found


def _said(case: LabelledCase) -> Iterator[str]:
    scam = case.label == "scam"
    if scam and case.expected < Level.CAUTION:
        return
    for message in case.messages[case.expected_at : case.expected_at + 1] if scam else case.messages:
        if message.wording:
            yield normalize(message.wording).text


def learn(read: Sequence[Saying], collecting: float = 0.0) -> Tenor:
    """A logistic regression on which phrases occur, over the few thousand that tell most, rounded as they are written."""
    met = [phrases(one.text) for one in read]
    often = Counter(phrase for one in met for phrase in one)
    every = {phrase for phrase, times in often.items() if times >= _SEEN_AT_LEAST}
    collects = [one.collects for one in read]
    weights, _ = _fitted(met, collects, every)
    telling = sorted(weights, key=lambda phrase: (-abs(weights[phrase]), phrase))[:_KEPT]
    weights, bias = _fitted(met, collects, set(telling))
    return Tenor(
        collecting,
        round(bias, 2),
        {phrase: round(weight, 2) for phrase, weight in sorted(weights.items()) if round(weight, 2)},
    )


def _fitted(
    met: Iterable[frozenset[str]], collects: Sequence[bool], kept: set[str]
) -> tuple[dict[str, float], float]:
    columns = DictVectorizer()
    rows = to_length_one(columns.fit_transform([dict.fromkeys(one & kept, 1.0) for one in met]))
    model = LogisticRegression(C=_LOOSELY, class_weight="balanced", max_iter=3000).fit(rows, collects)
    return dict(zip(columns.get_feature_names_out(), map(float, model.coef_[0]), strict=True)), float(
        model.intercept_[0]
    )


def threshold(tenor: Tenor, lines: Iterable[Saying]) -> float:
    """What one in a hundred of the lines exceeds."""
    return round(float(np.quantile([tenor.of(line.text) for line in lines], 1 - _FALSELY)), 2)


def _kept_apart(read: Sequence[Saying]) -> frozenset[Saying]:
    """Every other line of everyday talk, which no model whose threshold it sets has read."""
    return frozenset([one for one in read if one.writer == "everyday"][1::2])


def unread(read: Sequence[Saying]) -> Iterator[dict[str, str]]:
    """For each file of cases what is heard in it by who has read only the others."""
    apart = _kept_apart(read)
    for writer in sorted({one.writer for one in read} - set(LINES)):
        tenor = learn([one for one in read if one.writer != writer and one not in apart])
        least = threshold(tenor, apart)
        row = {"cases": writer}
        for name, collects in (("collecting heard", True), ("harmless heard", False)):
            own = [one for one in read if one.writer == writer and one.collects is collects]
            heard = sum(tenor.of(one.text) > least for one in own)
            low, high = wilson(heard, len(own))
            row[name] = f"{heard} of {len(own)} ({low:.0%} – {high:.0%})" if own else "-"
        yield row


def write(tenor: Tenor, file: Path = WRITTEN) -> None:
    lines = (f"  {_quoted(phrase)}: {weight}\n" for phrase, weight in tenor.weights.items())
    heading = f"{_HEADING}collecting: {tenor.collecting}\nbias: {tenor.bias}\nweights:\n"
    file.write_text(heading + "".join(lines), "utf-8")


def _quoted(phrase: str) -> str:
    return "'" + phrase.replace("'", "''") + "'"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--write", action="store_true", help=f"write {WRITTEN.name}")
    read = sayings()
    if not asked.parse_args().write:
        show("Collecting heard in what was not read", list(unread(read)))
        return
    apart = _kept_apart(read)
    write(learn(read, threshold(learn([one for one in read if one not in apart]), apart)))


if __name__ == "__main__":
    main()
