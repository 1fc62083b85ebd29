"""Long numbers, however they are grouped or written, and which of them are cards, identity numbers, telephones."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import re2

_CHINESE = str.maketrans("零〇一二两三四五六七八九壹贰叁肆伍陆柒捌玖幺ol", "00122345678912345678910" + "1")
_DIGIT = "0-9零〇一二两三四五六七八九壹贰叁肆伍陆柒捌玖幺"
_BLANK = r" ._,·–—-"
# Neither can go back over what it has read: its parts begin with different characters, and nothing follows them.
_RUN = re.compile(rf"[{_DIGIT}][{_DIGIT}ol]*(?:[{_BLANK}][{_BLANK}]?[{_DIGIT}][{_DIGIT}ol]*)*")
_GROUP = re.compile(rf"[{_DIGIT}ol]+")
_AMOUNT = re2.compile(r"[0-9]{1,9}(?:\.[0-9]{1,2})?")
_LONGEST_RUN = 64
_IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_IDENTITY_CHECKS = "10X98765432"


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it stands in the text: `groups` are its digits as they were grouped."""

    start: int
    end: int
    groups: tuple[str, ...]

    @property
    def digits(self) -> str:
        return "".join(self.groups)


def find_numbers(text: str, shortest: int) -> list[Number]:
    """Every number of at least so many digits, with blanks, hyphens and the like between its groups."""
    numbers = []
    for match in _RUN.finditer(text):
        if match.end() - match.start() < shortest:
            continue
        start, groups = match.start(), []
        for group in _GROUP.finditer(match.group()):
            groups.append((start + group.start(), start + group.end(), group.group().translate(_CHINESE)))
        for at in range(0, len(groups), _LONGEST_RUN):
            part = groups[at : at + _LONGEST_RUN]
            number = Number(part[0][0], part[-1][1], tuple(digits for _, _, digits in part))
            if len(number.digits) >= shortest:
                numbers.append(number)
    return numbers


def parts(number: Number, text: str, low: int, high: int) -> Iterator[Number]:
    """Every stretch of neighbouring groups with `low` to `high` digits: amounts and cards may stand side by side."""
    spans = [
        (number.start + group.start(), number.start + group.end())
        for group in _GROUP.finditer(text[number.start : number.end])
    ]
    for first in range(len(spans)):
        total = 0
        for last in range(first, len(spans)):
            total += len(number.groups[last])
            if total > high:
                break
            if total >= low:
                yield Number(spans[first][0], spans[last][1], number.groups[first : last + 1])


def passes_luhn(digits: str) -> bool:
    total = 0
    for index, char in enumerate(reversed(digits)):
        value = int(char) * (1 + index % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def is_card_prefix(digits: str) -> bool:
    """Does an issuer's number start so? UnionPay, Visa, Mastercard, JCB and the older Chinese debit cards."""
    two, four = int(digits[:2]), int(digits[:4])
    if two in (62, 81):
        return True
    if len(digits) > 16:
        return digits.startswith(("60", "9558", "45", "40"))
    return two // 10 == 4 or 51 <= two <= 55 or 2221 <= four <= 2720 or 3528 <= four <= 3589 or two == 60


def is_identity(digits: str, then: str = "") -> bool:
    """A Chinese resident identity number; `then` is the character after it (the check digit may be X)."""
    full = digits + then.upper() if len(digits) == 17 and then in "xX" and then else digits
    if len(full) != 18 or not _is_birthday(full[6:14]):
        return False
    total = sum(int(char) * weight for char, weight in zip(full[:17], _IDENTITY_WEIGHTS, strict=True))
    return _IDENTITY_CHECKS[total % 11] == full[17] or full[0] in "12345"


def told_amount(text: str) -> str:
    """An amount as a code tells it, if it is one: "10.00" → "10"."""
    text = text.strip()
    if not _AMOUNT.fullmatch(text):
        return ""
    return format(Decimal(text).normalize(), "f")


def is_mobile(digits: str) -> bool:
    """A mainland mobile number, with or without its country code."""
    bare = digits.removeprefix("86") if len(digits) == 13 else digits
    return len(bare) == 11 and bare[0] == "1" and bare[1] in "3456789"


def is_day(digits: str) -> bool:
    """20260903 is a day, not an account."""
    return len(digits) == 8 and _is_birthday(digits)


def _is_birthday(digits: str) -> bool:
    try:
        return 1900 < date(int(digits[:4]), int(digits[4:6]), int(digits[6:8])).year < 2100
    except ValueError:
        return False
