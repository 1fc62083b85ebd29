"""Does this name pose as a protected person, a teacher, an office?"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from patterns.model import Protected
from patterns.normalize import normalize


class Likeness(IntEnum):
    """How strongly one name resembles another."""

    NONE = 0
    WEAK = 1
    NEIGHBOUR = 2
    EQUAL = 3


@dataclass(frozen=True, slots=True)
class Resemblance:
    """Whom a name resembles, how strongly, and by which trick."""

    protected: Protected
    likeness: Likeness
    how: str


@dataclass(frozen=True, slots=True)
class Claim:
    """What a name, or a self-introduction, claims to be; `found` are its words."""

    kind: str
    found: str


def _core(name: str) -> str:
    return re.sub(r"[\W_]|老师|班主任|导师", "", normalize(name).text)


class Roster:
    """The protected people of one group, indexed for look-up by account and by name."""

    def __init__(self, people: Iterable[Protected] = (), titles: str = "") -> None:
        self.people = tuple(people)
        self._owners = {account: person for person in self.people for account in person.ids}
        self._names = {_core(name): person for person in self.people for name in (person.name, *person.aliases)}

    def owner(self, account_id: str) -> Protected | None:
        """The protected person this account is."""
        return self._owners.get(account_id)

    def resemblance(self, name: str) -> Resemblance | None:
        """The protected person this name resembles most."""
        person = self._names.get(_core(name))
        return Resemblance(person, Likeness.EQUAL, "equal") if person else None


_CLAIMS = (
    ("parent", "妈妈|爸爸|家长|奶奶|爷爷|妈$|爸$|mum|dad"),
    ("school_office", "教务处|财务|校办|食堂|后勤|校医|bursar|总务"),
    ("education_bureau", "教育局|教体局"),
    ("police", "警官|公安|派出所"),
    ("head", "校长|园长|principal"),
    ("teacher", "老师|班主任|导师|miss |mr |ms |mdm |sir"),
)


def claims(name: str) -> Claim | None:
    """What this name claims to be, if anything."""
    text = normalize(name).text
    for kind, words in _CLAIMS:
        if found := re.search(words, text):
            return Claim(kind, found.group())
    return None


def impersonates(protected: str, candidate: str, also_registered: Iterable[str] = ()) -> bool:
    """Would a busy parent take `candidate`, another account's name, for the registered `protected`?"""
    if candidate in set(also_registered):
        return False
    hit = Roster([Protected(protected)]).resemblance(candidate)
    return hit is not None and hit.likeness >= Likeness.NEIGHBOUR
