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
from patterns.asks import read
from patterns.context import Context
from patterns.conversation import EMPTY
from patterns.judge import judge, poses
from patterns.model import Level, Message, Person, Standing, Verdict
from patterns.names import Likeness
from patterns.normalize import Normalized, normalize
from patterns.posing import who_it_resembles
from patterns.tenor import Tenor, phrases

CASES = Path(__file__).parents[1] / "tests" / "cases"
LINES = ("everyday", "money")
TABLES = loading.HERE / "tables"
_SEEN_AT_LEAST = 3
_KEPT = 4000
_LOOSELY = 1.0
# Every phrase of a text counts, short and long texts alike, as much as so many facts about it would.
_LENGTH = 6.0
# What people say under their own names is a thousand times as much as what was read.
_MARGIN = 1.5
_SOUNDS = frozenset({"sounds_like_collecting", "sounds_private"})
_HEADING = """\
# Written by `uv run --group train python -m bench.tenor --write`: how much a phrase tells of somebody collecting (above 0)
# or only talking (below). A number is written 0. `patterns/tenor.py` says how they are added up.
"""


class Speaker(StrEnum):
    """Whose words they are taken for, as the tables call them."""

    LOOKALIKE = "lookalike"
    OFFICE = "office"
    STAFF = "staff"
    OUTSIDER = "outsiders"


# Who is listened to by which table.
SPEAKERS = {
    loading.FALSE_NAMES: (Speaker.LOOKALIKE, Speaker.OFFICE),
    loading.STAFF: (Speaker.STAFF,),
    loading.OUTSIDERS: (Speaker.OUTSIDER,),
    loading.TELLERS: (Speaker.OUTSIDER,),
}
# So many of the strangers' demands for what only frauds want may be taken for tales of it.
_TALES = 0.03
# Of a false name that says neither to whom nor how, more is taken for talk.
_WITHOUT_A_WAY = "lookalike_without_a_way"
_ALL_EARS = {
    of: Tenor({one.value: -inf for one in who}, dict.fromkeys([*who, _WITHOUT_A_WAY], -inf), 0.0, {})
    for of, who in SPEAKERS.items()
}


@dataclass(frozen=True, slots=True)
class Saying:
    """A message as the judge reads it, whether it collects, and whether the judge would listen to its tenor at all."""

    writer: str
    text: str
    collects: bool
    speaker: Speaker = Speaker.OUTSIDER
    listened: bool = False
    # What neither is a collection to be told of nor must be left alone: a hard tell, or what may be doubted.
    unsettled: bool = False
    # It has words of a hard tell, however they are meant.
    tells: bool = False
    # A teacher's harmless words as a clone would say them: nothing is learnt from them again.
    borrowed: bool = False


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
            found += (_line(name, line) for line in lines if line)
    return found


def _line(name: str, line: str) -> Saying:
    verdict = judge(Message("line", Person("parent", "小雨妈妈"), line), Context())
    return Saying(name, normalize(line).text, False, listened=_listens(verdict))


def _listens(verdict: Verdict) -> bool:
    return any(one.signal in _SOUNDS for one in verdict.evidence)


def _said(case: LabelledCase, writer: str) -> Iterator[Saying]:
    scam = case.label == "scam"
    if scam and case.expected < Level.CAUTION:
        return
    conversation = EMPTY
    for at, message in enumerate(case.messages):
        verdict = judge(message, case.context, conversation)
        conversation = conversation.after(message, verdict)
        if message.wording and (not scam or at == case.expected_at):
            who = _speaker(message, case.context)
            unsettled = case.expected > Level.CAUTION if scam else case.expected >= Level.CAUTION
            text = normalize(message.wording)
            yield Saying(writer, text.text, scam, who, _listens(verdict), unsettled, _tells(text))
            if who is Speaker.STAFF and case.expected <= Level.NOTICE:
                yield _borrowed(message, case.context, writer)


def _tells(text: Normalized) -> bool:
    book = loading.rulebook()
    spots = book.spots(text.text)
    hits = read(text, book, loading.moods(), spots, loading.begins_word).hits
    return any(hit.rule.group == "tell" for hit in hits)


def _borrowed(message: Message, context: Context, writer: str) -> Saying:
    owner = context.roster.owner(message.sender.id)
    name = message.sender.name if owner is None else owner.name
    worn = replace(message, sender=Person("clone", name), standing=Standing(portrait_of=name))
    text, listened = normalize(message.wording).text, _listens(judge(worn, context))
    return Saying(writer, text, False, Speaker.LOOKALIKE, listened, borrowed=True)


def _speaker(message: Message, context: Context) -> Speaker:
    like, _ = who_it_resembles(message, context)
    if (like is not None and like.likeness >= Likeness.NEIGHBOUR) or message.standing.portrait_of:
        return Speaker.LOOKALIKE
    if context.roster.owner(message.sender.id) is not None:
        return Speaker.STAFF
    return Speaker.OFFICE if poses(message, context) else Speaker.OUTSIDER


def of_table(of: str, said: Iterable[Saying]) -> list[Saying]:
    """What a table is learnt from: all that was said for false names, else what was said by whom it is of; of what only
    frauds ask, every demand that is an alarm and every harmless word.
    """
    who = SPEAKERS[of]
    if of == loading.FALSE_NAMES:
        return list(said)
    if of == loading.TELLERS:
        return [one for one in said if one.tells and one.collects is one.unsettled and not one.borrowed]
    return [one for one in said if one.writer in LINES or (one.speaker in who and not one.unsettled)]


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


