"""Where somebody lives, as far as their groups tell: whose help-lines they are shown."""

from __future__ import annotations

from bot.settings import Settings
from bot.store import belonging
from bot.store import settings as settings_store
from bot.texts.rescue import ELSEWHERE, place_at
from handlers.here import Here

# Without a zone that somebody chose only one language tells the place; a wrong number costs minutes.
_LIKELY = {"zh-Hans": "cn", "zh-Hant": ELSEWHERE, "en": ELSEWHERE}


async def home(here: Here, user: str, language: str) -> str:
    """Where a person's first group lives; for somebody in none, where their language is spoken."""
    mine = await belonging.of(here.tx, here.chat.place.platform, user, here.mark(user))
    if not mine:
        return _LIKELY[language]
    return lived_in(here, await settings_store.load(here.tx, mine[0].chat))


def lived_in(here: Here, settings: Settings) -> str:
    """Where a group with these settings lives."""
    if "timezone" in settings.chosen:
        return place_at(here.places, settings["timezone"])
    return _LIKELY[settings["language"]]
