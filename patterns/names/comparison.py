"""Compare two names, part by part: how alike are the persons, and does what stands around them agree?"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from patterns.names.latin import compare_latin
from patterns.names.likeness import Grade, Likeness
from patterns.names.parts import NameParts
from patterns.names.vocabulary import alike, blurred, sound, spelled_elsewhere, vocabulary

_COMMON_POSTS = frozenset(("teacher", "nursery", "office"))
_SHORTEST_WHOLE = 4
_NUMERALS = frozenset("一二三四五六七八九十")
_PET_PREFIXES = frozenset("小老大阿")
_WOMANS = frozenset(("female", "married"))


@dataclass(frozen=True, slots=True)
class Likening:
    """The outcome; `closeness` orders outcomes of the same strength."""

    likeness: Likeness
    how: str
    closeness: int = 0


_NOT_ALIKE = Likening(Likeness.NONE, "")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands around the persons: how far both names speak of the same post."""

    agreeing: int
    conflicting: bool
    claimed: bool
    surplus: bool


def surroundings(known: NameParts, other: NameParts) -> Surroundings:
    """Compare class, subject, post and title."""
    same_class = known.school_class.agrees(other.school_class)
    same_subject = bool(known.subjects & other.subjects)
    same_post = bool((known.posts & other.posts) - _COMMON_POSTS)
    conflicting = (
        known.school_class.differs(other.school_class)
        or bool(known.subjects and other.subjects and not same_subject)
        or (other.outside and not known.outside)
        or ("male" in (titles := known.titles | other.titles) and not titles.isdisjoint(_WOMANS))
        or bool(
            {"form", "deputy"} <= (known.posts | other.posts)
            and not known.posts & other.posts & {"form", "deputy"}
        )
    )
    return Surroundings(
        agreeing=2 * same_class + 2 * same_subject + same_post,
        conflicting=conflicting,
        claimed=other.teaches or other.marked,
        surplus=any(piece not in known.skeleton for piece in other.surplus),
    )


def compare(known: NameParts, other: NameParts) -> Likening:
    """How much another account's name resembles a protected one."""
    if known.skeleton and known.skeleton == other.skeleton:
        return Likening(Likeness.EQUAL, "equal", 100)
    if other.relation and not known.relation:
        return _NOT_ALIKE
    around = surroundings(known, other)
    if not known.relation and one_exchanged(known.skeleton, other.skeleton):
        return Likening(Likeness.NEIGHBOUR, "look_alike", 90)
    if not (other.han or other.latin):
        return _by_post(known, other, around)
    grade, how = _persons(known, other)
    if grade is Grade.NOT:
        return _NOT_ALIKE
    likeness = _strength(grade, how, known, other, around)
    return Likening(likeness, how, 10 * grade + 20 * around.agreeing - 5 * around.conflicting)


def one_exchanged(mine: str, theirs: str) -> bool:
    """Whether two whole names differ in one character that passes for the other."""
    if len(mine) != len(theirs) or len(mine) < _SHORTEST_WHOLE:
        return False
    apart = [(one, two) for one, two in zip(mine, theirs, strict=True) if one != two]
    return len(apart) == 1 and not _NUMERALS.issuperset(apart[0]) and alike(*apart[0])


def _by_post(known: NameParts, other: NameParts, around: Surroundings) -> Likening:
    """No person named: 三2班班主任 is one person all the same."""
    special = (known.posts & other.posts) - _COMMON_POSTS
    same_subject = known.subjects & other.subjects and other.teaches
    if around.conflicting or around.surplus or not (special or same_subject):
        return _NOT_ALIKE
    if other.school_class and known.school_class and not around.agreeing > 1:
        return _NOT_ALIKE
    return Likening(Likeness.NEIGHBOUR, "role", 2 * around.agreeing)


def _persons(known: NameParts, other: NameParts) -> tuple[Grade, str]:
    """The strongest way in which the two persons are alike."""
    found = [(Grade.NOT, "")]
    if known.han and other.han and not (other.latin and not known.latin):
        found.append(_han(known.han, other.han, known, other))
    if known.latin and other.latin:
        found.append(compare_latin(known.latin, other.latin))
    if (other.latin and known.han) or (known.latin and other.han):
        found.append(_spelled(known, other))
    return max(found, key=lambda entry: entry[0])


