"""Replay cases, name pairs and ordinary lines through the judgement, and keep what it said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from time import perf_counter

from bot.evaluation.cases import LabelledCase, NamePair
from patterns.judge import EMPTY, Context, judge
from patterns.model import Level, Message, Person, Protected, Verdict
from patterns.names import Roster, impersonates

HIJACKED = "hijacked_teacher"
EXAMPLES_KEPT = 50
_TEACHERS = ("三(2)班班主任 王丽老师", "数学-陈建国老师", "英语 Linda 老师")
_ORDINARY = Person(id="ordinary", name="小雨妈妈")


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What the judgement said of a case: the highest level so far after each message."""

    case: LabelledCase
    levels: tuple[Level, ...]
    evidence: tuple[str, ...]
    tells: bool
    ms: float

    @property
    def level(self) -> Level:
        return self.levels[-1] if self.levels else Level.CLEAR

    @property
    def at(self) -> int | None:
        """The message that reached the highest level."""
        return None if self.level is Level.CLEAR else self.levels.index(self.level)

    @property
    def over_alarm(self) -> bool:
        """An alarm on a registered teacher who may be innocent."""
        return self.case.kind == HIJACKED and self.level is Level.ALARM and not self.tells

    @property
    def ok(self) -> bool:
        case = self.case
        if case.label == "benign":
            return self.level <= case.expected
        if not self.levels:
            return False
        reached = self.levels[min(case.expected_at, len(self.levels) - 1)]
        return reached >= case.expected and not self.over_alarm


@dataclass(frozen=True, slots=True)
class PairResult:
    pair: NamePair
    impersonates: bool

    @property
    def ok(self) -> bool:
        return self.impersonates is self.pair.impersonates


@dataclass(slots=True)
class LinesResult:
    """How loud the judgement was over ordinary lines."""

    n: int = 0
    counts: dict[Level, int] = field(default_factory=lambda: dict.fromkeys(Level, 0))
    examples: list[tuple[str, Level, tuple[str, ...]]] = field(default_factory=list)


def replay(case: LabelledCase) -> CaseResult:
    """Judge the messages of a case one after the other."""
    conversation = EMPTY
    highest = Level.CLEAR
    levels: list[Level] = []
    names: dict[str, None] = {}
    tells = False
    start = perf_counter()
    for message in case.messages:
        verdict = judge(message, case.context, conversation)
        conversation = conversation.after(message, verdict)
        highest = max(highest, verdict.level)
        levels.append(highest)
        names.update(dict.fromkeys(_names(verdict)))
        tells = tells or bool(verdict.tells)
    return CaseResult(case, tuple(levels), tuple(names), tells, (perf_counter() - start) * 1000)


def _names(verdict: Verdict) -> Iterator[str]:
    return (one.signal for one in verdict.evidence)


def compare(pair: NamePair) -> PairResult:
    """Does the candidate pose as the protected person?"""
    return PairResult(pair, impersonates(pair.protected, pair.candidate, pair.also_registered))


def ordinary_context() -> Context:
    """The group in which ordinary lines are judged: three fixed teachers."""
    people = [Protected(name, frozenset({f"teacher-{index}"})) for index, name in enumerate(_TEACHERS)]
    return Context(roster=Roster(people))


def line_case(line: str, *, kind: str) -> LabelledCase:
    """An ordinary line as a case that must stay silent."""
    message = Message(id="0", sender=_ORDINARY, text=line, hour=12)
    return LabelledCase(line, "benign", kind, "", Level.CLEAR, 0, False, ordinary_context(), (message,))


def judge_lines(lines: Iterable[str], result: LinesResult | None = None) -> LinesResult:
    """Judge each line by itself, as said at noon by an ordinary member of unknown tenure."""
    found = result or LinesResult()
    context = ordinary_context()
    for line in lines:
        text = line.rstrip("\r\n")
        if not text.strip():
            continue
        found.n += 1
        verdict = judge(Message(id="line", sender=_ORDINARY, text=text, hour=12), context)
        found.counts[verdict.level] += 1
        if verdict.level and len(found.examples) < EXAMPLES_KEPT:
            found.examples.append((text, verdict.level, tuple(_names(verdict))))
    return found
