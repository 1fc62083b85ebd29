"""Accounts to add and groups to join, written in text: "加v: abc_123", "qq 12345", "群号 67890"."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import re2

from patterns.artefacts.finds import Finds
from patterns.artefacts.kinds import Artefact, Kind
from patterns.artefacts.numbers import is_day

_APPS: Mapping[str, str] = MappingProxyType(
    {
        "wechat": r"微信|威信|薇信|v信|卫星|vx|wx|wechat|weixin",
        "qq": r"qq|扣扣|企鹅|秋秋",
        "line": r"line",
        "whatsapp": r"whatsapp|whats app|wtsapp",
        "telegram": r"telegram|tg|纸飞机|电报",
        "dingtalk": r"钉钉",
    }
)
_APP = "|".join(f"(?P<{name}>{words})" for name, words in _APPS.items())
_ID = r"(?P<id>@?[a-z][a-z0-9_-]{4,}|\+?[0-9][0-9 -]{3,14}[0-9])"
_CONTACT = re2.compile(
    rf"(?P<add>加|添加|联系|搜|私信|私聊|\badd)?(?:一下|下|我的|我|个|老师|这个|新|小号|工作|他|她|好友)*(?:{_APP}|(?P<letter>v|薇|➕))"
    rf" ?(?:号码|号|账号|帐号|id|同号|好友)?(?P<told>[ :是为=)】\]]*){_ID}"
)
_BARE = re2.compile(
    r"(?:加|添加)(?:一下|下|我的|我|个|老师|这个|新|好友)*[ :]*(?P<id>[a-z][a-z0-9_-]{5,}|1[3-9][0-9]{9})"
)
_GROUP = re2.compile(r"(?:群号码|群号|加群|进群|入群|群聊|群)[ :是为)】\]]*(?P<id>[0-9]{6,11})")
_NEAR = 12


def find_contacts(text: str) -> list[Artefact]:
    """Ids one is told to add. An id without its app's name must look like one."""
    found = Finds(len(text))
    if "群" in text:
        found.add(
            _artefact(Kind.GROUP, "qq", match)
            for match in _GROUP.finditer(text)
            if not is_day(match.group("id"))
        )
    found.add(one for match in _CONTACT.finditer(text) if (one := _contact(text, match)) is not None)
    found.add(
        _artefact(Kind.CONTACT, "wechat", match)
        for match in _BARE.finditer(text)
        if _is_id(match.group("id"))
    )
    return found.in_order()


def _contact(text: str, match: Any) -> Artefact | None:
    """Latin names of apps must be words of their own; a word after them is an id only when it is told so."""
    start, told, named = match.start(), match.group("told"), match.group("id")
    begins = _begins(match)
    head = text[start:begins]
    if (
        not match.group("add")
        and head[0].isascii()
        and text[start - 1 : start].isascii()
        and text[start - 1 : start].isalnum()
    ):
        return None
    if match.group("letter") == "v" and not (match.group("add") or ":" in told):
        return None
    plain = named.lstrip("@")
    if not (_is_id(plain) or ":" in told or "id" in head or "号" in head):
        return None
    app = next((name for name in _APPS if match.group(name)), "wechat")
    joins = "群" in text[max(0, start - _NEAR) : begins]
    return _artefact(Kind.GROUP if joins and app == "qq" else Kind.CONTACT, app, match)


def _is_id(named: str) -> bool:
    """More than a word: it has a digit or an underscore, and if it is a number it is long enough to be one."""
    if named[0].isdecimal() or named[0] == "+":
        return sum(char.isdecimal() for char in named) >= 5
    return any(char.isdecimal() or char == "_" for char in named)


def _artefact(kind: Kind, app: str, match: Any) -> Artefact:
    named = match.group("id").strip()
    code = (
        named.replace(" ", "").replace("-", "").lstrip("+@")
        if named[0] in "+0123456789"
        else named.lstrip("@")
    )
    start = _begins(match)
    return Artefact(kind, f"{app}:{code}", scheme=app, start=start, end=start + len(named))


def _begins(match: Any) -> int:
    """Where the id starts (this library knows groups by number only)."""
    return int(match.start(match.re.groupindex["id"]))
