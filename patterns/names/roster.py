"""The protected people of one group, found by whatever of their names a stranger wears."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from typing import TypeVar

from patterns.model import Protected
from patterns.names.comparison import Likening, compare, undoubled
from patterns.names.latin import drawn
from patterns.names.likeness import Likeness, Resemblance
from patterns.names.parts import LONGEST, NameParts, parts_of
from patterns.names.school_class import SchoolClass
from patterns.names.vocabulary import blurred, sound, vocabulary
from patterns.portraits import whose

# So many names are compared one by one.
_FEW = 8
_SHELF = 12
_PEOPLE = 4_096
_CLASSES = 10_000
_REMEMBERED = 256
_INDEXED = 1_024
_LONGEST_WHOLE = 16
_LONGEST_LATIN = 24


Found = TypeVar("Found")


class _Index:
    """Every name of some people, under each key it may be sought by. `titles` as for `Roster`.

    A few names are all looked at: keeping them under keys would cost more.
    """

    def __init__(self, people: tuple[Protected, ...], titles: str) -> None:
        self._class = _class_told_by(titles)
        self.names = [
            (person, self._placed(person, name))
            for person in people
            for name in dict.fromkeys((person.name, *person.aliases))
        ]
        self._shelves = _shelved(self.names) if len(self.names) > _FEW else None

    def near(self, other: NameParts) -> Iterable[int]:
        """The numbers of the names that this one may resemble, in order."""
        if self._shelves is None:
            return range(len(self.names))
        return sorted({number for key in _sought_under(other) for number in self._shelves.get(key, ())})

    def _placed(self, person: Protected, name: str) -> NameParts:
        parts = _registered(name)
        if parts.school_class:
            return parts
        return replace(parts, school_class=_class_told_by(person.school_class) or self._class)


def _shelved(names: Iterable[tuple[Protected, NameParts]]) -> dict[str, list[int]]:
    shelves: dict[str, list[int]] = {}
    for number, (_, parts) in enumerate(names):
        for key in dict.fromkeys(_kept_under(parts)):
            shelf = shelves.setdefault(key, [])
            if len(shelf) < _SHELF:
                shelf.append(number)
    return shelves


# Kilobytes: kept for the groups in which new names were heard lately, made anew for the others.
_indexed = lru_cache(maxsize=_INDEXED)(_Index)
# Strangers' names, which are many, do not push these out.
_registered = lru_cache(maxsize=_PEOPLE)(parts_of.__wrapped__)


@lru_cache(maxsize=_CLASSES)
def _class_told_by(title: str) -> SchoolClass:
    return parts_of(title).school_class


def _remembered(known: dict[str, Found], sought: str, find: Callable[[], Found]) -> Found:
    try:
        return known[sought]
    except KeyError:
        if len(known) >= _REMEMBERED:
            known.clear()
        found = known[sought] = find()
        return found


class Roster:
    """Only asked once it is made: a name is looked up under a bounded number of keys, however many people there are.

    `titles` is the group's title: the class it names is the class of everybody whose name tells none.
    """

    def __init__(self, people: Iterable[Protected] = (), titles: str = "") -> None:
        self.people: tuple[Protected, ...] = tuple(people)
        self._titles = titles
        self._owners = {account: person for person in self.people for account in person.ids}
        self._portrayed = tuple(person for person in self.people if person.portraits)
        # Thousands of rosters are in mind at once: a `lru_cache` of its own would be most of what each weighs.
        self._resemblances: dict[str, Resemblance | None] = {}
        self._recognised: dict[str, Protected | None] = {}

    @property
    def _index(self) -> _Index:
        return _indexed(self.people, self._titles)

    def owner(self, account_id: str) -> Protected | None:
        """The protected person this account is."""
        return self._owners.get(account_id)

    @property
    def portrayed(self) -> bool:
        """Is anybody's profile picture known at all?"""
        return bool(self._portrayed)

    def portrayed_by(self, portrait: str) -> Protected | None:
        """The protected person whose profile picture this is."""
        if not portrait or not self._portrayed:
            return None
        return _remembered(self._recognised, portrait, lambda: whose(portrait, self._portrayed))

    def resemblance(self, name: str) -> Resemblance | None:
        """The protected person this name resembles most, if any."""
        name = name[:LONGEST]
        known = self._resemblances
        # Asked of every message: what is known is had without making anything.
        return known[name] if name in known else _remembered(known, name, lambda: self._strongest(name))

    def _strongest(self, name: str) -> Resemblance | None:
        ranked = self.likenings(name)
        names = self._index.names
        if not ranked:
            return None
        number, best = ranked[0]
        if best.how == "role" and len({names[at][0].name for at, other in ranked if other.how == "role"}) > 1:
            rivals = [other for _, other in ranked[1:] if other.closeness == best.closeness]
            best = Likening(Likeness.WEAK, "role") if rivals else best
        return Resemblance(names[number][0], best.likeness, best.how)

    def likenings(self, name: str) -> list[tuple[int, Likening]]:
        """Every name of the roster this one resembles, strongest first."""
        other = parts_of(name)
        index = self._index
        found = ((number, compare(index.names[number][1], other)) for number in index.near(other))
        alike = [(number, likening) for number, likening in found if likening.likeness]
        return sorted(alike, key=lambda entry: (-entry[1].likeness, -entry[1].closeness, entry[0]))


