"""What an account goes by in what people read: a word of the guard's own, never the number its platform gives it.

Two accounts of one name have two, and an account has one and the same wherever the guard speaks of it. Only whoever has
the data folder's key can tell whose it is.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable

# Nothing that could be read, or heard on the phone, as something else.
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
_PART = 3


def badge(user: str, mark: Callable[[str], str]) -> str:
    """Two times three letters: in a group of a thousand, two accounts share one once in 1,800 groups."""
    number, letters = int(mark(f"\0badge:{user}"), 16), ""
    for _ in range(2 * _PART):
        number, place = divmod(number, len(LETTERS))
        letters += LETTERS[place]
    return f"{letters[:_PART]}-{letters[_PART:]}"


def wearer(typed: str, users: Iterable[str], mark: Callable[[str], str]) -> str | None:
    """Which of these accounts somebody means by its badge, however it was typed."""
    given = unicodedata.normalize("NFKC", typed[:64]).strip().upper()
    if len(given) != 2 * _PART + 1:
        return None
    return next((user for user in users if badge(user, mark) == given), None)
