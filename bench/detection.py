"""How fast messages are judged on one core, beside jieba cutting the same texts in the same run: processor time."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import jieba

from bench import corpus
from bench.figures import percentile, show
from patterns.conversation import EMPTY
from patterns.judge import Context, judge
from patterns.loading import warm_up
from patterns.model import Message, Person, Protected
from patterns.names import Roster

_LEAST, _TURN = 6_000, 500
Item = TypeVar("Item")


def run() -> list[dict[str, Any]]:
    warm_up()
    cutter = jieba.Tokenizer()
    cutter.initialize()
    rows = []
    for name, texts in (
        ("everyday", corpus.everyday()),
        ("benign", corpus.texts("benign")),
        ("scam", corpus.texts("scam")),
    ):
        repeated = (list(texts) * (_LEAST // len(texts) + 1))[:_LEAST]
        rate, cut, p50, p99 = _side_by_side(repeated, cutter.lcut)
        rows.append(
            {
                "texts": name,
                "messages/s": rate,
                "p50 µs": p50,
                "p99 µs": p99,
                "p99/p50": p99 / p50,
                "jieba.lcut/s": cut,
                "ratio to jieba": rate / cut,
            }
        )
    return rows


def _side_by_side(texts: Sequence[str], cut: Callable[[str], object]) -> tuple[float, float, float, float]:
    """Messages judged and texts cut a second, in turns, so that both meet the same machine; p50 and p99 in µs."""
    teachers = [
        Protected(name, frozenset([f"t{number}"]))
        for number, name in enumerate(("王丽老师", "数学-陈建国老师", "Miss Wong"))
    ]
    context = Context(roster=Roster(teachers))
    messages = [
        Message(
            str(number), Person(f"u{number % 50}", f"家长{number % 50}"), text, minute=float(number), hour=12
        )
        for number, text in enumerate(texts)
    ]
    for message in messages[:500]:
        judge(message, context, EMPTY)
    judged = cutting = 0.0
    for at in range(0, len(texts), _TURN):
        judged += _seconds(lambda message: judge(message, context, EMPTY), messages[at : at + _TURN])
        cutting += _seconds(cut, texts[at : at + _TURN])
    spent = []
    for message in messages:
        start = time.process_time()
        judge(message, context, EMPTY)
        spent.append(time.process_time() - start)
    n = len(texts)
    return n / judged, n / cutting, percentile(spent, 0.5) * 1e6, percentile(spent, 0.99) * 1e6


def _seconds(work: Callable[[Item], object], items: Sequence[Item]) -> float:
    start = time.process_time()
    for item in items:
        work(item)
    return time.process_time() - start


def main() -> list[dict[str, Any]]:
    rows = run()
    show("Detection, one core", rows)
    return rows
