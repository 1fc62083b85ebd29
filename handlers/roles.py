"""What somebody on the roster is to the class, as a word people use for it."""

from __future__ import annotations

from bot.settings import LANGUAGES
from bot.texts import plain, wordings
from patterns.model import Duty

# In the order in which they are offered.
ROLES = (Duty.TEACHER, Duty.COMMITTEE, Duty.TREASURER, Duty.OFFICE)


def role_named(word: str) -> Duty | None:
    """The role a word stands for in any of our languages."""
    return next((duty for duty in ROLES if word.casefold() in _words(duty)), None)


def role_word(language: str, duty: Duty) -> str:
    """What the role is called."""
    return plain(language, f"role.{duty.value}")


def _words(duty: Duty) -> frozenset[str]:
    told = (word.casefold() for language in LANGUAGES for word in wordings(language, f"role.{duty.value}"))
    return frozenset({duty.value, *told})
