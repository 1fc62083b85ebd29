"""What a name, or how somebody introduces himself, claims to be."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from patterns.letters import read_table
from patterns.names.likeness import Claim
from patterns.names.parts import LONGEST, NameParts, parts_of
from patterns.names.vocabulary import Vocabulary, any_of, vocabulary, words_of
from patterns.normalize import normalize

_REMEMBERED = 4096
_RELATIONS = {"kin": "parent", "pupil": "student"}
# Subjects that are words of every day too: 简单生活 teaches nothing.
_EVERYDAY_WORDS = frozenset(("life", "society", "science"))
# Words of families that offices have in their names too: Parent Communications Office, Pupil Premium Services.
FAMILIES = frozenset({"parent", "parents", "pupil", "pupils", "student", "students", "学生"})
# 客服小姐姐 is nobody's sister.
_SERVES = re.compile("小姐姐|小哥哥")
# Mothers go by these, too.
_NOT_BY_TITLE_ALONE = frozenset(("male", "married", "any"))


@cache
def _listed(section: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    table = read_table("claims")[section]
    assert isinstance(table, dict)
    return tuple((kind, any_of(words_of(words))) for kind, words in table.items())


def load() -> None:
    """Read the tables now rather than at the first name."""
    for section in ("before_teacher", "after_teacher"):
        _listed(section)


def claims(name: str) -> Claim | None:
    """What this name claims to be, if anything."""
    return _claimed(name[:LONGEST])


@lru_cache(maxsize=_REMEMBERED)
def _claimed(name: str) -> Claim | None:
    words = vocabulary()
    text = normalize(name).text[:LONGEST]
    parts = parts_of(name)
    if parts.relation in _RELATIONS:
        pattern = words.kin if parts.relation == "kin" else words.pupil
        found = _first(pattern, text)
        office = _listed_claim("before_teacher", text) if found in FAMILIES or _SERVES.search(text) else None
        return office or Claim(_RELATIONS[parts.relation], found)
    if words.joke.search(text):
        return None
    if claim := _listed_claim("before_teacher", text):
        return claim
    if "head" in parts.posts:
        return Claim("head", _first(words.posts, text))
    if _teaches(parts) and parts.relation != "other":
        return Claim("teacher", _teaching_word(words, text))
    if parts.relation == "committee":
        return Claim("committee", _first(words.committee, text))
    return None if parts.relation else _listed_claim("after_teacher", text)


def _listed_claim(section: str, text: str) -> Claim | None:
    for kind, pattern in _listed(section):
        if hit := pattern.search(text):
            return Claim(kind, hit.group())
    return None


def _teaches(parts: NameParts) -> bool:
    """A post, a woman teacher's usual title, another title with class or subject, or a subject before a name."""
    if parts.outside:
        return False
    if any(not post.startswith("office") for post in parts.posts):
        return True
    if parts.titles:
        return bool(parts.titles - _NOT_BY_TITLE_ALONE or parts.school_class or parts.subjects)
    return (
        bool(parts.subjects - _EVERYDAY_WORDS)
        and 2 <= len(parts.han) <= 3
        and parts.han[0] in vocabulary().surnames
        and not parts.surplus
    )


def _teaching_word(words: Vocabulary, text: str) -> str:
    return _first(words.posts, text) or _first(words.title, text) or _first(words.subject, text)


def _first(pattern: re.Pattern[str], text: str) -> str:
    hit = pattern.search(text)
    return hit.group() if hit else ""
