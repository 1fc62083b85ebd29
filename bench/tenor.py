"""Learns the tenor of collecting from the labelled cases: `uv run --group train python -m bench.tenor [--write]`.

Without --write it says how much of what another writer's false names ask is heard, each file judged by a model that has
not read it. The thresholds are those that no harmless message passes under a false name in a file the model has not read.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import inf, sqrt
from pathlib import Path

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import normalize as to_length_one

from bench.figures import show
from bot.evaluation.cases import LabelledCase, read_cases
from bot.intervals import wilson
from patterns import loading
from patterns.context import Context
from patterns.conversation import EMPTY
from patterns.judge import judge, poses
from patterns.model import Level, Message
from patterns.names import Likeness
from patterns.normalize import normalize
from patterns.posing import who_it_resembles
from patterns.tenor import Tenor, phrases

CASES = Path(__file__).parents[1] / "tests" / "cases"
LINES = ("everyday", "money")
WRITTEN = loading.HERE / "tables" / "tenor.yaml"
_SEEN_AT_LEAST = 3
_KEPT = 4000
_LOOSELY = 1.0
# Every phrase of a text counts, short and long texts alike, as much as so many facts about it would.
_LENGTH = 6.0
_SOUNDS = "sounds_like_collecting"
_ALL_EARS = Tenor(-inf, -inf, 0.0, {})
_HEADING = """\
# Written by `uv run --group train python -m bench.tenor --write`: how much a phrase tells of somebody collecting (above 0)
# or only talking (below). A number is written 0. `patterns/tenor.py` says how they are added up.
"""


class Speaker(StrEnum):
    """Whose words they are taken for."""

    LOOKALIKE = "a protected name or picture"
    OFFICE = "another false name"
    OTHER = "nobody in particular"


@dataclass(frozen=True, slots=True)
class Saying:
    """A message as the judge reads it, whether it collects, and whether the judge would listen to its tenor at all."""

    writer: str
    text: str
    collects: bool
    speaker: Speaker = Speaker.OTHER
    listened: bool = False


def sayings() -> list[Saying]:
    """Of a scam the message at which it shows; of what is harmless every one."""
    found: list[Saying] = []
    with loading.hearing(_ALL_EARS):
        for file in sorted(CASES.glob("*.jsonl")):
            writer = file.stem.removesuffix("_scam").removesuffix("_benign").replace("benign", "scam")
            for case in read_cases(file):
                if isinstance(case, LabelledCase):
                    found += _said(case, writer)
    for name in LINES:
        lines = (CASES / f"{name}.txt").read_text("utf-8").splitlines()
        found += (Saying(name, normalize(line).text, False) for line in lines if line)
    return found


def _said(case: LabelledCase, writer: str) -> Iterator[Saying]:
    scam = case.label == "scam"
    if scam and case.expected < Level.CAUTION:
        return
    conversation = EMPTY
    for at, message in enumerate(case.messages):
        verdict = judge(message, case.context, conversation)
        conversation = conversation.after(message, verdict)
        if message.wording and (not scam or at == case.expected_at):
            listened = any(one.signal == _SOUNDS for one in verdict.evidence)
            who = _speaker(message, case.context)
            yield Saying(writer, normalize(message.wording).text, scam, who, listened)


def _speaker(message: Message, context: Context) -> Speaker:
    like, _ = who_it_resembles(message, context)
    if (like is not None and like.likeness >= Likeness.NEIGHBOUR) or message.standing.portrait_of:
        return Speaker.LOOKALIKE
    return Speaker.OFFICE if poses(message, context) else Speaker.OTHER


def learn(read: Sequence[Saying]) -> Tenor:
    """A logistic regression on which phrases occur, over the few thousand that tell most, rounded as they are written."""
    met = [phrases(one.text) for one in read]
    often = Counter(phrase for one in met for phrase in one)
    every = {phrase for phrase, times in often.items() if times >= _SEEN_AT_LEAST}
    weights, _ = _fitted(met, read, every)
    telling = sorted(weights, key=lambda phrase: (-abs(weights[phrase]), phrase))[:_KEPT]
    weights, bias = _fitted(met, read, set(telling))
    return replace(
        _ALL_EARS,
        bias=round(bias, 2),
        weights={phrase: round(weight, 2) for phrase, weight in sorted(weights.items()) if round(weight, 2)},
    )


def _fitted(
    met: Iterable[frozenset[str]], read: Sequence[Saying], kept: set[str]
) -> tuple[dict[str, float], float]:
    columns = DictVectorizer()
    rows = to_length_one(columns.fit_transform([dict.fromkeys(one & kept, 1.0) for one in met])) * _LENGTH
    model = LogisticRegression(C=_LOOSELY, max_iter=3000)
    model.fit(rows, [one.collects for one in read], sample_weight=_heed(read))
    weights = map(float, model.coef_[0] * _LENGTH)
    return dict(zip(columns.get_feature_names_out(), weights, strict=True)), float(model.intercept_[0])


def _heed(read: Sequence[Saying]) -> list[float]:
    """How much each is heeded: in each speaker's mouth demands and talk alike, else the name would tell and not the words."""
    of_speaker = Counter(one.speaker for one in read)
    of_kind = Counter((one.speaker, one.collects) for one in read)
    return [20 * sqrt(of_speaker[one.speaker]) / of_kind[one.speaker, one.collects] for one in read]