def _kept_under(parts: NameParts) -> Iterator[str]:
    yield f"all:{parts.skeleton}"
    place = _places(parts)
    if han := parts.han:
        yield f"han:{han}"
        yield f"set:{''.join(sorted(han))}"
        yield f"sound:{blurred(''.join(map(sound, han)))}"
        yield from (f"surname:{parts.surname}{where}" for where in ("", *place))
        yield from (f"han:{form}" for form in (parts.given, *_cut(han)) if form)
        yield f"first:{parts.surname}"
        yield from (f"given:{char}" for char in parts.given)
        yield f"spelled:{''.join(map(sound, parts.given + parts.surname))}"
        initials = "".join(sound(char)[0] for char in han)
        yield f"letters:{initials}"
        yield f"letters:{sound(han[0])}{initials[1:]}"
        yield f"spelled:{''.join(map(sound, parts.surname))}"
        yield from (
            f"spelled:{spelling}" for spelling, who in vocabulary().romanised.items() if parts.surname in who
        )
    yield f"spelled:{parts.spelled}"
    yield from (f"token:{token}" for token in parts.latin)
    if parts.latin and not parts.han:
        yield from (f"surname:{char}" for char in vocabulary().romanised.get(parts.latin[0], ""))
    yield from _latin_keys(parts)
    if parts.posts or parts.subjects:
        yield from (
            f"post:{what}{where}" for what in (*parts.posts, *parts.subjects) for where in ("", *place)
        )


def _sought_under(parts: NameParts) -> Iterator[str]:
    yield from (f"all:{form}" for form in (parts.skeleton, *_variants(parts.skeleton[:_LONGEST_WHOLE])))
    place = _places(parts)
    if han := parts.han:
        yield from (f"han:{form}" for form in (han, *_variants(han[:4]), *_cut(han)))
        yield f"han:{undoubled(han)}"
        yield f"set:{''.join(sorted(han))}"
        yield f"sound:{blurred(''.join(map(sound, han)))}"
        yield from (f"surname:{char}{where}" for char in (han, parts.surname) for where in ("", *place))
        bare = han[1:] if han[0] in "小老大阿" else han
        yield from (f"han:{form}" for form in (bare, bare[:1], bare[-1:]) if form)
        yield from (f"first:{char}" for char in (han, bare[:1]))
        if len(bare) == 2 and bare[0] == bare[1]:
            yield f"given:{bare[0]}"
    yield f"spelled:{parts.spelled}"
    yield from (f"token:{token}" for token in parts.latin)
    yield from (f"spelled:{token}" for token in parts.latin)
    yield f"letters:{''.join(parts.latin)}"
    if len(parts.latin) > 1:
        yield f"spelled:{parts.latin[0]}"
    yield from _latin_keys(parts)
    if not han and not parts.latin:
        yield from (
            f"post:{what}{where}" for what in (*parts.posts, *parts.subjects) for where in (*place, "")
        )


def _places(parts: NameParts) -> list[str]:
    """Class and subject, which tell apart the many who share a surname."""
    where = parts.school_class
    classes = [f"@{where.grade}/{where.room}/{where.label}"] if where else []
    return [*classes, *(f"@{subject}" for subject in sorted(parts.subjects))]


def _cut(han: str) -> list[str]:
    """A name of three or more with one later character left out, and with the last one off."""
    return [han[:place] + han[place + 1 :] for place in range(1, len(han))] if 2 < len(han) <= 4 else []


def _variants(han: str) -> Iterator[str]:
    """The name with one character exchanged for each that passes for it."""
    table = vocabulary().neighbours
    for place, char in enumerate(han):
        for other in table.get(char, ""):
            yield han[:place] + other + han[place + 1 :]


def _latin_keys(parts: NameParts) -> Iterator[str]:
    """One letter off at every place, so that two names a slip apart share a key."""
    joined = "".join(parts.latin)[:_LONGEST_LATIN]
    if not joined:
        return
    yield f"latin:{joined}"
    if len(joined) >= 4:
        yield from (f"latin:{joined[:at]}{joined[at + 1 :]}" for at in range(len(joined)))
    yield f"drawn:{drawn(joined)}"
    if len(parts.latin) == 2:
        yield from (f"latin:{second}{first}" for first, second in pairwise(parts.latin))


def impersonates(protected: str, candidate: str, also_registered: Iterable[str] = ()) -> bool:
    """Would a busy parent take `candidate`, another account's name, for the registered `protected`?"""
    staff = Roster(Protected(name) for name in (protected, *also_registered))
    hit = staff.resemblance(candidate)
    return hit is not None and hit.protected.name == protected and hit.likeness >= Likeness.NEIGHBOUR
