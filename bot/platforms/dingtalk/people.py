"""Who and where: DingTalk's several names for one account as our people and places, and back.

One account is called differently by whoever tells of it: a robot is told a `staffId` of the organisation's
own members and a `senderId` of everybody, of whom a reply quotes the latter alone; an admin's message stream
tells an `openDingTalkId`. What turns out to be one account is told as `AccountsJoined`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import structlog

from bot.places import MARKS, ChatKind, Place
from patterns.model import Person, Role

log = structlog.get_logger(__name__)

_PERSON = MARKS["dingtalk"]
STAFF, SENDER, OPEN = f"{_PERSON}staff:", f"{_PERSON}id:", f"{_PERSON}open:"
GROUP, HOOK = "group:", "hook:"


@dataclass(frozen=True, slots=True)
class Admin:
    """Somebody the operator named: who steers the bot, under each of their names. The first is the one we use."""

    name: str
    ids: tuple[str, ...]


class People:
    """The admins, and which numbers mean one and the same account: as the operator wrote it down, or as it turned out."""

    def __init__(self, admins: Sequence[Admin] = ()) -> None:
        self.admins = admins
        self._same: dict[str, str] = {}

    def person(self, number: str, name: str) -> Person:
        """An account by any of its names."""
        base = self._base(number)
        admin = self._admin(base)
        if admin is None:
            return Person(base, name)
        return Person(self._base(admin.ids[0]), name or admin.name, role=Role.ADMIN)

    def staff(self, person: str) -> str:
        """The number under which the organisation knows somebody, "" if it does not."""
        base = self.person(person, "").id
        admin = self._admin(self._base(person))
        names = (person, base, *(admin.ids if admin is not None else ()), *self._same)
        return next(
            (
                name.removeprefix(STAFF)
                for name in names
                if name.startswith(STAFF) and self.person(name, "").id == base
            ),
            "",
        )

    def joined(self, one: str, other: str) -> tuple[str, str] | None:
        """Two numbers told as one account's: the one it goes by, and the one it went by until now, too.

        None where that is known. No two members of the organisation are one person, nor two of the admins.
        """
        first, second = self.person(one, ""), self.person(other, "")
        if first.id == second.id:
            return None
        if first.role is second.role is Role.ADMIN or (
            first.id.startswith(STAFF) and second.id.startswith(STAFF)
        ):
            log.warning("dingtalk_accounts_contradict")
            return None
        kept, given_up = sorted((first, second), key=_rank)
        return kept.id, given_up.id

    def learn(self, accounts: Mapping[str, str]) -> None:
        """Each of these numbers means the same as the other."""
        self._same.update(accounts)

    def _base(self, number: str) -> str:
        while (known := self._same.get(number)) is not None:
            number = known
        return number

    def _admin(self, base: str) -> Admin | None:
        return next((one for one in self.admins if any(self._base(name) == base for name in one.ids)), None)


def _rank(person: Person) -> tuple[bool, int]:
    """What the operator wrote down is kept first, then what one can be written to by, then what the robot is told."""
    kinds = (STAFF, SENDER, OPEN)
    kind = next((place for place, mark in enumerate(kinds) if person.id.startswith(mark)), len(kinds))
    return person.role is not Role.ADMIN, kind


def account(staff: object, sender: object) -> str:
    """A robot's callback names whoever belongs to the organisation by number, others by an opaque word."""
    return f"{STAFF}{staff}" if staff else f"{SENDER}{sender or ''}"


def group_place(platform: str, conversation: str, title: str = "") -> Place:
    return Place(platform, f"{GROUP}{conversation}", ChatKind.GROUP, title)


def private_place(platform: str, person: str, name: str = "") -> Place:
    return Place(platform, person, ChatKind.PRIVATE, name)


def conversation(place: Place) -> str:
    """The group's number; "" of a group only a custom robot posts in."""
    return place.address.removeprefix(GROUP) if place.address.startswith(GROUP) else ""
