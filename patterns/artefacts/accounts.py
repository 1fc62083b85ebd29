"""Bank cards and accounts written in text: cards by their checksum or a cue, other accounts by a cue nearby."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import re2

from patterns.artefacts.kinds import Artefact, Kind
from patterns.artefacts.numbers import (
    Number,
    find_numbers,
    is_card_prefix,
    is_day,
    is_identity,
    is_mobile,
    parts,
    passes_luhn,
)
from patterns.artefacts.tables import table
from patterns.linear import Expression

_SHORTEST = 6
_CARD = (16, 19)
# How far before a number its cue may stand, and how far after.
_BEFORE, _AFTER = 32, 10
_NEAR = 10
_SIGNS, _UNITS = frozenset("$¥€£"), frozenset("元圆块蚊万")
_MOST_GROUPS = 6
_ADJACENT = 4
# Digits a number must have to be an account: after a word for one, after a word for several things, after a word of sending.
_LEAST, _LIKELY, _LONG = 7, 8, 9


@dataclass(frozen=True, slots=True)
class _Cues:
    """The words of accounts.yaml, each family as one expression; `schemes` by cue, and what tells which cue it was."""

    named: Expression
    which: Any
    schemes: dict[str, str]
    digits: dict[str, frozenset[int]]
    mailed: frozenset[str]
    account: Expression
    generic: Expression
    sending: Expression
    money: Expression
    other: Expression


def find_accounts(text: str) -> list[Artefact]:
    """Cards, bank accounts, and accounts at payment services. Nothing is looked up anywhere."""
    found = [*_numbers(text)]
    for needed, search in _SEARCHES:
        if needed.search(text):
            found += search(text)
    if not found:
        return []
    payee = _payee(text)
    return [replace(one, payee=one.payee or payee) for one in found]


def _numbers(text: str) -> Iterator[Artefact]:
    for number in find_numbers(text, _SHORTEST):
        if _inside_word(text, number):
            continue
        card = _card(text, number)
        if card is not None:
            yield card
            continue
        account = _account(text, number)
        if account is not None:
            yield account


def _inside_word(text: str, number: Number) -> bool:
    """Part of a code such as T08LL1234A, unless the letters before it are a cue."""
    if text[number.end : number.end + 1].isascii() and text[number.end : number.end + 1].isalpha():
        return True
    before = _LETTERS_BEFORE.search(text[max(0, number.start - _BEFORE) : number.start])
    if before is None:
        return False
    cues = _cues()
    return not (cues.named.within(before.group()) or cues.generic.within(before.group()))


def _card(text: str, number: Number) -> Artefact | None:
    """The best card in a number: the whole of it, then what passes Luhn, then the longest."""
    best, rank = None, (False, False, 0)
    for part in parts(number, text, *_CARD):
        passes = passes_luhn(part.digits)
        mine = (part.groups == number.groups, passes, len(part.digits))
        if (
            mine > rank
            and _may_be_card(text, part)
            and ((passes and not _counting(part)) or _grouped_as_card(part) or _cued(text, part))
        ):
            best, rank = part, mine
    return _number(Kind.CARD, "card", best, "card") if best else None


def _may_be_card(text: str, part: Number) -> bool:
    if not is_card_prefix(part.digits) or is_identity(part.digits, text[part.end : part.end + 1]):
        return False
    return not _cues().other.within(text[max(0, part.start - _NEAR) : part.start])


def _grouped_as_card(part: Number) -> bool:
    return len(part.groups) >= 4 and all(len(group) == 4 for group in part.groups[:4])


def _counting(part: Number) -> bool:
    """1 2 3 4 … is a row of numbers, not one."""
    return len(part.groups) > _MOST_GROUPS


def _cued(text: str, part: Number) -> bool:
    around = text[max(0, part.start - _BEFORE) : part.start] + " " + text[part.end : part.end + _AFTER]
    cues = _cues()
    return any(family.within(around) for family in (cues.account, cues.generic, cues.sending))


def _account(text: str, number: Number) -> Artefact | None:
    before = text[max(0, number.start - _BEFORE) : number.start]
    after = text[number.end : number.end + _AFTER]
    digits = number.digits
    cues = _cues()
    if is_identity(digits, after[:1]) or is_day(digits) or _is_amount(before, after):
        return None
    scheme = _scheme(before) or _scheme(after)
    if scheme and len(digits) in cues.digits[scheme]:
        return _number(Kind.ACCOUNT, scheme, number, scheme)
    if len(digits) > 20 or is_mobile(digits) or cues.other.within(before[-_NEAR:]):
        return None
    if cues.account.within(before):
        return _number(Kind.ACCOUNT, "account", number, "bank") if len(digits) >= _LEAST else None
    cued = cues.generic.within(before[-_NEAR:]) and cues.money.within(text)
    sent = cues.sending.within(before) or cues.generic.within(before[-_ADJACENT:])
    if _is_stamp(digits) or not ((cued and len(digits) >= _LIKELY) or (sent and len(digits) > _LONG)):
        return None
    return _number(Kind.ACCOUNT, "account", number, "bank")


def _is_stamp(digits: str) -> bool:
    """A day, an hour and more: the number of a transaction."""
    return len(digits) > _LONG and is_day(digits[:8])


def _is_amount(before: str, after: str) -> bool:
    return not _SIGNS.isdisjoint(before.rstrip()[-1:]) or not _UNITS.isdisjoint(after.lstrip()[:1])


def _number(kind: Kind, prefix: str, number: Number, scheme: str) -> Artefact:
    digits = number.digits
    if prefix in {"fps", "payme", "octopus"} and digits.startswith("852"):
        digits = digits[3:]
    if prefix == "paynow" and len(digits) == 10:
        digits = digits.removeprefix("65")
    if prefix == "alipay" and len(digits) == 13:
        digits = digits.removeprefix("86")
    return Artefact(kind, mark=f"{prefix}:{digits}", scheme=scheme, start=number.start, end=number.end)


def _scheme(around: str) -> str:
    """The payment service named last before a number."""
    cues = _cues()
    if not cues.named.within(around):
        return ""
    *_, last = cues.which.finditer(around)
    return cues.schemes[last.group("latin") or last.group("other")]


_LETTERS_BEFORE = re.compile(r"[a-z][a-z0-9]*$")
_MASKED = re2.compile(r"\b[0-9]{1,6}(?:[ -]?[0-9]{1,6})?[ -]?[*x]{2,12}(?:[ -]?[*x]{2,6})*[ -]?[0-9]{2,6}")
_MAIL = re2.compile(r"[a-z0-9][a-z0-9._%+-]*@[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_IBAN = re2.compile(r"\b[a-z]{2}[0-9]{2}(?: ?[a-z0-9]{4}){2,7}(?: ?[a-z0-9]{1,3})?\b")
_UPI = re2.compile(
    r"\b[a-z0-9][a-z0-9._-]+@(?:ok[a-z]+|upi|ybl|ibl|axl|paytm|apl|yapl|fbl|icici|sbi|hdfcbank|axisbank|kotak|barodampay|pnb|jio|airtel|freecharge)\b"
)
_UEN = re2.compile(r"\b(?:[0-9]{8,9}[a-z]|[tsr][0-9]{2}[a-z]{2}[0-9]{4}[a-z])\b")
_GOES_ON = re2.compile(r"[.-][a-z0-9]")
_NEVER = r"[^\x00-\x{10FFFF}]"
_PAYEE = re2.compile(
    r"(?:户名|户口名|账户名|收款人|收款方|持卡人|开户名|账户姓名|account name|payee|beneficiary)(?:称|姓名)?[ :是为]*([^\s,，。;；、()（）:]+(?: [a-z]+)*)"
)


def _masked(text: str) -> Iterator[Artefact]:
    """138****0000 is still somebody's account, though nothing to recognise it by."""
    for match in _MASKED.finditer(text):
        scheme = _scheme(_before(text, match)) or _scheme(text[match.end() : match.end() + _AFTER])
        if scheme or _is_sent_to(text, match):
            yield _account_at(match, scheme or "bank", mark="")


