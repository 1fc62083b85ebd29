"""Throws what nobody writes at everything that reads what strangers write: `uv run python -m bench.fuzz --count 1000000`.

Inputs are grown from the cases, the rules' words and the disguises' characters. Guided by coverage: one input in fifty is
watched line by line (`sys.settrace`), and what reaches a line of `patterns/` nobody reached before is kept to grow from.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

from bench import corpus
from bench.disguising import DISGUISES
from patterns.artefacts import find, read_attachment
from patterns.judge import Context, judge
from patterns.loading import rulebook, warm_up
from patterns.model import Attachment, AttachmentKind, Message, Person, Protected, Standing
from patterns.names import Roster, claims
from patterns.normalize import normalize

SLOW = 0.020
LONGEST = 4096
_WATCHED = 50
_KEPT = 4_000
_ODD = "\u200b\u202e\ufeff\u0301\u20e3\ufe0f\U0001f1fb\U000e0041\ud800\x00\n\t.·*:/@[](){}‮ﷺ㎏①⼀⺀𝐚Аοօ💰🧧➕"
_TEACHERS = ("三(2)班班主任 王丽老师", "数学-陈建国老师", "Miss Wong")
_ROSTER = Roster([Protected(name, frozenset({f"t{at}"})) for at, name in enumerate(_TEACHERS)])
_GROUP = Context(roster=_ROSTER, confirmed=lambda mark: False)


def reads_text(text: str) -> None:
    """Every character of the undone text comes from the original, in order, and so does everything found in it."""
    found = normalize(text)
    assert len(found.origin) == len(found.text)
    assert all(0 <= place < len(text) for place in found.origin)
    assert all(one <= other for one, other in zip(found.origin, list(found.origin)[1:], strict=False))
    for one in find(found):
        assert 0 <= one.start <= one.end <= len(found.text)


def reads_name(text: str) -> None:
    like = _ROSTER.resemblance(text)
    assert like is None or like.protected.name in _TEACHERS
    claims(text)


def reads_payload(text: str) -> None:
    for kind in (AttachmentKind.QR, AttachmentKind.LINK, AttachmentKind.CONTACT, AttachmentKind.IMAGE):
        read_attachment(Attachment(kind, text))
    read_attachment(Attachment(AttachmentKind.FILE, text, text.encode("utf-8", "surrogatepass")))


def judges(text: str) -> None:
    """Said under a false name, with a picture, so that nothing is left early; what is quoted stands in the text."""
    clone = Message("1", Person("x", _TEACHERS[0]), text, Standing(joined_days=1), (_PHOTO,), hour=3)
    parent = Message("2", Person("y", text[:40]), text, hour=12)
    for message in (clone, parent):
        said = f"{message.sender.name}\n{text}".translate(_HALVES)
        verdict = judge(message, _GROUP)
        for one in verdict.evidence:
            assert one.group in _UNQUOTED or one.found.translate(_HALVES) in said, one.signal


_PHOTO = Attachment(AttachmentKind.IMAGE)
_HALVES = dict.fromkeys(range(55296, 57344), "�")
# Of a claim the words are quoted as understood: a claim is made by a name, however that is written.
_UNQUOTED = ("claim",)
TARGETS: tuple[Callable[[str], None], ...] = (reads_text, reads_name, reads_payload, judges)


def _whole(text: str) -> str:
    """Without halves of characters, which the disguises' own libraries refuse."""
    return text.encode("utf-8", "replace").decode()


