"""Who and where: DingTalk's several names for one account as our people and places, and back.

One account is called differently by whoever tells of it: a robot is told a `staffId` of the organisation's
own members and a `senderId` of everybody else's, an admin's message stream an `openDingTalkId`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.events import ChatKind, Place
from patterns.model import Person, Role

_PERSON = "ding:"
STAFF, SENDER, OPEN = f"{_PERSON}staff:", f"{_PERSON}id:", f"{_PERSON}open:"
GROUP, HOOK = "group:", "hook:"


@dataclass(frozen=True, slots=True)
class Admin:
    """Somebody the operator named: who steers the bot, under each of their names. The first is the one we use."""

    name: str
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class People:
    """The admins, and what is one and the same account among them."""

    admins: Sequence[Admin] = ()

    def person(self, number: str, name: str) -> Person:
        """An account by any of its names."""
        ids = self._ids(number)
        return Person(ids[0], name, role=Role.ADMIN) if ids else Person(number, name)

    def staff(self, person: str) -> str:
        """The number under which the organisation knows somebody, "" if it does not."""
        names = (person, *self._ids(person))
        return next((one.removeprefix(STAFF) for one in names if one.startswith(STAFF)), "")

    def _ids(self, number: str) -> tuple[str, ...]:
        return next((admin.ids for admin in self.admins if number in admin.ids), ())


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
