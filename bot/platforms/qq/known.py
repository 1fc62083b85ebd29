"""What is known for a while: groups' names and settings, members, and which messages can still be answered."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.abilities import Right
from bot.platforms.qq.rations import Rations
from patterns.model import Message

# A message in a group can be answered for five minutes, one in private for an hour, each five times (second-hand).
WINDOWS = {True: 300.0, False: 3600.0}
TIMES = 5
# A little less, for the way.
MARGIN = 5.0
_KEPT = 5_000

_AS_MEMBER = frozenset((Right.POST, Right.SEE_MEMBERS))
_AS_ADMIN = _AS_MEMBER | {Right.DELETE, Right.RESTRICT}


@dataclass(slots=True)
class Window:
    """A message that can be answered, until then and so many times more."""

    message: str
    until: float
    used: int = 0


@dataclass(slots=True)
class Known:
    """`me` is the bot's own id. `users` are the private names of people known by another in a group."""

    me: str = ""
    titles: dict[str, str] = field(default_factory=dict)
    states: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    members: dict[str, dict[str, Mapping[str, Any]]] = field(default_factory=dict)
    unions: dict[str, str] = field(default_factory=dict)
    users: dict[str, str] = field(default_factory=dict)
    said: OrderedDict[str, Message] = field(default_factory=OrderedDict)
    rations: Rations = field(default_factory=Rations)
    _windows: OrderedDict[str, OrderedDict[str, Window]] = field(default_factory=OrderedDict)

    def came(self, address: str, message: str, at: float, *, group: bool) -> None:
        """A message that may be answered from `at` on (Unix seconds)."""
        windows = self._windows.setdefault(address, OrderedDict())
        self._windows.move_to_end(address)
        windows.setdefault(message, Window(message, at + WINDOWS[group] - MARGIN))
        while len(windows) > 20:
            windows.popitem(last=False)
        if len(self._windows) > _KEPT:
            self._windows.popitem(last=False)

    def window(self, address: str, wanted: str | None, now: float) -> Window | None:
        """The message to answer: the one meant while it is open, else the latest that is."""
        windows = self._windows.get(address, OrderedDict())
        open_ = [one for one in windows.values() if one.until > now and one.used < TIMES]
        return next((one for one in open_ if one.message == wanted), open_[-1] if open_ else None)

    def remember(self, key: str, message: Message) -> None:
        self.said[key] = message
        if len(self.said) > _KEPT:
            self.said.popitem(last=False)


def rights_of(state: Mapping[str, Any]) -> frozenset[Right]:
    """What `bot_state` says that the bot may do in a group."""
    leads = state.get("member_role") in ("owner", "admin")
    rights = _AS_ADMIN if leads else _AS_MEMBER
    return rights | {Right.READ_ALL} if state.get("recv_msg_setting") == "all" else rights
