"""A day in a class leaves nothing of what was said: not in the database, not beside it, not in the log."""

from __future__ import annotations

import asyncio
from itertools import islice
from pathlib import Path

import pytest
from sqlalchemy import func

from bench import corpus
from bot.store.tables import inbox, incidents
from tests.guarded import PATIENCE, guarded
from tests.on_disk import written

HOURS, AN_HOUR = 24, 4


async def test_a_day_of_ordinary_talk_is_found_neither_in_the_database_nor_in_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.upkeep.FORGET_SECONDS", 0.1)
    long = (line for line in corpus.everyday() if len(line) >= 10)
    sentences = list(islice(dict.fromkeys(long), HOURS * AN_HOUR))
    assert len(sentences) == HOURS * AN_HOUR
    async with guarded(tmp_path) as school:
        for hour in range(HOURS):
            await school.playground.control.advance(3_600)
            for number, line in enumerate(sentences[hour * AN_HOUR : (hour + 1) * AN_HOUR]):
                await school.says(("mum", "dad", "stranger")[number % 3], line)
        await school.settled()
        assert written(school.folder, sentences[-AN_HOUR:]), "what was just said is kept for a while"
        assert await school.rows(func.count(incidents.c.number)) == [(0,)]
        await school.playground.control.advance(16 * 60)
        async with asyncio.timeout(PATIENCE):
            while True:
                if not written(school.folder, sentences):
                    break
                await asyncio.sleep(0.2)
        assert not [one for one in sentences if one in school.log.text]
        assert await school.rows(func.count(inbox.c.id)) == [(0,)]
    assert not written(school.folder, sentences)
