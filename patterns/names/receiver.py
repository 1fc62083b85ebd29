"""Is the receiver a payment code names the person somebody seems to be?"""

from __future__ import annotations

from patterns.names.comparison import compare
from patterns.names.likeness import Likeness
from patterns.names.parts import NameParts, parts_of
from patterns.names.vocabulary import sound, vocabulary


def may_be(person: str, receiver: str) -> bool:
    """True in doubt: 数学刘老师 may be 刘敏 or LIU MIN, and is no 好运百货店 and no 周大强."""
    known, other = parts_of(person), parts_of(receiver)
    if compare(known, other).likeness is not Likeness.NONE or set(known.latin) & set(other.latin):
        return True
    return bool(_surnames(known) & _surnames(other))


def _surnames(parts: NameParts) -> set[str]:
    """The Han surname as it sounds, and what every Latin word could be the spelling of."""
    written = "".join(vocabulary().romanised.get(word, "") for word in parts.latin) + parts.surname[:1]
    return {sound(char) for char in written} | set(parts.latin)
