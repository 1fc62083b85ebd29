"""A confirmed scam as the class may read of it: what was tried and what helps, nothing of anybody."""

from __future__ import annotations

from bot.store.cases import Case
from bot.texts import Said, lines, say
from handlers.dossier import KINDS, STRANGER


def story(language: str, case: Case) -> Said:
    kind = case.kind if case.kind in KINDS else STRANGER
    return say(language, f"cases.story.{kind}")


def worded(case: Case, language: str) -> Said:
    """In the place of a weekly tip."""
    return lines(say(language, "cases.headline"), story(language, case))