@dataclass(frozen=True, slots=True)
class Heard:
    """How much one saying sounds like collecting to who has read only other writers."""

    saying: Saying
    tenor: float


def unread(read: Sequence[Saying]) -> list[Heard]:
    found: list[Heard] = []
    for writer in sorted({one.writer for one in read}):
        tenor = learn([one for one in read if one.writer != writer])
        found += (Heard(one, tenor.of(one.text)) for one in read if one.writer == writer)
    return found


def threshold(heard: Sequence[Heard], speaker: Speaker) -> float:
    """What no harmless message the judge would listen to exceeds; nor nearly, of those who wear no false name.

    Few are listened to under one. There one in fifty may of what was said under an office's, and one in ten of what
    registered teachers say that the judge would listen to were it said under a borrowed one.
    """
    own = [one for one in heard if not one.saying.borrowed]
    least = max(_tenors(own, speaker, collects=False), default=0.0)
    if speaker is Speaker.OFFICE:
        said = [one.tenor for one in own if one.saying.speaker is speaker and not one.saying.collects]
        least = max(least, float(np.quantile(said, 0.98)))
    elif speaker is Speaker.LOOKALIKE:
        borrowed = [one for one in heard if one.saying.borrowed]
        least = max(least, float(np.quantile(_tenors(borrowed, speaker, collects=False), 0.9)))
    else:
        least += _MARGIN
    return round(least + 0.01, 2)


def talk(heard: Sequence[Heard], speaker: Speaker, share: float = 0.01) -> float:
    """What all demands but this share of them exceed."""
    demands = [one.tenor for one in heard if one.saying.speaker is speaker and one.saying.collects]
    return round(float(np.quantile(demands, share)), 2)


def _talks(heard: Sequence[Heard], of: str) -> dict[str, float]:
    """Only what is said under a borrowed name, or has words of a hard tell, is ever asked whether it is talk."""
    if of == loading.TELLERS:
        return {Speaker.OUTSIDER.value: talk(heard, Speaker.OUTSIDER, _TALES)}
    if of != loading.FALSE_NAMES:
        return {}
    whose = Speaker.LOOKALIKE
    return {whose.value: talk(heard, whose), _WITHOUT_A_WAY: talk(heard, whose, 0.03)}


def _tenors(heard: Iterable[Heard], speaker: Speaker, *, collects: bool) -> list[float]:
    return [
        one.tenor
        for one in heard
        if one.saying.listened and one.saying.speaker is speaker and one.saying.collects is collects
    ]


def figures(heard: Sequence[Heard], of: str) -> Iterator[dict[str, str]]:
    """What is heard in files not read, at thresholds set without them being any softer."""
    if of == loading.TELLERS:
        yield _tales(heard)
        return
    for speaker in SPEAKERS[of]:
        asks = np.array(_tenors(heard, speaker, collects=True))
        least = threshold(heard, speaker)
        low, high = wilson(int((asks > least).sum()), len(asks))
        yield {
            "speaker": speaker.value,
            "threshold": str(least),
            "demands heard that no rule knows": f"{(asks > least).sum()} of {len(asks)} ({low:.0%} – {high:.0%})",
            "talk below": f"{(below := talk(heard, speaker))}: {_share_below(heard, below)}",
            "harmless listened to": str(len(_tenors(heard, speaker, collects=False))),
        }


def _tales(heard: Sequence[Heard]) -> dict[str, str]:
    below = talk(heard, Speaker.OUTSIDER, _TALES)
    told = [
        one.tenor < below
        for one in heard
        if one.saying.speaker is Speaker.OUTSIDER and not one.saying.collects
    ]
    low, high = wilson(sum(told), len(told))
    return {
        "speaker": loading.TELLERS,
        "threshold": "",
        "demands heard that no rule knows": "",
        "talk below": f"{below}: {sum(told)} of {len(told)} tales ({low:.0%} – {high:.0%})",
        "harmless listened to": "",
    }


def _share_below(heard: Iterable[Heard], below: float) -> str:
    """How much of what registered teachers say would be known for talk, were it said under a false name."""
    said = [
        one.tenor < below for one in heard if one.saying.speaker is Speaker.STAFF and not one.saying.collects
    ]
    return f"{np.mean(said):.0%} of what teachers say" if said else ""


def write(tenor: Tenor, of: str, folder: Path = TABLES) -> None:
    lines = (f"  {_quoted(phrase)}: {weight}\n" for phrase, weight in tenor.weights.items())
    least, below = (
        ", ".join(f"{whose}: {value}" for whose, value in one.items()) for one in (tenor.least, tenor.talk)
    )
    text = f"{_HEADING}least: {{{least}}}\ntalk: {{{below}}}\nbias: {tenor.bias}\nweights:\n" + "".join(lines)
    (folder / f"tenor_of_{of}.yaml").write_text(text, "utf-8")


def _quoted(phrase: str) -> str:
    return "'" + phrase.replace("'", "''") + "'"


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--write", action="store_true", help="write the tables tenor_of_*.yaml")
    writes = asked.parse_args().write
    said = sayings()
    found: list[dict[str, str]] = []
    for of, speakers in SPEAKERS.items():
        heeded = of_table(of, said)
        heard = unread(heeded)
        found += figures(heard, of)
        if writes:
            least = {} if of == loading.TELLERS else {one.value: threshold(heard, one) for one in speakers}
            write(replace(learn(heeded), least=least, talk=_talks(heard, of)), of)
    show("Demands heard in what was not read", found)


if __name__ == "__main__":
    main()
