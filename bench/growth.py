"""Whether a message costs more where there are many groups, or many protected people in one school."""

from __future__ import annotations

import itertools
import time
from collections.abc import Sequence
from typing import Any

from bench import corpus
from bench.figures import show
from patterns.conversation import EMPTY
from patterns.judge import Context, judge
from patterns.loading import warm_up
from patterns.model import Message, Person, Protected
from patterns.names import Roster

_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许邓韩冯曹彭"
_GIVEN = "丽芳敏静秀强磊军洋勇艳杰娟涛明超兰霞平刚桂英华玉萍红娥玲芬燕"
_MESSAGES = 10_000
_ROUNDS = 3


def people(count: int) -> list[Protected]:
    """So many teachers of one school, no two of one name."""
    names = itertools.product(_SURNAMES, _GIVEN, _GIVEN)
    return [
        Protected(f"{at % 6 + 1}({at % 9 + 1})班 {''.join(name)}老师", frozenset({f"t{at}"}))
        for at, name in enumerate(itertools.islice(names, count))
    ]


def _said(members: int) -> list[Message]:
    texts = itertools.cycle((*corpus.everyday(), *corpus.texts("benign")))
    return [
        Message(
            str(at),
            Person(f"u{at % members}", f"家长{at % members}"),
            next(texts),
            minute=float(at),
            hour=12,
        )
        for at in range(_MESSAGES)
    ]


def _cost(contexts: Sequence[Context], messages: Sequence[Message]) -> float:
    """Processor time a message in microseconds, the least of some rounds; each message in another group."""
    groups = list(itertools.islice(itertools.cycle(contexts), len(messages)))
    spent = []
    for _ in range(_ROUNDS):
        start = time.process_time()
        for context, message in zip(groups, messages, strict=True):
            judge(message, context, EMPTY)
        spent.append(time.process_time() - start)
    return min(spent) / len(messages) * 1e6


def run() -> list[dict[str, Any]]:
    warm_up()
    few, many = _said(200), _said(_MESSAGES)
    rows = []
    for groups, protected in ((1, 10), (100, 10), (10_000, 10), (1, 1), (1, 30), (1, 1_000)):
        contexts = [Context(roster=Roster(people(protected))) for _ in range(groups)]
        rows.append(
            {
                "groups": groups,
                "protected people": protected,
                "µs a message": _cost(contexts, few),
                "µs, no name met before": _cost(contexts, many),
            }
        )
    return rows


def main() -> list[dict[str, Any]]:
    rows = run()
    show("A message's cost as groups and protected people grow", rows)
    return rows
