"""Amounts of money in normalised text: "380元", "hk$210", "三百八", "86.5每人"; not dates, pages, scores, sums."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

import re2

from patterns.artefacts.finds import Finds
from patterns.artefacts.kinds import Artefact, Kind

_NUMBER = r"[0-9][0-9ol]*(?:,[0-9]{3})*(?:\.[0-9][0-9o]?)?"
_HAN = "零〇一二两三四五六七八九十百千万壹贰叁肆伍陆柒捌玖拾佰仟廿卅"
_PER = r"每人|每位|每生|每家|每户|每套|每份|每个|每孩|一人|一位|一个人|一家|一套|一份|/人|/位|/份|/套|人均"
_CURRENCY = r"人民币|新台币|台币|港币|港元|港纸|新币|新加坡币|马币|令吉|美元|美金|欧元|英镑|澳币|日元|韩元|块钱|元|圆|块|蚊|刀"
_LETTERS = r"rmb|cny|hkd|ntd|twd|sgd|myr|usd|mop|dollars?|bucks|ringgit|quid|yuan"

_BEFORE = re2.compile(
    r"(?P<sign>(?:\b(?:hk|nt|us|rm|sg) ?|\b[sa]|(?:港币|人民币|新台币|台币|新币) ?)?[$¥€£₩]"
    r"|\b(?:rm|nt|hkd|ntd|twd|sgd|myr|rmb|cny|usd|mop)|人民币|新台币|台币|港币|新币)"
    rf" ?(?P<number>{_NUMBER})(?P<scale>万|千|k\b)?"
)
_AFTER = re2.compile(
    rf"(?P<number>(?:[0-9] )+[0-9]|[lo]?{_NUMBER})(?P<scale>万|千|百)? ?(?:大洋|整)?(?:(?P<unit>{_CURRENCY})|(?P<letters>{_LETTERS})\b|(?P<per>{_PER}))"
)
_WORDS = re2.compile(rf"(?P<number>[{_HAN}参]+) ?(?P<unit>{_CURRENCY.removesuffix('|刀')})")
_CAPITALS = re2.compile(r"[壹贰叁参肆伍陆柒捌玖][拾佰仟万][壹贰叁肆伍陆柒捌玖拾佰仟万零]*")
_EACH_IN_WORDS = re2.compile(
    rf"(?P<cue>{_PER}|一共|共计|合计|总共|总计|费用|押金|定金|订金|保证金|金额)[是为约:= ]*(?P<number>[一二两三四五六七八九]*[十百千][{_HAN}]*)"
)
_CLAUSE_ENDS = frozenset(" ,.;:!?。、~…\n()")
_SPOKEN = re2.compile(r"(?:[一二两三四五六七八九][百千万])+[一二三四五六七八九]")
_TOLD = re2.compile(
    rf"(?P<cue>{_PER}|一共|共计|合计|总共|总计|共|费用|费|款|押金|定金|订金|保证金|金额|先交|补交|再交|上交|交|先付|付|转账|转|汇|缴|充值|充|收|退|价格|价钱|只要|仅需|只需)[是为约:= ]*(?P<number>{_NUMBER})(?P<scale>万|千)?"
)
# What a number is when one of these follows: "转3号线", "交5份", "收2次", "共45人", "费用表第3页".
_COUNTED = frozenset(
    "号日月年点时分秒份个张页本条遍次题名位篇班级岁斤克米%套件只台支盒包袋组天周期节课度人字词句行厘公毫°℃倍秒届楼层室路站排座组袋瓶杯颗粒枚幅首集章回颗场轮批种类项段步:-~/"
)
_SUM = frozenset("+×÷*=x-−")
_LETTERED = frozenset("abcdefghijklmnopqrstuvwxyz")
_SMALLEST_UNNAMED, _LARGEST_UNNAMED = 10, 1_000_000
_LONGEST = 20
# 一块抹布, 两块饼干: pieces, unless money is plainly meant.
_MONEY_AROUND = frozenset("每费交付收转退价钱卖买缴汇款补押租赔")
_REACH = 8

_VALUES = {char: index % 10 for index, char in enumerate("零一二三四五六七八九〇壹贰叁肆伍陆柒捌玖")} | {
    "两": 2,
    "参": 3,
}
_TENTHS = (
    {char: value for char, value in _VALUES.items() if value} | {"半": 5} | {str(n): n for n in range(1, 10)}
)
_AFTER_TENTHS = _CLAUSE_ENDS | frozenset("的了吧呀啊每") | {""}
_STEPS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1_000, "仟": 1_000}
_SCALES = {"万": 10_000, "千": 1_000, "百": 100, "k": 1_000}
_SIGNS = (
    ("hk", "HKD"), ("港", "HKD"), ("蚊", "HKD"), ("nt", "TWD"), ("twd", "TWD"), ("台币", "TWD"), ("rmb", "CNY"), ("cny", "CNY"), ("人民币", "CNY"),
    ("yuan", "CNY"), ("¥", "CNY"), ("rm", "MYR"), ("myr", "MYR"), ("马币", "MYR"), ("令吉", "MYR"), ("ringgit", "MYR"), ("us", "USD"), ("美", "USD"),
    ("sgd", "SGD"), ("s$", "SGD"), ("s $", "SGD"), ("sg", "SGD"), ("新币", "SGD"), ("新加坡", "SGD"), ("mop", "MOP"), ("€", "EUR"), ("欧", "EUR"), ("£", "GBP"),
    ("英镑", "GBP"), ("quid", "GBP"),
)  # fmt: skip


def find_amounts(text: str) -> list[Artefact]:
    """Each amount once, in order. `amount` is a plain number ("86.5"), `scheme` its currency where it is told."""
    found = Finds(len(text))
    for search in (_signed, _with_unit, _in_words, _told):
        found.add(search(text))
    return found.in_order()


def _signed(text: str) -> Iterator[Artefact]:
    for match in _BEFORE.finditer(text):
        amount = _plain(_part(match, "number"), _part(match, "scale"))
        if amount:
            yield _money(match, amount, _part(match, "sign"))


def _with_unit(text: str) -> Iterator[Artefact]:
    for match in _AFTER.finditer(text):
        if not _continues(text, match.start()):
            unit = _part(match, "unit") or _part(match, "letters") or ""
            yield from _named(text, match, _plain(_part(match, "number"), _part(match, "scale")), unit)


def _named(text: str, match: Any, amount: str, unit: str) -> Iterator[Artefact]:
    """A number with its unit, unless the unit belongs to another word or counts pieces."""
    if not amount or _is_other_word(text, match):
        return
    money = _with_tenths(text, _money(match, amount, unit))
    if money.end > match.end() or not _is_pieces(text, match):
        yield money


def _in_words(text: str) -> Iterator[Artefact]:
    for match in _WORDS.finditer(text):
        yield from _named(text, match, read_chinese(_part(match, "number")), _part(match, "unit"))
    for match in _CAPITALS.finditer(text):
        yield from _bare(match, match.group(), match.start())
    for match in _EACH_IN_WORDS.finditer(text):
        if not _counted(text[match.end() : match.end() + 1]):
            yield from _bare(match, _part(match, "number"), _begins(match))
    for match in _SPOKEN.finditer(text):
        counted = _counted(text[match.end() : match.end() + 1])
        if not counted and (_alone(text, match) or _about_money(text, match)):
            yield from _bare(match, match.group(), match.start())


def _bare(match: Any, number: str, start: int) -> Iterator[Artefact]:
    """A number in words whose unit goes without saying."""
    value = read_chinese(number)
    if value:
        yield _money(match, value, "", start)


def _counted(after: str) -> bool:
    """Is it a number of things, or does the number go on?"""
    return after in _COUNTED or after in _VALUES or after in _STEPS or after in _SCALES


def _alone(text: str, match: Any) -> bool:
    """三百八 as all that is said between two stops."""
    start, end = match.span()
    return (start == 0 or text[start - 1] in _CLAUSE_ENDS) and (end == len(text) or text[end] in _CLAUSE_ENDS)


def _told(text: str) -> Iterator[Artefact]:
    """A bare number after a word of paying: "每套60", "先交3800"."""
    for match in _TOLD.finditer(text):
        value = _plain(_part(match, "number"), _part(match, "scale"))
        if value and not _goes_on(text[match.end() : match.end() + 2]) and _is_likely(Decimal(value)):
            yield _money(match, value, "", _begins(match))


def _goes_on(after: str) -> bool:
    """Is the number one of things, a part of a sum, or of something longer?"""
    first = after.lstrip()[:1]
    return (
        first in _COUNTED or first in _SUM or first in _LETTERED or first.isdecimal() or first in {".", "("}
    )


def _is_likely(value: Decimal) -> bool:
    return _SMALLEST_UNNAMED <= value < _LARGEST_UNNAMED


def _with_tenths(text: str, money: Artefact) -> Artefact:
    """三块七 is 3.7, and so is 叁圆柒角; 三块一小时 is 3."""
    tenths, after = text[money.end : money.end + 1], text[money.end + 1 : money.end + 2]
    if tenths not in _TENTHS or "." in money.amount or text[money.end - 1] not in "块蚊元圆":
        return money
    dimes = after in ("角", "毛")
    if not dimes and (text[money.end - 1] not in "块蚊" or after not in _AFTER_TENTHS):
        return money
    return replace(money, amount=f"{money.amount}.{_TENTHS[tenths]}", end=money.end + 1 + dimes)


def _continues(text: str, start: int) -> bool:
    """The number is the tail of something longer: 2025.12元 is none, nor is 3-50元 read from its middle."""
    return start > 0 and (
        text[start - 1].isdecimal() or text[start - 1] in "._" or text[start - 1] in _LETTERED
    )


def _is_other_word(text: str, match: Any) -> bool:
    """元旦, 元宵, 二元一次, 一块去: not money."""
    unit, after = _part(match, "unit"), text[match.end() : match.end() + 2]
    if unit == "元" and ((after[:1] in "旦宵月素件组帅凶" and after) or after[1:] == "次"):
        return True
    return unit == "刀" and after[:1] in ("切", "削", "法")


def _is_pieces(text: str, match: Any) -> bool:
    """两块饼干, 橡皮2块."""
    return _part(match, "unit") == "块" and len(_part(match, "number")) == 1 and not _about_money(text, match)


def _about_money(text: str, match: Any) -> bool:
    around = text[max(0, match.start() - _REACH) : match.start()] + text[match.end() : match.end() + 3]
    return not _MONEY_AROUND.isdisjoint(around)


def read_chinese(number: str) -> str:
    """三百八 → 380, 一百二十六 → 126, 两万五 → 25000; empty when it is no number."""
    if len(number) > _LONGEST:
        return ""
    total = section = digit = 0
    last_step = 1
    for char in number:
        if char in _VALUES:
            digit = digit * 10 + _VALUES[char] if last_step == 1 and digit else _VALUES[char]
            last_step = 1 if char in "零〇" else last_step
        elif char in ("廿", "卅"):
            section += 20 if char == "廿" else 30
        elif char in _STEPS:
            section += (digit or 1) * _STEPS[char]
            digit, last_step = 0, _STEPS[char]
        elif char == "万":
            total, section, digit, last_step = (total + section + digit) * 10_000, 0, 0, 10_000
    if digit and last_step >= 100:
        digit *= last_step // 10
    value = total + section + digit
    return str(value) if value else ""


def _begins(match: Any) -> int:
    """Where the number starts (this library knows groups by number only)."""
    return int(match.start(_groups(match.re)["number"]))


def _part(match: Any, name: str) -> Any:
    return match.group(_groups(match.re)[name])


@cache
def _groups(pattern: Any) -> Any:
    """The numbers of named groups, which this library looks up anew at every match."""
    return pattern.groupindex


def _plain(number: str, scale: str | None) -> str:
    """The number without grouping and look-alike letters; empty when it is too long to be money."""
    value = Decimal(
        number.replace(",", "").replace(" ", "").replace("o", "0").replace("l", "1")
    ) * _SCALES.get(scale or "", 1)
    return format(value.normalize(), "f")


def _money(match: Any, amount: str, unit: str, start: int | None = None) -> Artefact:
    return Artefact(
        Kind.MONEY,
        amount=amount,
        scheme=_currency(unit),
        start=match.start() if start is None else start,
        end=match.end(),
    )


@lru_cache(maxsize=256)
def _currency(unit: str) -> str:
    return next((name for sign, name in _SIGNS if unit.startswith(sign)), "")