@dataclass(frozen=True, slots=True)
class Heard:
    """How much one saying sounds like collecting to who has read only other writers."""

    saying: Saying
    tenor: float


def unread(read: Sequence[Saying]) -> list[Heard]:
    found: list[Heard] = []
    for writer in sorted({one.writer for one in read} - set(LINES)):
        tenor = learn([one for one in read if one.writer != writer])
        found += (Heard(one, tenor.of(one.text)) for one in read if one.writer == writer)
    return found


def threshold(heard: Sequence[Heard], speaker: Speaker) -> float:
    """What no harmless message the judge would listen to exceeds.

    Few are listened to under an office's name: there all count that were said under one, but for one in fifty.
    """
    least = max(_tenors(heard, speaker, collects=False), default=0.0)
    if speaker is Speaker.OFFICE:
        said = [one.tenor for one in heard if one.saying.speaker is speaker and not one.saying.collects]
        least = max(least, float(np.quantile(said, 0.98)))
    return round(least + 0.01, 2)


def _tenors(heard: Iterable[Heard], speaker: Speaker, *, collects: bool) -> list[float]:
    return [
        one.tenor
        for one in heard
        if one.saying.listened and one.saying.speaker is speaker and one.saying.collects is collects
    ]


def figures(heard: Sequence[Heard]) -> Iterator[dict[str, str]]:
    """What is heard in files not read, at thresholds set without them being any softer."""
    for speaker in (Speaker.LOOKALIKE, Speaker.OFFICE):
        asks = np.array(_tenors(heard, speaker, collects=True))
        least = threshold(heard, speaker)
        low, high = wilson(int((asks > least).sum()), len(asks))
        yield {
            "under": speaker.value,
            "threshold": str(least),
            "demands heard that no rule knows": f"{(asks > least).sum()} of {len(asks)} ({low:.0%} – {high:.0%})",
            "harmless listened to": str(len(_tenors(heard, speaker, collects=False))),
        }


def write(tenor: Tenor, file: Path = WRITTEN) -> None:
    lines = (f"  {_quoted(phrase)}: {weight}\n" for phrase, weight in tenor.weights.items())
    thresholds = f"lookalike: {tenor.lookalike}\noffice: {tenor.office}\n"
    file.write_text(f"{_HEADING}{thresholds}bias: {tenor.bias}\nweights:\n" + "".join(lines), "utf-8")


def _quoted(phrase: str) -> str:
    return "'" + phrase.replace("'", "''") + "'"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--write", action="store_true", help=f"write {WRITTEN.name}")
    read = sayings()
    heard = unread(read)
    show("Demands heard in what was not read", list(figures(heard)))
    if asked.parse_args().write:
        least = {one: threshold(heard, one) for one in (Speaker.LOOKALIKE, Speaker.OFFICE)}
        write(replace(learn(read), lookalike=least[Speaker.LOOKALIKE], office=least[Speaker.OFFICE]))


if __name__ == "__main__":
    main()
