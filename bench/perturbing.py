"""Says the same in other words: other numbers, names, particles, and clauses in another order."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence

_CLAUSE = re.compile(r"[^,，。!！?？;；\n]+[,，。!！?？;；\n]*")
_HAN = re.compile("[\u4e00-\u9fff]")
_NUMBER = re.compile(r"(?<![\d.:/-])\d{1,3}(?![\d.:/-]|号|月|日|年|点|[)）]?班|年级|%)")
_LATE = re.compile("([。!！?？])|$")
_PARTICLES = ("哈", "哦", "啊", "呀", "吧", "呢", "啦", "嘛")
_OPENINGS = ("那个，", "对了，", "嗯，", "顺便说下，", "By the way, ", "Hi, ", "诶，")
_NAMES: Mapping[str, Sequence[str]] = {
    "小明": ("小刚", "阿杰", "乐乐"),
    "小红": ("小兰", "阿欣", "圆圆"),
    "妈妈": ("妈咪", "外婆", "姑姑"),
    "爸爸": ("老爸", "爷爷", "叔叔"),
    "Tom": ("Ravi", "Ben", "Hugo"),
}


def other_numbers(text: str, chance: random.Random) -> str:
    """Amounts and counts of the same length; not hours, dates, classes and accounts."""
    return _NUMBER.sub(
        lambda hit: str(chance.randrange(10 ** (len(hit.group()) - 1), 10 ** len(hit.group()))), text
    )


def other_names(text: str, chance: random.Random) -> str:
    for name, others in _NAMES.items():
        text = text.replace(name, chance.choice(others))
    return text


def other_order(text: str, chance: random.Random) -> str:
    """Two neighbouring clauses change places."""
    clauses = _CLAUSE.findall(text)
    if len(clauses) < 3 or "".join(clauses) != text:
        return text
    at = chance.randrange(len(clauses) - 2)
    clauses[at], clauses[at + 1] = clauses[at + 1], clauses[at]
    return "".join(clauses)


def other_particles(text: str, chance: random.Random) -> str:
    """A particle before the first full stop or at the end, of Chinese only, and a word to begin with."""
    if chance.random() < 0.5 or not _HAN.search(text):
        return chance.choice(_OPENINGS) + text
    return _LATE.sub(lambda hit: chance.choice(_PARTICLES) + hit.group(), text, count=1)


WAYS = {
    "numbers": other_numbers,
    "names": other_names,
    "order of clauses": other_order,
    "particles": other_particles,
}


def perturbed(text: str, names: Sequence[str], chance: random.Random) -> str:
    for name in names:
        text = WAYS[name](text, chance)
    return text
