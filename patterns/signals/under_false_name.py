"""What a false name makes of few or veiled words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from patterns import loading
from patterns.case import Case
from patterns.model import Evidence
from patterns.signals.wording import evidence
from patterns.sums import FIGURE

_ANNOUNCEMENTS = ("new_number", "adds_contact")
# Words half in letters and half in characters (fei四十六, 截tu, ㄑㄧㄢˊ), digits for letters, slang for purses.
_HALF_SPELT = re.compile(
    r"(?<![a-z])(?:fei|qian|kuan|zhuan|fu|jiao|sao|ma|tu|bao|zhang|hao|xin|wei|shou|ka|zuo|zi|shu|zf)(?=[\u4e00-\u9fff])"
    r"|(?<=[\u4e00-\u9fff])(?:fei|qian|kuan|zhuan|fu|jiao|sao|ma|tu|bao|zhang|hao|xin|wei|shou|ka|zf)(?![a-z])"
    r"|[\u4e00-\u9fff][\u3105-\u312f]+|(?<![a-z0-9])[a-z]{2,}[0135@$!][a-z]+|(?<![a-z0-9])[a-z][0135@$!][a-z]{2,}|(?<![a-z0-9@.])[a-z][@$!][a-z](?![a-z0-9@.])"
    r"|小?蓝(?:宝|色软件)|绿泡泡|绿色软件|小鸡蛋|(?:^|[,。!?;\s])v我|的米(?:$|[,。!?;\s])"
)
# What offices have in their grip besides.
_STAKES = re.compile(
    r"身份|核[实验对]|案(?!例)|冻结|停用|注销|失效|逾期|违规|涉|毒|名额|补贴|补助|资助|津贴|屏幕|软件|链接|点击|密"
    r"|verif|identity|passport|suspend|frozen|expire|grant|bursar|claim|parcel|case|warrant|screen|install|link|password"
)


def bare_number(case: Case) -> Iterator[Evidence]:
    """Nothing but a figure, from somebody who wears a false name."""
    read = case.reading.text
    text = read.text.strip()
    if case.impostor and 0 < len(text) <= 7 and text.replace(".", "", 1).isdigit():
        yield evidence("bare_number", read.quote(0, len(read.text)).strip())


def hides_words(case: Case) -> Iterator[Evidence]:
    """Words written so that no machine should read them, under a borrowed name and beside a figure."""
    if not case.lookalike or not (figure := FIGURE.search(case.reading.text.text)):
        return
    if hidden := (_HALF_SPELT.search(case.reading.text.text) or (case.reading.text.disguised and figure)):
        yield evidence("hides_words", case.reading.text.quote(*hidden.span()))


def sounds_like_collecting(case: Case) -> Iterator[Evidence]:
    """Words under a false name that read like a demand, though no rule knows how they put it.

    Where one does, it says better what is asked. A new number is announced in the same tone, and by honest teachers; and so
    short a text as a greeting has no tenor.
    """
    text, tenor = case.reading.text, loading.tenor(loading.FALSE_NAMES)
    if not case.impostor or case.leaves_money_alone or case.met("warns") or _is_plain(case):
        return
    if _only_announces(case) if case.lookalike else not _touches_a_stake(case):
        return
    if tenor.collects(text.text, case.mask):
        yield evidence("sounds_like_collecting", text.quote(*tenor.tellingest(text.text)))


def _only_announces(case: Case) -> bool:
    """Is it about a new number, or about nothing that costs? What was hidden is about more than it seems."""
    text = case.reading.text
    if text.disguised:
        return False
    costs = case.names_figure or case.speaks_of_money
    return not costs or case.met(*_ANNOUNCEMENTS)


def _touches_a_stake(case: Case) -> bool:
    """Does an office speak of more than a few words, and of what costs, or of what it has in its grip?"""
    text = case.reading.text
    if not case.says_enough:
        return False
    at_stake = case.names_figure or case.speaks_of_money or _STAKES.search(text.text)
    return text.disguised or bool(at_stake)


def _is_plain(case: Case) -> bool:
    """Is what is asked known by a rule that counts as a request alone?"""
    enough = loading.weights().thresholds["request"]
    return any(hit.rule.group == "request" and hit.rule.weight >= enough for hit in case.counted)
