"""Whom an account's name poses as."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from patterns import loading
from patterns.context import Context
from patterns.model import Message, Station
from patterns.names import FAMILIES, Claim, Likeness, Resemblance, claims
from patterns.normalize import normalize

STAFF_STATIONS = frozenset({Station.ANONYMOUS_ADMIN, Station.LINKED_CHANNEL})


def who_it_resembles(message: Message, context: Context) -> tuple[Resemblance | None, Claim | None]:
    """Whom an account's name poses as; nobody's, for an account that is registered or speaks for the group."""
    sender = message.sender
    if sender.station in STAFF_STATIONS or context.roster.owner(sender.id) is not None:
        return None, None
    like = context.roster.resemblance(sender.name)
    if like is None and sender.nickname:
        like = _by_nickname(sender.nickname, context)
    return like, _claimed(sender.name)


def _by_nickname(nickname: str, context: Context) -> Resemblance | None:
    """Few see it beside the name worn in the group, and a parent may be a teacher's namesake: a hint at most."""
    like = context.roster.resemblance(nickname)
    return (
        replace(like, likeness=Likeness.WEAK)
        if like is not None and like.likeness >= Likeness.NEIGHBOUR
        else None
    )


@lru_cache(maxsize=4096)
def _claimed(name: str) -> Claim | None:
    """What the name claims to be. Families are named by offices too."""
    claim = claims(name)
    return _sounds_official(name) or claim if claim is None or claim.found in FAMILIES else claim


def _sounds_official(name: str) -> Claim | None:
    """A name like 思远退费专员 or 校园核验中心: no office anybody listed, but it sounds like one."""
    encoded = normalize(name).text.encode()
    found = loading.office_name().spans(encoded, most=1)
    return Claim("home_school_service", encoded[slice(*found[0])].decode()) if found else None