@dataclass
class Growing:
    """The inputs worth growing from, and the lines they reached."""

    chance: random.Random
    pool: list[str]
    words: list[str]
    lines: set[tuple[str, int]] = field(default_factory=set)

    def next(self) -> str:
        text = self.chance.choice(self.pool)
        for _ in range(self.chance.randint(1, 4)):
            text = self._changed(text)
        return text[:LONGEST]

    def _changed(self, text: str) -> str:
        chance, at = self.chance, self.chance.randint(0, len(text))
        match chance.randrange(8):
            case 0:
                return text[:at] + chance.choice(_ODD) * chance.choice((1, 1, 2, 30)) + text[at:]
            case 1:
                return text[:at] + chance.choice(self.words) + text[at:]
            case 2:
                return text[:at] + text[at + chance.randint(1, 9) :]
            case 3:
                return text[:at] + chance.choice(self.pool)[chance.randint(0, 9) :]
            case 4:
                return text[:at] + chr(chance.randrange(0x110000)) + text[at:]
            case 5:
                return text[:at] + str(chance.randrange(10 ** chance.randint(1, 20))) + text[at:]
            case 6:
                return chance.choice(list(DISGUISES.values()))(_whole(text[:400]), chance)
            case _:
                return text * chance.choice((1, 1, 1, 2, 40)) if len(text) < 200 else text[at:]

    def learn(self, text: str, target: Callable[[str], None]) -> None:
        """Run it watched, and keep it if it reached something new."""
        reached: set[tuple[str, int]] = set()

        def watch(frame: FrameType, event: str, arg: Any) -> Any:
            if "/patterns/" not in frame.f_code.co_filename:
                return None
            if event == "line":
                reached.add((frame.f_code.co_filename, frame.f_lineno))
            return watch

        sys.settrace(watch)
        try:
            target(text)
        finally:
            sys.settrace(None)
        if not reached <= self.lines:
            self.lines |= reached
            self.pool.append(text)
            if len(self.pool) > _KEPT:
                del self.pool[self.chance.randrange(_KEPT)]


@dataclass
class Report:
    """What came of it."""

    inputs: int = 0
    failed: list[tuple[str, str, str]] = field(default_factory=list)
    slow: list[tuple[float, str, str]] = field(default_factory=list)
    slowest: tuple[float, str, str] = (0.0, "", "")


def growing(seed: int) -> Growing:
    pool = [*corpus.everyday()[:300], *corpus.texts("scam"), *corpus.texts("benign"), *_TEACHERS]
    words = [word for rule in rulebook().rules for word in rule.words]
    return Growing(random.Random(seed), pool, words)


def fuzz(
    count: int, seed: int = 1, targets: Sequence[Callable[[str], None]] = TARGETS
) -> tuple[Report, Growing]:
    """Run so many inputs, each against one target after the other."""
    report, inputs = Report(), growing(seed)
    for number in range(count):
        target = targets[number % len(targets)]
        text = inputs.next()
        _run(report, target, text)
        if number % _WATCHED < len(targets) and not report.failed:
            inputs.learn(text, target)
    return report, inputs


def _run(report: Report, target: Callable[[str], None], text: str) -> None:
    report.inputs += 1
    took = _took(target, text, report)
    if took > SLOW:
        took = min(took, _took(target, text, report))  # once more: another process may have had the core
    if took > report.slowest[0]:
        report.slowest = (took, target.__name__, text)
    if took > SLOW:
        report.slow.append((took, target.__name__, text))


def _took(target: Callable[[str], None], text: str, report: Report) -> float:
    start = time.thread_time()
    try:
        target(text)
    except Exception as error:
        report.failed.append((type(error).__name__, target.__name__, text))
    return time.thread_time() - start


def main() -> None:
    options = argparse.ArgumentParser(prog="bench.fuzz")
    options.add_argument("--count", type=int, default=20_000)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    warm_up()
    report, inputs = fuzz(chosen.count, chosen.seed)
    print(f"{report.inputs:,} inputs, {len(inputs.lines):,} lines of patterns/ reached by the watched ones")
    print(f"{len(report.failed)} exceptions, {len(report.slow)} over {SLOW * 1000:.0f} ms")
    took, target, text = report.slowest
    print(f"slowest: {took * 1000:.1f} ms, {target}, {len(text)} characters")
    for name, target, text in report.failed[:10]:
        print(f"{name} in {target}: {text[:200]!r}")
    for took, target, text in report.slow[:10]:
        print(f"{took * 1000:.1f} ms in {target}: {len(text)} characters, {text[:120]!r}")
    sys.exit(1 if report.failed or report.slow else 0)


if __name__ == "__main__":
    main()
