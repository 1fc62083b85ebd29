"""What is said in the labelled cases, gathered once: whose words they are, what they want, and whether the judge would listen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from bot.evaluation.cases import LabelledCase, read_cases
from patterns import loading
from patterns.asks import read
from patterns.context import Context
from patterns.conversation import EMPTY
from patterns.judge import judge, poses
from patterns.model import Level, Message, Person, Standing, Verdict
from patterns.names import Likeness
from patterns.normalize import Normalized, normalize
from patterns.posing import who_it_resembles
from patterns.tenor import Tenor

CASES = Path(__file__).parents[2] / "tests" / "cases"
LINES = ("everyday", "money")


class Speaker(StrEnum):
    """Whose words they are taken for, as the tables call them."""

    LOOKALIKE = "lookalike"
    OFFICE = "office"
    STAFF = "staff"
    OUTSIDER = "outsiders"


@dataclass(frozen=True, slots=True)
class Saying:
    """A message as the judge reads it, whether it collects, and whether the judge would listen to its tenor at all."""

    writer: str
    text: str
    collects: bool
    speaker: Speaker = Speaker.OUTSIDER
    # The signals that speak where any tenor is enough.
    listened: frozenset[str] = frozenset()
    # What neither is a collection to be told of nor must be left alone: a hard tell, or what may be doubted.
    unsettled: bool = False
    # It has words of a hard tell, however they are meant.
    tells: bool = False
    # A teacher's harmless words as a clone would say them: nothing is learnt from them again.
    borrowed: bool = False


def sayings(all_ears: Mapping[str, Tenor]) -> list[Saying]:
    """Of a scam the message at which it shows; of what is harmless every one, heard by tables to which all of it collects."""
    found: list[Saying] = []
    with loading.hearing(all_ears):
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


def _listens(verdict: Verdict) -> frozenset[str]:
    return frozenset(one.signal for one in verdict.evidence)


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
