"""Compare persons written in Latin letters."""

from __future__ import annotations

from collections import Counter

from patterns.names.likeness import Grade

_DRAWN_ALIKE = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("0", "o"), ("1", "l"), ("i", "l"))


def compare_latin(mine: tuple[str, ...], theirs: tuple[str, ...]) -> tuple[Grade, str]:
    """The words of two names, whatever their order, spacing and small slips."""
    one, two = "".join(mine), "".join(theirs)
    if one == two:
        return Grade.SAME, "same_name"
    if Counter(mine) == Counter(theirs) or (len(mine) == 2 and two == mine[1] + mine[0]):
        return Grade.SHAPE, "order"
    if _drawn(one) == _drawn(two) or (min(len(one), len(two)) >= 4 and one[0] == two[0] and slip(one, two)):
        return Grade.SHAPE, "look_alike"
    if len(mine) > 1 and (letters := _initialled(mine, theirs)):
        return (Grade.SHAPE if letters > 1 else Grade.GIVEN), "initials"
    if len(two) < 2:
        return Grade.NOT, ""
    if set(theirs) < set(mine):
        return (Grade.GIVEN, "short") if len(theirs) > 1 else (Grade.SURNAME, "surname")
    if set(mine) < set(theirs):
        return (Grade.EXTENDED, "extended") if len(mine) == 1 else (Grade.GIVEN, "extended")
    return Grade.NOT, ""


def _initialled(mine: tuple[str, ...], theirs: tuple[str, ...]) -> int:
    """Tan HM, Tan H M, H M Tan for Tan Hui Min: how many initials."""
    whole = [token for token in theirs if token in mine]
    if len(whole) != 1:
        return 0
    letters = "".join(token for token in theirs if token not in mine)
    return len(letters) * (letters == "".join(token[0] for token in mine if token != whole[0]))


def _drawn(text: str) -> str:
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
