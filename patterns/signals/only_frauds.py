"""What only frauds ask, put in words that no rule knows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from patterns import loading
from patterns.asks import Mood
from patterns.case import Case
from patterns.model import Evidence
from patterns.normalize import Normalized
from patterns.signals.wording import evidence
from patterns.sums import MONEYED

# What they want to have, or to have done, besides money.
_THEIR_AIMS = re.compile(
    r"数字|位数|短信|简讯|密|验证|号|屏|软件|链接|下载|安装|警|案|额|otp|sms|digit|pin\b|screen|app|link|install|police|number"
)
# Somebody is spoken to, or something is to come to the sender; news and reviews know neither.
_TO_SOMEBODY = re.compile(
    r"[你您妳我]|大家|各位|家长|麻烦|请|叔|阿姨|帮|\byou|\byr?\b|\bur?\b|\bme\b|\bpls\b|\bplease\b|\bkindly\b|\bparents?\b|\bhelp"
)
_NOT_THEIRS = (
    "homework",
    "sets_exercise",
    "cites_lesson",
    "jokes",
    "tells_news",
    "tells_own_story",
    "tells_of_prices",
)
# Passwords and codes of every day.
_OF_EVERY_DAY = re.compile(
    r"会议|门禁|wi-?fi|无线|网课|zoom|门锁|柜(?![员台面])|取件|快递|外卖|邀请码|听课码|meeting|gate|locker"
)
_SOMEBODY_ELSES = frozenset(
    {Mood.NEGATED, Mood.ASKED, Mood.QUOTED, Mood.REPORTED, Mood.RETOLD, Mood.NARRATED}
)


def sounds_like_fraud(case: Case) -> Iterator[Evidence]:
    """Words that read like what only frauds ask. Those of a protected name are left to `sounds_like_collecting`."""
    text, tenor = case.reading.text, loading.tenor(loading.FRAUDS)
    if not hears_fraud(case) or not tenor.collects(text.text, _whose(case)):
        return
    # Asked last, as what costs most: all of how the text speaks to its reader, and another table to be listened to.
    if (case.impostor or _asks_the_reader(case)) and not case.sounds_told:
        yield evidence("sounds_like_fraud", text.quote(*tenor.tellingest(text.text)))


def hears_fraud(case: Case) -> bool:
    """Is it about what they are after, said as the sender's own words, and said by no rule?"""
    if case.lookalike or not case.says_enough or not may_be_fraud(case.reading.text):
        return False
    if case.warns or case.leaves_money_alone or case.met(*_NOT_THEIRS):
        return False
    if any(hit.rule.group == "tell" for hit in case.counted):
        return False
    if not case.impostor and _OF_EVERY_DAY.search(case.reading.text.text):
        return False
    return case.impostor or _in_his_own_words(case)


def _asks_the_reader(case: Case) -> bool:
    """Is the reader told to do something, or is something to come to the sender himself?"""
    return case.directed or loading.for_me().met(case.reading.clauses.encoded)


def _in_his_own_words(case: Case) -> bool:
    """Is nothing of the kind denied, asked, quoted, or told of others?"""
    return case.reading.moods.isdisjoint(_SOMEBODY_ELSES)


def may_be_fraud(text: Normalized) -> bool:
    """Is somebody spoken to with any word of what they are after?"""
    read = text.text
    return bool(_TO_SOMEBODY.search(read) and (_THEIR_AIMS.search(read) or MONEYED.search(read)))


def _whose(case: Case) -> str:
    if case.impostor:
        return "office"
    return "outsiders" if case.stranger else "staff"