def _is_sent_to(text: str, match: Any) -> bool:
    before, cues = _before(text, match), _cues()
    if cues.other.within(before[-_NEAR:]):
        return False
    cued = cues.generic.within(before) and cues.money.within(text)
    return bool(cues.account.within(before) or cues.sending.within(before) or cued)


def _mails(text: str) -> Iterator[Artefact]:
    for match in _MAIL.finditer(text):
        scheme = _scheme(_before(text, match))
        if scheme in _cues().mailed:
            yield _account_at(match, scheme, match.group())


def _ibans(text: str) -> Iterator[Artefact]:
    for match in _IBAN.finditer(text):
        bare = match.group().replace(" ", "")
        turned = "".join(str(int(char, 36)) for char in bare[4:] + bare[:4])
        if 15 <= len(bare) <= 34 and int(turned) % 97 == 1:
            yield _account_at(match, "iban", bare)


def _upi(text: str) -> Iterator[Artefact]:
    """nobody@okbank, unless it goes on as an e-mail address does."""
    for match in _UPI.finditer(text):
        if not _GOES_ON.match(text[match.end() : match.end() + 2]):
            yield _account_at(match, "upi", match.group())


def _uens(text: str) -> Iterator[Artefact]:
    for match in _UEN.finditer(text):
        if _scheme(_before(text, match)) == "paynow":
            yield _account_at(match, "paynow", match.group())


# What each looks for cannot do without the characters before it: to look for those costs next to nothing.
_SEARCHES: tuple[tuple[re.Pattern[str], Callable[[str], Iterator[Artefact]]], ...] = tuple(
    (re.compile(needed), search)
    for needed, search in (("[*x]", _masked), ("@", _mails), ("[a-z]", _ibans), ("@", _upi), ("[a-z]", _uens))
)


def _before(text: str, match: Any) -> str:
    return text[max(0, match.start() - _BEFORE) : match.start()]


def _account_at(match: Any, scheme: str, mark: str) -> Artefact:
    told = f"{scheme}:{mark}" if mark else ""
    return Artefact(Kind.ACCOUNT, told, scheme=scheme, start=match.start(), end=match.end())


def _payee(text: str) -> str:
    match = _PAYEE.search(text)
    return match.group(1)[:40] if match else ""


@cache
def _cues() -> _Cues:
    told = table("accounts")
    schemes = {cue: name for name, one in told["schemes"].items() for cue in one["cues"]}
    return _Cues(
        named=Expression(_any(schemes)),
        which=re2.compile(_any(schemes)),
        schemes=schemes,
        digits={name: frozenset(one["digits"]) for name, one in told["schemes"].items()},
        mailed=frozenset(name for name, one in told["schemes"].items() if one.get("mail")),
        **{
            family: Expression(_any(told[family]))
            for family in ("account", "generic", "sending", "money", "other")
        },
    )


def _any(cues: Iterable[str]) -> str:
    """One expression for all the cues; Latin ones as whole words (a number may follow without a blank)."""
    latin, other = [_NEVER], [_NEVER]
    for cue in sorted(cues, key=len, reverse=True):
        (latin if cue[0].isascii() and cue[0].isalpha() else other).append(re2.escape(cue))
    return rf"\b(?P<latin>{'|'.join(latin)})(?:[^a-z]|$)|(?P<other>{'|'.join(other)})"