def _han(mine: str, theirs: str, known: NameParts, other: NameParts) -> tuple[Grade, str]:
    if mine == theirs:
        return Grade.SAME, "same_name"
    if len(mine) == len(theirs):
        apart = [(one, two) for one, two in zip(mine, theirs, strict=True) if one != two]
        if len(apart) == 1 and alike(*apart[0]):
            return Grade.SHAPE, "look_alike"
        if len(mine) > 1 and Counter(mine) == Counter(theirs):
            return Grade.SHAPE, "order"
        if len(apart) <= 2 and all(_sound_alike(one, two) for one, two in apart):
            return Grade.SOUND, "homophone"
        if (
            len(apart) == 2
            and len(mine) > 1
            and all(alike(one, two) or _sound_alike(one, two) for one, two in apart)
        ):
            return Grade.SOUND, "look_alike"
    if (
        len(mine) == len(theirs)
        and known.surname == other.surname
        and _in_one_post(mine, theirs, known, other)
    ):
        return Grade.SHAPE, "same_post"
    if len(mine) > 2 and len(theirs) == len(mine) + 1 and undoubled(theirs) == undoubled(mine):
        return Grade.SHAPE, "doubled"
    return _part_of(mine, theirs, known, other)


def _in_one_post(mine: str, theirs: str, known: NameParts, other: NameParts) -> bool:
    """Another given name under the post only one can hold, or one character changed in a teacher's name of this class."""
    if "form" in known.posts & other.posts:
        return True
    apart = sum(one != two for one, two in zip(mine, theirs, strict=True))
    named = known.school_class.room or known.school_class.label
    return bool(
        len(mine) > 2 and apart == 1 and named and other.teaches and known.school_class == other.school_class
    )


def undoubled(han: str) -> str:
    """李晓晓梅 with the slip taken out."""
    return "".join(char for at, char in enumerate(han) if not at or char != han[at - 1])


def _part_of(mine: str, theirs: str, known: NameParts, other: NameParts) -> tuple[Grade, str]:
    """Only the surname, only the given name, a pet form, a character left out or added."""
    bare = theirs[1:] if theirs[0] in _PET_PREFIXES and len(theirs) > 1 else theirs
    if len(mine) > 1 and known.surname in (theirs, bare):
        return Grade.SURNAME, "surname"
    if len(mine) == 2 and theirs == known.given and other.teaches and theirs not in vocabulary().surnames:
        return Grade.SOUND, "nickname"
    if len(mine) > 1 and len(bare) == 2 and bare[0] == bare[1] and bare[0] in known.given:
        return Grade.GIVEN, "nickname"
    if (len(mine) > 2 and bare == known.given) or (
        len(mine) > 1 and bare != theirs and bare in (known.given, known.given[-1:])
    ):
        return Grade.GIVEN, "nickname"
    if (mine[0] in _PET_PREFIXES and mine[1:] == theirs) or (bare != theirs and bare == mine):
        return Grade.GIVEN, "nickname"
    if len(mine) > 2 and len(theirs) == len(mine) - 1 and theirs[0] == mine[0] and _inside(theirs, mine):
        return Grade.GIVEN, "left_out"
    if theirs.startswith(mine) or (len(mine) > 1 and theirs.endswith(mine)):
        return Grade.EXTENDED, "extended"
    return Grade.NOT, ""


def _inside(short: str, long: str) -> bool:
    rest = iter(long)
    return all(char in rest for char in short)


def _sound_alike(one: str, two: str) -> bool:
    return blurred(sound(one)) == blurred(sound(two))


def _spelled(known: NameParts, other: NameParts) -> tuple[Grade, str]:
    """One is written in letters, the other in characters, or each in a mixture."""
    mine, theirs = known.spelled, other.spelled
    if len(theirs) >= 4 and theirs in (mine, _turned(known)):
        return Grade.SHAPE, "pinyin"
    if known.han and not other.han and _romanised(known, other.latin):
        return Grade.SHAPE, "pinyin"
    if known.han and other.latin and not other.han:
        surname = "".join(map(sound, known.surname))
        meant = vocabulary().romanised.get(other.latin[0], "")
        if other.latin == (surname,) or (len(other.latin) == 1 and known.surname in meant):
            return (Grade.SURNAME, "surname") if len(known.han) > 1 else (Grade.SHAPE, "pinyin")
        initials = "".join(sound(char)[0] for char in known.han)
        if "".join(other.latin) == initials and len(initials) > 1:
            return Grade.GIVEN, "initials"
        if len(initials) > 1 and "".join(other.latin) == surname + initials[1:]:
            return Grade.GIVEN, "initials"
    if known.latin and not known.han and other.han:
        if len(other.han) > 1 and blurred(theirs) == blurred(mine):
            return Grade.SOUND, "pinyin"
        if other.surname in vocabulary().romanised.get(known.latin[0], ""):
            return Grade.EXTENDED, "surname"
    return Grade.NOT, ""


