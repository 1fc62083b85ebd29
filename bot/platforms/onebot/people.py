"""Who and where: QQ numbers as our people and places, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.places import MARKS, ChatKind, Place
from bot.platforms import Refused
from patterns.model import Person, Role, Station

# The marks that keep QQ's numbers apart from other platforms', and a group's from a person's.
_PERSON = MARKS["onebot"]
_GROUP = "group:"
_ANONYMOUS = "qq:anonymous:"

# What is read of a sender.
_TOLD = ("card", "nickname", "title", "role", "is_robot")
_ROLES = {"owner": Role.OWNER, "admin": Role.ADMIN}


def person_id(number: object) -> str:
    return f"{_PERSON}{number}"


def number_of(person: str) -> int:
    """The QQ number of a person; raises `Refused` for somebody without one."""
    number = person.removeprefix(_PERSON)
    if not person.startswith(_PERSON) or not (number.isascii() and number.isdigit()):
        raise Refused("this sender has no account of their own")
    return int(number)


def group_number(place: Place) -> int:
    return number_in(place.address)


def number_in(address: str) -> int:
    """The number of the group at this address."""
    return int(address.removeprefix(_GROUP))


def group_place(platform: str, number: object, title: str = "") -> Place:
    return Place(platform, f"{_GROUP}{number}", ChatKind.GROUP, title)


def private_place(platform: str, number: object) -> Place:
    return Place(platform, person_id(number), ChatKind.PRIVATE)


def name_of(sender: Mapping[str, Any]) -> str:
    """The card worn in the group, else the nickname."""
    return str(sender.get("card") or sender.get("nickname") or "").strip()


def role_of(word: object) -> Role:
    return _ROLES.get(str(word), Role.MEMBER)


def person_of(number: object, sender: Mapping[str, Any], known: Mapping[str, Any] | None = None) -> Person:
    """`sender` as the event tells it; what it leaves out is taken from `known`, the member list's entry.

    Somebody who wears a card shows his nickname everywhere else, so it is told beside it.
    """
    told = dict(known) if known else {}
    for key in _TOLD:
        value = sender.get(key)
        if value is not None and value != "":
            told[key] = value
    name, nickname = name_of(told), str(told.get("nickname") or "")
    return Person(
        id=person_id(number),
        name=name,
        tag=str(told.get("title") or ""),
        role=role_of(told.get("role")),
        station=Station.BOT if told.get("is_robot") is True else Station.USER,
        nickname="" if nickname == name else nickname,
    )


def anonymous(told: Mapping[str, Any]) -> Person:
    """Somebody who hides behind a mask the group gives out: no account that could be trusted or muted."""
    return Person(f"{_ANONYMOUS}{told.get('id', '')}", str(told.get("name") or ""), station=Station.CHANNEL)
