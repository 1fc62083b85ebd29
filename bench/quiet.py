"""How often an ordinary class group is warned for nothing: simulated days, judged as running conversations."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bench import corpus
from bench.figures import show
from bot.intervals import wilson
from patterns.conversation import EMPTY
from patterns.judge import Context, judge
from patterns.loading import warm_up
from patterns.model import Attachment, AttachmentKind, Level, Message, Person, Protected, Standing
from patterns.names import Roster

_DAYS = 3_000
_MESSAGES = 50
_SHARES = {"talk": 66, "talk with a photo": 10, "money": 8, "fees": 4, "teacher": 5, "teacher's photo": 3}
_SHARES |= {"survey": 1, "packet": 1, "photo alone": 2}
_PHOTO = (Attachment(AttachmentKind.IMAGE),)
_SURVEY = (Attachment(AttachmentKind.QR, "https://survey.example/f/81"),)
_PACKET = (Attachment(AttachmentKind.RED_PACKET),)
_TEACHERS = ("三(2)班班主任 王丽老师", "数学-陈建国老师", "Miss Wong")
_FIRST = ("小雨", "子涵", "豆豆", "Lucas", "心怡", "阿明", "睿睿", "Maya", "朵朵", "家豪")
_KIN = ("妈妈", "爸爸", "奶奶", "妈妈", "爸", "媽媽", "'s mum", "外公")


@cache
def _said() -> dict[str, list[str]]:
    found: dict[str, list[str]] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text("utf-8"))
    money = (corpus.CASES / "money.txt").read_text("utf-8").splitlines()
    return found | {"talk": list(corpus.everyday()), "money": [line for line in money if line]}


def _members(chance: random.Random) -> list[tuple[Person, Standing]]:
    """Forty parents: most long here, some just joined, some just renamed, some of unknown tenure."""
    people = []
    for number in range(40):
        name = chance.choice(_FIRST) + chance.choice(_KIN)
        days = chance.choice((None, 0, 2, 30, 300, 700))
        renamed = chance.choice(_FIRST) if chance.random() < 0.1 else None
        standing = Standing(joined_days=days, renamed_from=renamed, renamed_minutes=20.0 if renamed else None)
        people.append((Person(f"p{number}", name), standing))
    return people


def _day(chance: random.Random) -> Iterator[tuple[str, Message]]:
    """One day of one group, with what each message stands for."""
    members = _members(chance)
    kinds = chance.choices(list(_SHARES), list(_SHARES.values()), k=_MESSAGES)
    for number, kind in enumerate(kinds):
        minute = 7 * 60 + number * 15 * 60 / _MESSAGES
        person, standing = chance.choice(members)
        if kind.startswith("teacher"):
            which = chance.randrange(len(_TEACHERS))
            person, standing = Person(f"t{which}", _TEACHERS[which]), Standing(joined_days=700)
        text, attached = _content(kind, chance)
        yield (
            kind,
            Message(
                str(number),
                person,
                text,
                standing,
                attached,
                minute,
                hour=int(minute // 60),
                weekday=number % 7,
            ),
        )


def _content(kind: str, chance: random.Random) -> tuple[str, tuple[Attachment, ...]]:
    if kind == "photo alone":
        return "", _PHOTO
    if kind == "survey":
        return chance.choice(_said()["survey"]), _SURVEY
    if kind == "packet":
        return chance.choice(_said()["packet"]), _PACKET
    source = {"talk with a photo": "talk", "teacher's photo": chance.choice(("talk", "teacher"))}.get(
        kind, kind
    )
    photo = kind.endswith("photo") or (kind in ("money", "fees") and chance.random() < 0.2)
    return chance.choice(_said()[source]), _PHOTO if photo else ()


def run() -> list[dict[str, Any]]:
    warm_up()
    chance = random.Random(20)
    roster = Roster([Protected(name, frozenset({f"t{at}"})) for at, name in enumerate(_TEACHERS)])
    context = Context(roster=roster)
    seen: Counter[str] = Counter()
    levels: Counter[tuple[str, Level]] = Counter()
    loud: Counter[bool] = Counter()
    for _ in range(_DAYS):
        conversation = EMPTY
        highest = Level.CLEAR
        for kind, message in _day(chance):
            verdict = judge(message, context, conversation)
            conversation = conversation.after(message, verdict)
            seen[kind] += 1
            levels[kind, verdict.level] += 1
            highest = max(highest, verdict.level)
        loud[highest >= Level.CAUTION] += 1
    return [*(_row(kind, seen[kind], levels) for kind in _SHARES), _total(seen, levels), _days(loud)]


def _days(loud: Counter[bool]) -> dict[str, Any]:
    """How many days of a group heard a warning at all."""
    share = 100 * _most(loud[True], _DAYS)
    return {
        "what": "group-days",
        "days": _DAYS,
        "days with a warning": loud[True],
        "at most in 100 days": share,
    }


def _row(kind: str, messages: int, levels: Counter[tuple[str, Level]]) -> dict[str, Any]:
    counts = {level.word: levels[kind, level] for level in (Level.NOTICE, Level.CAUTION, Level.ALARM)}
    public = counts["caution"] + counts["alarm"]
    return {
        "what": kind,
        "messages": messages,
        **counts,
        "public per 100,000": 1e5 * public / messages,
        "at most (95 %)": 1e5 * _most(public, messages),
    }


def _most(found: int, messages: int) -> float:
    """The share that could hide behind what was found: the rule of three when nothing was."""
    return wilson(found, messages)[1] if found else 3 / messages


def _total(seen: Counter[str], levels: Counter[tuple[str, Level]]) -> dict[str, Any]:
    everything: Counter[tuple[str, Level]] = Counter()
    for (_, level), count in levels.items():
        everything["all", level] += count
    return _row("all", seen.total(), everything)


def main() -> list[dict[str, Any]]:
    rows = run()
    show(f"Wrong warnings in {_DAYS:,} ordinary days of a group, {_MESSAGES} messages each", rows[:-1])
    show("Days on which a group was warned for nothing", rows[-1:])
    return rows