def _romanised(known: NameParts, tokens: tuple[str, ...]) -> bool:
    """Chan Chi-ming, Chi Ming Chan: a name of three as Hong Kong, Singapore or Taiwan write it."""
    if len(known.given) < 2 or len(tokens) < 2:
        return False
    given = spelled_elsewhere("".join(map(sound, known.given)))
    return any(
        spelled_elsewhere("".join(rest)) == given
        and (first == sound(known.surname[0]) or known.surname in vocabulary().romanised.get(first, ""))
        for first, rest in ((tokens[0], tokens[1:]), (tokens[-1], tokens[:-1]))
    )


def _turned(known: NameParts) -> str:
    return "".join(map(sound, known.given + known.surname))


def _strength(grade: Grade, how: str, known: NameParts, other: NameParts, around: Surroundings) -> Likeness:
    """What the persons' likeness is worth where the surroundings agree, say nothing, or conflict."""
    if around.surplus:
        firm = grade is Grade.SAME and around.claimed and not around.conflicting
        return Likeness.NEIGHBOUR if firm else Likeness.WEAK
    supported = bool(around.agreeing)
    if grade is Grade.SAME:
        return _strength_of_same(known, other, around)
    if around.conflicting:
        return Likeness.WEAK if around.claimed else Likeness.NONE
    if supported and (around.agreeing > 1 or around.claimed):
        weak = grade in (Grade.SURNAME, Grade.EXTENDED, Grade.GIVEN) and not (
            other.teaches or around.agreeing > 2
        )
        return Likeness.WEAK if weak and how != "initials" else Likeness.NEIGHBOUR
    if _whole_name(known):
        return _strength_of_near(grade, how, known, other, around)
    unheard_of = other.surname not in vocabulary().surnames and other.teaches
    if grade is Grade.SHAPE and (unheard_of or (known.latin and around.claimed)):
        return Likeness.NEIGHBOUR
    return Likeness.NONE if grade is Grade.EXTENDED and not around.claimed else Likeness.WEAK


def _whole_name(known: NameParts) -> bool:
    """Whether the protected name has surname and given name, not 戴老师 or Ms Carter."""
    return len(known.han) > len(known.surname) or len(known.latin) > 1


def _strength_of_same(known: NameParts, other: NameParts, around: Surroundings) -> Likeness:
    backed = around.claimed or around.agreeing
    pet = known.han[:1] in _PET_PREFIXES and len(known.han) == 2
    if around.conflicting:
        return Likeness.NEIGHBOUR if _whole_name(known) and around.claimed and not pet else Likeness.WEAK
    if backed and not _whole_name(known) and not around.agreeing and (other.school_class or other.subjects):
        return Likeness.NEIGHBOUR
    if backed or (_whole_name(known) and not pet):
        return Likeness.EQUAL
    return Likeness.WEAK


def _strength_of_near(
    grade: Grade, how: str, known: NameParts, other: NameParts, around: Surroundings
) -> Likeness:
    """No surroundings agree and none conflict."""
    if around.claimed:
        if grade in (Grade.SHAPE, Grade.SOUND):
            return Likeness.NEIGHBOUR
        if grade is Grade.SURNAME and other.teaches and not (other.subjects - known.subjects):
            return Likeness.NEIGHBOUR
        if grade is Grade.GIVEN and other.teaches and (len(known.given) > 1 or known.latin):
            return Likeness.NEIGHBOUR
        return Likeness.WEAK
    telling = len(known.han) > 2 or len(known.latin) > 1 or (how == "pinyin" and len(other.spelled) > 5)
    return Likeness.NEIGHBOUR if grade is Grade.SHAPE and telling else Likeness.WEAK
