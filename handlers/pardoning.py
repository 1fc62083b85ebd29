"""What an admin's "no problem" lets an account say again."""

from __future__ import annotations

from collections.abc import Callable

from bot.store.pardons import Pardon
from handlers.group import Group
from patterns.marks import text_mark
from patterns.model import Level, Message, Verdict

# Stands before a mark of words, which is no payee's then, and as long.
_WORDS = "~"


def pardoned(message: Message, verdict: Verdict, group: Group) -> bool:
    """Whether an admin said that this account, under this name, may ask through these payees, or, where it never
    named one, in these words; what the class would not be warned of may be said in any.

    A hard tell is never pardoned, nor anything louder than what the admin had before them.
    """
    if verdict.tells or not any(pardon.user == message.sender.id for pardon in group.pardons):
        return False
    name = group.mark(message.sender.name)
    held = {p.mark for p in group.pardons if _covers(p, message.sender.id, name, verdict.level)}
    if verdict.marks or verdict.level <= Level.NOTICE:
        return bool(held) and {group.mark(payee) for payee in verdict.marks} <= held
    through_payees = any(mark and not mark.startswith(_WORDS) for mark in held)
    words = words_mark(message.text, group.mark)
    return through_payees or (bool(words) and words in held)


def words_mark(text: str, mark: Callable[[str], str]) -> str:
    """What a request that names no payee is known by; empty for words too few to be anybody's own."""
    words = text_mark(text)
    return f"{_WORDS}{mark(words)[1:]}" if words else ""


def _covers(pardon: Pardon, user: str, name_mark: str, level: Level) -> bool:
    return pardon.user == user and pardon.name_mark == name_mark and pardon.level >= level
