"""Which phrases tell of collecting, and how much: a logistic regression over those that occur."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from math import sqrt

from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import normalize as to_length_one

from bench.tenor.gathering import Saying
from patterns.tenor import Tenor, phrases

_SEEN_AT_LEAST = 3
_KEPT = 4000
_LOOSELY = 1.0
# Every phrase of a text counts, short and long texts alike, as much as so many facts about it would.
_LENGTH = 6.0


def learn(said: Iterable[Saying]) -> Tenor:
    """A logistic regression on which phrases occur, over the few thousand that tell most, rounded as they are written."""
    heeded = [one for one in said if not one.borrowed]
    met = [phrases(one.text) for one in heeded]
    often = Counter(phrase for one in met for phrase in one)
    every = {phrase for phrase, times in often.items() if times >= _SEEN_AT_LEAST}
    weights, _ = _fitted(met, heeded, every)
    telling = sorted(weights, key=lambda phrase: (-abs(weights[phrase]), phrase))[:_KEPT]
    weights, bias = _fitted(met, heeded, set(telling))
    return Tenor(
        {},
        {},
        round(bias, 2),
        {phrase: round(weight, 2) for phrase, weight in sorted(weights.items()) if round(weight, 2)},
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
