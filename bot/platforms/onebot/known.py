"""What is known of the groups an account is in: titles, members, the last messages and which are gone. Kept in memory only."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.platforms.onebot.people import name_of
from patterns.model import Message

_SAID = 5_000


@dataclass(slots=True)
class Known:
    """`me` is the account's own number, "" until it was told; so is `groups`, the numbers of those it is in, None."""

    me: str = ""
    groups: set[int] | None = None
    titles: dict[int, str] = field(default_factory=dict)
    members: dict[int, dict[int, dict[str, Any]]] = field(default_factory=dict)
    said: OrderedDict[tuple[int, str], Message] = field(default_factory=OrderedDict)
    recalled: OrderedDict[tuple[int, str], None] = field(default_factory=OrderedDict)

    def member(self, group: int, user: int) -> Mapping[str, Any]:
        return self.members.get(group, {}).get(user, {})

    def name(self, group: int, user: int) -> str:
        return name_of(self.member(group, user))

    def fill(self, group: int, told: Iterable[Mapping[str, Any]]) -> None:
        """The platform's present list takes the place of what was known."""
        self.members[group] = {int(one["user_id"]): dict(one) for one in told if one.get("user_id")}

    def note(self, group: int, user: int, **what: object) -> None:
        """Something about a member has become known."""
        members = self.members.get(group)
        if members is None:
            members = self.members[group] = {}
        here = members.get(user)
        if here is None:
            here = members[user] = {"user_id": user}
        for name, value in what.items():
            if value is not None and value != "":
                here[name] = value

    def gone(self, group: int, user: int) -> None:
        self.members.get(group, {}).pop(user, None)

    def group_of(self, user: int) -> int | None:
        """A group this person shares with the account: somebody who is no friend is written to through one."""
        return next((group for group, members in self.members.items() if user in members), None)

    def belongs(self, group: int, *, inside: bool = True) -> None:
        """The account has come into a group, or is heard to be in it; or it has gone."""
        if self.groups is not None:
            (self.groups.add if inside else self.groups.discard)(group)

    def remember(self, group: int, message: Message) -> None:
        self.said[group, message.id] = message
        if len(self.said) > _SAID:
            self.said.popitem(last=False)

    def took_back(self, group: int, message: str) -> None:
        """A message is gone, whoever took it away."""
        self.recalled[group, message] = None
        if len(self.recalled) > _SAID:
            self.recalled.popitem(last=False)
