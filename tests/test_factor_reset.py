"""A lost second factor is taken away by the operator, never quietly."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.settings import LANGUAGES
from bot.store import second_factors
from bot.store.db import Database
from bot.store.second_factors import Account
from bot.store.tables import second_factors as table
from bot.texts import say
from tests.guarded import PATIENCE, School, guarded


def told(folder: Path, *words: str) -> Result:
    file = folder / "config.yaml"
    file.write_text(f"data: {folder / 'data'}\n", encoding="utf-8")
    return CliRunner().invoke(app, ["second-factor", *words, "--config", str(file)])


async def has_one(school: School, user: int) -> None:
    db = await Database.open(school.config.database_url)
    try:
        async with db.transaction() as tx:
            account = Account("telegram", str(user))
            await second_factors.begin(tx, account, "00" * 16, datetime.now(UTC))
            await second_factors.make_ready(tx, account, ["a" * 32], datetime.now(UTC))
    finally:
        await db.close()


async def test_the_operator_resets_a_lost_one_and_every_admin_hears_of_it(tmp_path: Path) -> None:
    async with guarded(tmp_path) as school:
        control = school.playground.control
        await school.says("mum", "大家好")
        await school.tells("deputy", "/start")
        await school.settled()
        number = next(one["id"] for one in await control.users() if one["key"] == "teacher")
        await has_one(school, number)
        assert f"telegram:{number}" in (await asyncio.to_thread(told, tmp_path, "list")).output
        done = await asyncio.to_thread(told, tmp_path, "reset", f"telegram:{number}")
        assert done.exit_code == 0 and "三(2)班家长群" in done.output
        assert await school.rows(table.c.user) == []
        for who in ("teacher", "deputy"):
            assert await control.said(who, contains="重设了", wait=PATIENCE), who
        assert (
            "has no second factor"
            in (await asyncio.to_thread(told, tmp_path, "reset", f"telegram:{number}")).output
        )
        await school.unharmed()


@pytest.mark.parametrize("words", [[], ["reset"], ["reset", "123"], ["dance"], ["list", "all"]])
def test_what_it_does_not_understand_it_answers_with_what_it_can(tmp_path: Path, words: list[str]) -> None:
    answer = told(tmp_path, *words)
    assert answer.exit_code == 2 and "list · reset ACCOUNT" in answer.output


def test_where_nobody_has_one_the_list_says_so(tmp_path: Path) -> None:
    assert "Nobody" in told(tmp_path, "list").output
    assert told(tmp_path, "reset", "telegram:1").exit_code == 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_word_to_the_admins_is_short(language: str) -> None:
    assert len(say(language, "verify.told_reset", who="王" * 32, title="三" * 32)) < 300
