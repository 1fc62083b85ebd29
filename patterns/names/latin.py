"""Compare persons written in Latin letters."""

from __future__ import annotations

from collections import Counter

from patterns.names.likeness import Grade
from patterns.names.vocabulary import blurred, vocabulary

_DRAWN_ALIKE = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("0", "o"), ("1", "l"), ("i", "l"))


def compare_latin(mine: tuple[str, ...], theirs: tuple[str, ...]) -> tuple[Grade, str]:
    """The words of two names, whatever their order, spacing and small slips."""
    one, two = "".join(mine), "".join(theirs)
    if one == two:
        return Grade.SAME, "same_name"
    if Counter(mine) == Counter(theirs) or two in _turned(mine):
        return Grade.SHAPE, "order"
    if drawn(one) == drawn(two):
        return Grade.SHAPE, "look_alike"
    if min(len(one), len(two)) >= 4 and one[0] == two[0] and slip(one, two) and not _another(mine, theirs):
        return Grade.SHAPE, "look_alike"
    if len(mine) > 1 and (letters := _initialled(mine, theirs)):
        return (Grade.SHAPE if letters > 1 else Grade.GIVEN), "initials"
    if len(two) < 2:
        return Grade.NOT, ""
    if set(theirs) < set(mine):
        if len(theirs) == 1 and len(mine) > 2 and theirs[0] != mine[_surname_at(mine)]:
            return Grade.EXTENDED, "short"
        return (Grade.GIVEN, "short") if len(theirs) > 1 else (Grade.SURNAME, "surname")
    if set(mine) < set(theirs):
        return (Grade.EXTENDED, "extended") if len(mine) == 1 else (Grade.GIVEN, "extended")
    return Grade.NOT, ""


def _turned(tokens: tuple[str, ...]) -> set[str]:
    """Lim Mei Ling as Mei Ling Lim, however it is spaced."""
    return {"".join(tokens[at:] + tokens[:at]) for at in range(1, len(tokens))}


def _surname_at(tokens: tuple[str, ...]) -> int:
    """Tan Wei Ming, but Sarah Chen."""
    return 0 if tokens[0] in vocabulary().syllables else -1


def _another(mine: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    """Is the one word that differs a name as good as the other, and no slip: Tan and Tang, Wei and Mei?"""
    if len(mine) != len(theirs):
        return False
    apart = [at for at, (one, two) in enumerate(zip(mine, theirs, strict=True)) if one != two]
    if len(apart) != 1 or not {mine[apart[0]], theirs[apart[0]]} <= vocabulary().syllables:
        return False
    one, two = mine[apart[0]], theirs[apart[0]]
    return apart[0] == _surname_at(mine) % len(mine) or blurred(one) != blurred(two)


def _initialled(mine: tuple[str, ...], theirs: tuple[str, ...]) -> int:
    """Tan HM, H M Tan, T Hui Min for Tan Hui Min: how many initials."""
    whole = [token for token in theirs if token in mine]
    if not whole:
        return 0
    letters = "".join(token for token in theirs if token not in mine)
    return len(letters) * (letters == "".join(token[0] for token in mine if token not in whole))


def drawn(text: str) -> str:
    """The letters as a glance takes them."""
    for one, two in _DRAWN_ALIKE:
        text = text.replace(one, two)
    return text


def slip(one: str, two: str) -> bool:
    """Whether one letter was left out, added, changed, or two neighbours exchanged."""
    if abs(len(one) - len(two)) > 1:
        return False
    start = next(
        (i for i, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two))
    )
    rest, other = one[start:], two[start:]
    if len(one) == len(two):
        return rest[1:] == other[1:] or (rest[2:] == other[2:] and rest[:2] == other[1::-1])
    return rest[1:] == other or rest == other[1:]
