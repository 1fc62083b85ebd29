"""Everything in a message's text, found in one go; ordinary text costs one look at its characters."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

import re2

from patterns.artefacts.accounts import find_accounts
from patterns.artefacts.amounts import find_amounts
from patterns.artefacts.coins import find_coins
from patterns.artefacts.contacts import find_contacts
from patterns.artefacts.finds import Finds
from patterns.artefacts.kinds import Artefact, Kind
from patterns.artefacts.links import find_links

if TYPE_CHECKING:
    from patterns.normalize import Normalized

# Looks that decide whether a search is worth its price: single characters, short words and one bounded run, so that a
# backtracking engine has next to nothing to go back over.
_ANYTHING = re.compile(
    r"[0-9$¥€£₩@_/\[*|壹贰叁参肆伍陆柒捌玖]|[.。点·)\]][a-z\u4e00-\u9fff]|[十百千万两一二三四五六七八九][元块圆蚊百千刀]|[家人位套份共][一二两三四五六七八九]?十|[零〇一二三四五六七八九]{4}|微信|qq|line|telegram|whatsapp|wechat|卡|card|点数| dot "
)
_NUMBERED = re.compile(
    r"[0-9][0-9ol ._,·-]{4,40}[0-9]|[零〇一二两三四五六七八九壹贰叁肆伍陆柒捌玖]{4}|[@*]|\b[a-z]{2}[0-9]{2}|[0-9][a-z]\b"
)
# Behind a dot, however it is written, stands a letter or figure; only behind a plain one a Han character, as in 公司.中国.
_LINKED = re.compile(r"[.。点·\])}】][^\W\u4e00-\u9fff]|[.][\u4e00-\u9fff]|://| dot ")
_APPS = re.compile(
    r"微信|威信|薇|qq|v[ :]|加|群|扣|企鹅|line|whats|telegram|tg|钉钉|电报|wechat|weixin|[vw]x"
)
_LONG_TOKEN = re.compile(r"[A-Za-z0-9]{26}")
_NATIVE = re.compile(r"[\[卡¥#]|card|点数")
_CARDS = (
    (Kind.RED_PACKET, "wechat", re2.compile(r"\[(?:微信)?红包\]|\[qq红包\]|\[拼手气红包\]")),
    (Kind.GROUP_COLLECT, "wechat", re2.compile(r"\[(?:微信)?群收款\]|\[aa收款\]|\[收款\]")),
    (Kind.GIFT_CARD, "", re2.compile(r"gift ?cards?|itunes cards?|apple cards?|steam cards?|steam卡|google play cards?|礼品卡|购物卡|充值卡|点卡|游戏点数|点数卡|京东卡|京东e卡|mycard")),
    (Kind.LINK, "token", re2.compile(r"¥[a-z0-9]{8,16}¥|#吱口令#")),
)  # fmt: skip


def find_in_text(text: Normalized, *, amounts: bool = True) -> tuple[Artefact, ...]:
    """Each thing once, in the order it stands; what is inside a link is not an account, what is inside an account no amount.

    Without `amounts` only the ways to pay, to write and to be led elsewhere: sums of money are the dearest to look for.
    """
    plain = text.text
    if not _ANYTHING.search(plain):
        return ()
    found = Finds(len(plain))
    if _LINKED.search(plain):
        found.add(find_links(text))
    if _LONG_TOKEN.search(text.original):
        found.add(_in_normalised(text, coin) for coin in find_coins(text))
    if _NATIVE.search(plain):
        found.add(_native_cards(plain))
    if _NUMBERED.search(plain):
        found.add(find_accounts(plain))
    if _APPS.search(plain):
        found.add(find_contacts(plain))
    if amounts:
        found.add(find_amounts(plain))
    return tuple(
        one if one.found else replace(one, found=text.quote(one.start, one.end)) for one in found.in_order()
    )


def _native_cards(plain: str) -> Iterable[Artefact]:
    for kind, scheme, words in _CARDS:
        for match in words.finditer(plain):
            yield Artefact(kind, scheme=scheme, start=match.start(), end=match.end())


def _in_normalised(text: Normalized, coin: Artefact) -> Artefact:
    """Its place in the normalised text rather than the original."""
    return replace(coin, start=bisect_left(text.origin, coin.start), end=bisect_left(text.origin, coin.end))
