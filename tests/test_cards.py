"""What an admin's card says first: what happened, and nothing that has not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

from bot.settings import LANGUAGES
from bot.store import incidents
from handlers.cards import card
from handlers.dossier import CLONE, Dossier, Reason
from patterns.model import Level
from tests.group_chat import group_chat

ASKS = {"zh-Hans": "要收钱", "zh-Hant": "要收錢", "en": "asking for money"}
TURNED = Dossier(
    CLONE,
    wears="王丽老师",
    reasons=(Reason("turned_into", 1.0, MappingProxyType(dict.fromkeys(LANGUAGES, "…"))),),
)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_account_that_only_turned_into_the_teacher_is_not_said_to_ask_for_money(
    tmp_path: Path, language: str
) -> None:
    async with group_chat(tmp_path) as room, room.here() as here:
        assert here.group is not None
        opened = await incidents.open_(here.tx, here.chat.id, "user:666", "666", "x", "9", here.now)
        doubted = replace(opened, level=Level.CAUTION)
        assert ASKS[language] not in card(language, here.group, doubted, TURNED)
        assert ASKS[language] in card(language, here.group, doubted, Dossier(CLONE))
