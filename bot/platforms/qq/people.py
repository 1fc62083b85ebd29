"""Who and where: the platform's open ids, which mean somebody to this bot alone, as our people and places, and back."""

from __future__ import annotations

from bot.places import MARKS, ChatKind, Place
from bot.platforms import Refused
from patterns.model import Role

_PERSON, _GROUP = MARKS["qq"], "group:"

_ROLES = {"owner": Role.OWNER, "admin": Role.ADMIN}


def person_id(openid: object) -> str:
    return f"{_PERSON}{openid or ''}"


def openid_of(person: str) -> str:
    """Raises `Refused` for whoever has no open id."""
    openid = person.removeprefix(_PERSON)
    if not person.startswith(_PERSON) or not openid:
        raise Refused("this sender has no account of their own")
    return openid


def group_place(platform: str, openid: object, title: str = "") -> Place:
    return Place(platform, f"{_GROUP}{openid}", ChatKind.GROUP, title)


def private_place(platform: str, openid: object) -> Place:
    return Place(platform, person_id(openid), ChatKind.PRIVATE)


def group_of(place: Place) -> str:
    return place.address.removeprefix(_GROUP)


def role_of(word: object) -> Role:
    return _ROLES.get(str(word), Role.MEMBER)
